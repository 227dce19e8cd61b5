"""Payments done later: send what was let go, take in receipts, hold yesterday's statement against ours."""

import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from yimen.core import jobs
from yimen.parties import queries as parties
from yimen.parties.logic import Actor
from yimen.payments import queries, services
from yimen.payments.treasuries import TreasurySilent, configured

logger = logging.getLogger(__name__)
SENDER = Actor(kind="system", id="payments.send", label="系统（资金拨付）")
CLERK = Actor(kind="system", id="payments.reconcile", label="系统（对账）")


@jobs.job("payments.send")
def send(batch_id: str) -> None:
    """Send what is left of a batch. One another process sends is left to it; what stays open is tried again soon."""
    try:
        done = services.send_batch(UUID(batch_id), treasury=configured(), by=SENDER, clock=timezone.now)
    except services.BatchBusy:
        return
    except services.AccountLost as error:
        logger.error("batch %s: %s", batch_id, error.detail)  # noqa: TRY400 - the words say all there is to know
        return
    if done.is_cut:
        logger.warning("batch %s: the treasury is silent, %s payments wait", done.batch, done.open_still)


@jobs.job("payments.collect")
def collect() -> None:
    """Take in the treasury's receipts, and ask about accepted payments of which nothing was heard for a while."""
    treasury = configured()
    try:
        services.collect(treasury, by=SENDER, clock=timezone.now)
    except TreasurySilent as error:
        logger.warning("receipts: %s", error.code)
        return
    for payment_id in services.stale(at=timezone.now()):
        services.ask_about(payment_id, treasury=treasury, by=SENDER, clock=timezone.now)


@jobs.regularly(every_s=20.0)
def go_on() -> int:
    """Queue the sending of batches that are not through yet, and the collecting of receipts; return how many."""
    if not settings.YIMEN_TREASURY_URL:
        return 0
    going = queries.going_on()
    for batch_id in going:
        jobs.defer("payments.send", batch_id=str(batch_id))
    if going:
        jobs.defer("payments.collect")
    return len(going)


@jobs.job("payments.reconcile", cron="30 18 * * *")  # 02:30 in Beijing: the treasury's day is closed
def reconcile(timestamp: int) -> None:
    """Hold yesterday's statement against ours."""
    at = datetime.fromtimestamp(timestamp, tz=UTC)
    yesterday = timezone.localdate(at) - timedelta(days=1)
    agency = parties.data_bureau(on=yesterday)
    if not settings.YIMEN_TREASURY_URL or agency is None:
        return
    services.collect(configured(), by=CLERK, clock=timezone.now)
    services.reconcile(yesterday, treasury=configured(), agency=agency, by=CLERK, at=timezone.now())
