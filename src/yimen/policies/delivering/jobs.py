"""What is done later about deliveries: tell of a new policy, mark what was opened and applied for."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from yimen.core import jobs
from yimen.notices.events import notice_read
from yimen.payments.events import payment_settled
from yimen.policies.delivering import announcing, following, from_matches, telling
from yimen.policies.delivering.pushing import TOPIC
from yimen.policies.events import benefit_to_confirm, benefit_waived, measure_granted, policy_published
from yimen.policies.models import MatchRun


@jobs.job("policies.announce")
def announce(slug: str, number: int) -> None:
    """Tell subscribers of a policy that was published."""
    announcing.announce(slug, number, at=timezone.now())


@jobs.job("policies.push_opened")
def push_opened(notice: str, party: str, measure: str, at: str) -> None:
    """Mark the push that a notice told of as opened."""
    following.opened(UUID(notice), party=UUID(party), measure=measure, at=datetime.fromisoformat(at))


@jobs.job("policies.follow_pushes", cron="*/10 * * * *")
def follow_pushes(timestamp: int) -> None:
    """Every ten minutes mark the pushes that were followed by an application."""
    del timestamp
    following.applied(at=timezone.now())


@jobs.job("policies.push_newest_run", cron="30 0 * * *")  # 08:30 in Beijing: before the day's digest goes out
def push_newest_run(timestamp: int) -> None:
    """Every morning push what the newest run of the matching found anew."""
    del timestamp
    if (run := MatchRun.objects.first()) is not None:
        from_matches.push_run(run, at=timezone.now())


@jobs.job("policies.tell_to_confirm")
def tell_to_confirm(beneficiary: int, measure: str, party: str, until: str) -> None:
    """Tell a party on a list that it may confirm."""
    day = date.fromisoformat(until)
    telling.to_confirm(beneficiary, measure=measure, party=UUID(party), until=day, at=timezone.now())


@jobs.job("policies.tell_waived")
def tell_waived(beneficiary: int, measure: str, party: str) -> None:
    """Tell a party on a list that its time to confirm is over."""
    telling.waived(beneficiary, measure=measure, party=UUID(party), at=timezone.now())


@jobs.job("policies.tell_granted")
def tell_granted(award: int, measure: str, party: str, amount: str, by_list: bool) -> None:  # noqa: FBT001 - plain JSON
    """Tell a party that it was granted a measure; `amount` is empty where no money is paid."""
    money = Decimal(amount) if amount else None
    telling.granted(award, measure=measure, party=UUID(party), amount=money, by_list=by_list, at=timezone.now())


@jobs.job("policies.tell_paid")
def tell_paid(payment: str, cause: str, amount: str) -> None:
    """Tell a party that money has arrived."""
    telling.paid(payment, cause=cause, amount=Decimal(amount), at=timezone.now())


def listen() -> None:
    """Hear of policies published, notices read, and what becomes of what is given."""
    benefit_to_confirm.connect(_hear_of_confirming, dispatch_uid="policies.delivering.benefit_to_confirm")
    benefit_waived.connect(_hear_of_waiving, dispatch_uid="policies.delivering.benefit_waived")
    measure_granted.connect(_hear_of_granting, dispatch_uid="policies.delivering.measure_granted")
    payment_settled.connect(_hear_of_payment, dispatch_uid="policies.delivering.payment_settled")
    policy_published.connect(_hear_of_policy, dispatch_uid="policies.delivering.policy_published")
    notice_read.connect(_hear_of_reading, dispatch_uid="policies.delivering.notice_read")


def _hear_of_policy(sender: object, *, slug: str, number: int, **payload: object) -> None:
    del sender, payload
    jobs.defer("policies.announce", slug=slug, number=number)


def _hear_of_reading(
    sender: object, *, notice_id: UUID, topic: str, about: str, recipient: UUID, at: datetime, **payload: object
) -> None:
    del sender, payload
    if topic == TOPIC:
        told = {"notice": str(notice_id), "party": str(recipient), "measure": about, "at": at.isoformat()}
        jobs.defer("policies.push_opened", **told)


def _hear_of_confirming(
    sender: object, *, beneficiary: int, measure: str, party: UUID, until: date, **payload: object
) -> None:
    del sender, payload
    told = {"beneficiary": beneficiary, "measure": measure, "party": str(party), "until": until.isoformat()}
    jobs.defer("policies.tell_to_confirm", **told)


def _hear_of_waiving(sender: object, *, beneficiary: int, measure: str, party: UUID, **payload: object) -> None:
    del sender, payload
    jobs.defer("policies.tell_waived", beneficiary=beneficiary, measure=measure, party=str(party))


def _hear_of_granting(
    sender: object,
    *,
    award: int,
    measure: str,
    party: UUID,
    amount: Decimal | None,
    case_id: UUID | None,
    **payload: object,
) -> None:
    del sender, payload
    money = "" if amount is None else str(amount)
    told = {"award": award, "measure": measure, "party": str(party), "amount": money, "by_list": case_id is None}
    jobs.defer("policies.tell_granted", **told)


def _hear_of_payment(sender: object, *, payment_id: UUID, cause: str, amount_yuan: Decimal, **payload: object) -> None:
    del sender, payload
    jobs.defer("policies.tell_paid", payment=str(payment_id), cause=cause, amount=str(amount_yuan))
