"""Gather payments, freeze them, have a second officer look, and let them go (编制、冻结、复核、发送)."""

import secrets
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from yimen.core import jobs, signing
from yimen.core.errors import Forbidden, Invalid
from yimen.parties.logic import Actor
from yimen.parties.queries import Desk
from yimen.payments import queries
from yimen.payments.errors import BatchBroken, BatchMoved, BatchNotFound, NotAPayer
from yimen.payments.logic import batch_digest
from yimen.payments.models import Payment, PaymentBatch
from yimen.payments.services import ordering
from yimen.payments.services.ordering import record

LARGEST = 5_000
"""How many payments a batch may have: so many one officer can still answer for."""


class NothingToPay(Invalid):
    """There is nothing to gather, or nothing in the batch."""

    code = "payments.nothing-to-pay"
    title = "没有等待拨付的拨付单。"


class SameOfficer(Forbidden):
    """Whoever froze a batch does not approve it."""

    code = "payments.same-officer"
    title = "冻结批次的人不能自己复核，请由另一位拨付人员复核。"


class NoReason(Invalid):
    """A refusal needs a reason."""

    code = "payments.no-reason"
    title = "请写明不通过的理由。"


@transaction.atomic
def open_batch(*, by: Desk, at: datetime) -> PaymentBatch:
    """Gather the agency's payments that are in no batch yet, the oldest first (编制批次).

    Raises:
        NotAPayer: the post is for something else. NothingToPay: there is none.
    """
    _must_pay(by)
    found = queries.unbatched(agency=by.agency).select_for_update(of=("self",), skip_locked=True)
    keys = [one.pk for one in found[:LARGEST]]
    if not keys:
        raise NothingToPay("决定兑付并确认收款账户以后，拨付单会出现在这里。")
    batch = PaymentBatch.objects.create(
        number=f"B{at:%Y%m%d}-{secrets.token_hex(3)}",
        agency_id=by.agency,
        made_at=at,
        made_by_label=by.actor.label,
    )
    Payment.objects.filter(pk__in=keys).update(batch=batch)
    return batch


@transaction.atomic
def take_out(batch_id: UUID, payment_id: UUID, *, by: Desk) -> None:
    """Take a payment out of an open batch; it waits for the next one. One that is not in it changes nothing.

    Raises:
        NotAPayer, BatchNotFound: not theirs. BatchMoved: it is frozen.
    """
    batch = _locked(batch_id, by=by, state=PaymentBatch.State.OPEN)
    batch.payments.filter(pk=payment_id).update(batch=None)


@transaction.atomic
def freeze(batch_id: UUID, *, by: Desk, at: datetime) -> PaymentBatch:
    """Freeze and sign a batch (冻结): from now on the database refuses any change of it.

    Raises:
        NotAPayer, BatchNotFound: not theirs. BatchMoved: somebody was quicker. NothingToPay: it is empty.
    """
    batch = _locked(batch_id, by=by, state=PaymentBatch.State.OPEN)
    payments = list(batch.payments.all())
    if not payments:
        raise NothingToPay("这个批次里没有拨付单。")
    signer = signing.signer_at(Path(settings.YIMEN_PAYMENT_KEY))
    batch.state = PaymentBatch.State.FROZEN
    batch.frozen_at, batch.frozen_by, batch.frozen_by_label = at, by.actor.id, by.actor.label
    batch.count, batch.total_yuan = (
        len(payments),
        sum((one.amount_yuan for one in payments), start=batch.total_yuan * 0),
    )
    batch.digest, batch.public_key = batch_digest([queries.line(one) for one in payments]), signer.public_key
    batch.signature = signer.sign(queries.said_of(batch))
    batch.save()
    _recorded("payment.frozen", batch, payments, by=by.actor, at=at)
    return batch


@transaction.atomic
def approve(batch_id: UUID, *, by: Desk, at: datetime) -> PaymentBatch:
    """Approve a frozen batch as a second officer (复核).

    Raises:
        NotAPayer, BatchNotFound: not theirs. BatchMoved: somebody was quicker. SameOfficer: they froze it themselves.
        BatchBroken: it is not what was signed.
    """
    batch = _locked(batch_id, by=by, state=PaymentBatch.State.FROZEN)
    if batch.frozen_by == by.actor.id:
        raise SameOfficer("一人冻结、一人复核，是为了不出错。")
    payments = _whole(batch)
    batch.state = PaymentBatch.State.APPROVED
    batch.approved_at, batch.approved_by, batch.approved_by_label = at, by.actor.id, by.actor.label
    batch.save(update_fields=["state", "approved_at", "approved_by", "approved_by_label"])
    _recorded("payment.approved", batch, payments, by=by.actor, at=at)
    return batch


@transaction.atomic
def refuse(batch_id: UUID, *, reason: str, by: Desk, at: datetime) -> PaymentBatch:
    """Refuse a batch that is frozen or approved and not sent (复核不通过).

    It stays as it is for ever. Each of its payments is cancelled and ordered anew to the same account, under a new
    reference, and waits for the next batch.

    Raises:
        NotAPayer, BatchNotFound, BatchMoved: as `approve`. NoReason: it says nothing.
    """
    words = " ".join(reason.replace("\0", "").split())[:500]
    if not words:
        raise NoReason("下一位经办人要知道改什么。", field="reason")
    batch = _locked(batch_id, by=by, state=PaymentBatch.State.FROZEN, or_state=PaymentBatch.State.APPROVED)
    batch.state, batch.refusal = PaymentBatch.State.REFUSED, words
    batch.save(update_fields=["state", "refusal"])
    payments = list(batch.payments.select_related("budget"))
    for old in payments:
        old.state = Payment.State.CANCELLED
        old.save(update_fields=["state"])
        ordering.anew(old, by=by.actor, at=at)
    _recorded("payment.batch-refused", batch, payments, by=by.actor, at=at)
    return batch


@transaction.atomic
def begin_sending(batch_id: UUID, *, by: Desk, at: datetime) -> PaymentBatch:
    """Let an approved batch go (开始拨付): the worker sends it, whoever waits meanwhile.

    Raises:
        NotAPayer, BatchNotFound, BatchMoved, BatchBroken: as `approve`.
    """
    batch = _locked(batch_id, by=by, state=PaymentBatch.State.APPROVED)
    payments = _whole(batch)
    batch.state, batch.sent_at = PaymentBatch.State.SENDING, at
    batch.save(update_fields=["state", "sent_at"])
    _recorded("payment.released", batch, payments, by=by.actor, at=at)
    jobs.defer("payments.send", batch_id=str(batch.pk))
    return batch


def _must_pay(by: Desk) -> None:
    if not by.is_payment_officer:
        raise NotAPayer("请使用拨付人员的账号。")


def _locked(
    batch_id: UUID, *, by: Desk, state: PaymentBatch.State, or_state: PaymentBatch.State | None = None
) -> PaymentBatch:
    """Return the batch under its row's lock: of two officers who act at once the second waits, and is told."""
    _must_pay(by)
    batch = PaymentBatch.objects.select_for_update().filter(pk=batch_id, agency_id=by.agency).first()
    if batch is None:
        raise BatchNotFound("请从拨付批次列表重新进入。")
    if batch.state not in {state, or_state}:
        whom = batch.approved_by_label or batch.frozen_by_label or batch.made_by_label
        raise BatchMoved(
            f"批次 {batch.number} 现在是“{batch.get_state_display()}”，最近由{whom}处理。请刷新后再看。",
            state=batch.state,
        )
    return batch


def _whole(batch: PaymentBatch) -> list[Payment]:
    payments = list(batch.payments.all())
    if not queries.is_whole(batch, payments):
        raise BatchBroken(f"批次 {batch.number} 的摘要或签名对不上。请停止拨付，联系审计人员。", batch=batch.number)
    return payments


def _recorded(action: str, batch: PaymentBatch, payments: list[Payment], *, by: Actor, at: datetime) -> None:
    """Write one row of the ledger for each payment: each payee can see what was done about theirs."""
    for one in payments:
        record(action, one, by=by, at=at, batch=batch.number, digest=batch.digest)
