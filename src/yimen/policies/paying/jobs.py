"""Paying and supervising done later: pay what was granted, note what was done, warn of what is due."""

from datetime import UTC, datetime
from uuid import UUID

from django.utils import timezone

from yimen.core import jobs
from yimen.parties.logic import Actor
from yimen.policies.paying import awards, duties, following, payouts

CLOCK = Actor(kind="system", id="policies.duties", label="系统（政策督查）")
PAYER = Actor(kind="system", id="policies.pay", label="系统（政策兑付）")


@jobs.job("policies.note_settled")
def note_settled(cause: str) -> None:
    """Meet the duty of whoever paid a share that has arrived."""
    payouts.note_settled(cause, by=CLOCK, at=timezone.now())


@jobs.job("policies.note_versions")
def note_versions() -> None:
    """Open and meet the duties to publish."""
    following.follow_versions(by=CLOCK, at=timezone.now())


@jobs.job("policies.note_case")
def note_case(case_id: str) -> None:
    """Open or meet the duty to decide a case."""
    following.follow_case(UUID(case_id), by=CLOCK, at=timezone.now())


@jobs.job("policies.pay_award")
def pay_award(award_id: int) -> None:
    """Order paid what was granted, once there is an account."""
    awards.pay_award(award_id, by=PAYER, at=timezone.now())


@jobs.job("policies.pay_what_waits", cron="40 17 * * *")
def pay_what_waits(timestamp: int) -> None:
    """Every night order paid what had no budget the day before."""
    del timestamp
    awards.pay_what_waits(by=PAYER, at=timezone.now())


@jobs.job("policies.warn_duties", cron="0 17 * * *")  # 01:00 in Beijing: before the room of tasks reminds and escalates
def warn_duties(timestamp: int) -> None:
    """Warn every agency of what is due soon or late."""
    at = datetime.fromtimestamp(timestamp, tz=UTC)
    following.follow_versions(by=CLOCK, at=at)
    duties.warn(by=CLOCK, at=at, on=timezone.localdate(at))


def hear_of_grant(sender: object, *, award: int, **payload: object) -> None:
    """A measure was granted, or its account confirmed: what belongs to it is paid."""
    del sender, payload
    jobs.defer("policies.pay_award", award_id=award)


def hear_of_settled(sender: object, *, cause: str, **payload: object) -> None:
    """Money has arrived: whoever had to pay it has done so."""
    del sender, payload
    if cause.startswith("payout:"):
        jobs.defer("policies.note_settled", cause=cause)


def hear_of_published(sender: object, **payload: object) -> None:
    """A policy is out: whoever had to publish it has done so."""
    del sender, payload
    jobs.defer("policies.note_versions")


def hear_of_case(sender: object, *, case_id: UUID, item: str, **payload: object) -> None:
    """A case has moved: somebody has to decide it, or has done so."""
    del sender, payload
    if "/" in item:
        jobs.defer("policies.note_case", case_id=str(case_id))
