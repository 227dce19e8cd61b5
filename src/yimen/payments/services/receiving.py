"""Take in what the treasury says: each outcome once, whichever way and however often it comes (回执)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from yimen.core import locks
from yimen.parties.logic import Actor
from yimen.payments import events, logic
from yimen.payments.models import Payment, PaymentBatch, Receipt, TreasuryFeed
from yimen.payments.services import budgets
from yimen.payments.services.ordering import ACCOUNT_TASK, REFUSED_TASK, record
from yimen.payments.treasuries import Accepted, Answer, Notice, Returned, Settled, Treasury, Unknown
from yimen.standards import working_days
from yimen.tasks import services as tasks

Clock = Callable[[], datetime]
DIFFERENCE_TASK = "payment.difference"
ACCOUNT_DAYS = 5
"""Working days an agency has to bring another account."""
MOST_PAGES = 1_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of what the treasury said. `is_repeat`: it was known; `is_odd`: it contradicts what was known."""

    payment: Payment
    is_repeat: bool = False
    is_odd: bool = False


@transaction.atomic
def take(payment_id: UUID, says: Answer, *, way: str, by: Actor, at: datetime) -> Taken:
    """Take in an answer or a receipt about a payment.

    What was said before is told as a repeat, and changes nothing. An amount that is not ours, or an arrival after a
    return, changes nothing either: it becomes a task for the paying agency.
    """
    payment = Payment.objects.select_for_update(of=("self",)).select_related("budget", "batch").get(pk=payment_id)
    match says:
        case Unknown():
            return Taken(payment)
        case Accepted(number=number):
            return _accepted(payment, number, way=way, by=by, at=at)
        case Settled():
            return _settled(payment, says, way=way, by=by, at=at)
        case Returned():
            return _returned(payment, says, way=way, by=by, at=at)


def collect(treasury: Treasury, *, by: Actor, clock: Clock) -> list[Taken]:
    """Read the treasury's receipts from where they were left off, and take each in; return what became of them.

    The place is kept after each page: a process killed in between reads the page once more, which changes nothing.

    Raises:
        TreasurySilent: the treasury does not answer; what was taken in stays so.
    """
    taken: list[Taken] = []
    with locks.exclusive("payments.collect", treasury.name):
        feed, _ = TreasuryFeed.objects.get_or_create(name=treasury.name)
        for _ in range(MOST_PAGES):
            page = treasury.receipts(feed.after)
            if not page:
                break
            taken.extend(one for notice in page if (one := _noticed(notice, by=by, clock=clock)) is not None)
            furthest = max(one.sequence for one in page)
            if furthest <= feed.after:
                break  # a list that does not go on would be read for ever
            feed.after = furthest
            feed.save(update_fields=["after"])
    return taken


def _noticed(notice: Notice, *, by: Actor, clock: Clock) -> Taken | None:
    at = clock()
    known = Payment.objects.filter(reference=notice.reference).values_list("pk", flat=True).first()
    if known is None:
        return None  # whose it is the day's reconciliation finds out: its statement has the amount and the number
    return take(known, notice.says, way="FEED", by=by, at=at)


def _accepted(payment: Payment, number: str, *, way: str, by: Actor, at: datetime) -> Taken:
    if payment.state not in {Payment.State.WAITING, Payment.State.UNKNOWN}:
        return _again(payment, "ACCEPTED", way=way, by=by, at=at)
    payment.state, payment.treasury_number = Payment.State.ACCEPTED, number
    payment.save(update_fields=["state", "treasury_number"])
    _receipt(payment, Receipt.Outcome.ACCEPTED, way=way, at=at, number=number)
    record("payment.accepted", payment, by=by, at=at, number=number)
    return Taken(payment)


def _settled(payment: Payment, says: Settled, *, way: str, by: Actor, at: datetime) -> Taken:
    if payment.state == Payment.State.SETTLED:
        return _again(payment, "SETTLED", way=way, by=by, at=at)
    if payment.state in {Payment.State.RETURNED, Payment.State.CANCELLED} or says.amount_yuan != payment.amount_yuan:
        return _odd(payment, says, by=by, at=at)
    payment.state, payment.treasury_number = Payment.State.SETTLED, says.number
    payment.settled_at, payment.settled_on = at, says.on
    payment.save(update_fields=["state", "treasury_number", "settled_at", "settled_on"])
    budgets.spend(payment.budget_id, payment.amount_yuan)
    _receipt(payment, Receipt.Outcome.SETTLED, way=way, at=at, number=says.number, amount=says)
    record("payment.settled", payment, by=by, at=at, number=says.number, on=says.on.isoformat())
    events.payment_settled.send(
        Payment,
        payment_id=payment.pk,
        cause=payment.cause,
        purpose_item=payment.purpose_item,
        amount_yuan=payment.amount_yuan,
    )
    _close(payment.batch_id, at=at)
    return Taken(payment)


def _returned(payment: Payment, says: Returned, *, way: str, by: Actor, at: datetime) -> Taken:
    if payment.state in {Payment.State.RETURNED, Payment.State.CANCELLED}:
        return _again(payment, "RETURNED", way=way, by=by, at=at)
    if payment.state == Payment.State.SETTLED:
        return _odd(payment, says, by=by, at=at)
    payment.state, payment.returned_at, payment.return_reason = Payment.State.RETURNED, at, says.reason
    payment.treasury_number = says.number or payment.treasury_number
    payment.save(update_fields=["state", "returned_at", "return_reason", "treasury_number"])
    _receipt(payment, Receipt.Outcome.RETURNED, way=way, at=at, number=says.number, reason=says.reason)
    record("payment.returned", payment, by=by, at=at, reason=says.reason)
    wants_account = says.reason in logic.ACCOUNT_REASONS
    _task(
        payment,
        ACCOUNT_TASK if wants_account else REFUSED_TASK,
        title=f"拨付单 {payment.reference} 被退回：{logic.reason_label(says.reason)}",
        words="请联系收款人更换账户，再换户重拨。" if wants_account else "请核对后换户重拨或核销。",
        by=by,
        at=at,
    )
    events.payment_returned.send(
        Payment, payment_id=payment.pk, cause=payment.cause, purpose_item=payment.purpose_item, reason=says.reason
    )
    _close(payment.batch_id, at=at)
    return Taken(payment)


def _again(payment: Payment, outcome: str, *, way: str, by: Actor, at: datetime) -> Taken:
    """Tell a repeat: it stands in the ledger, and changes nothing.

    An answer to a question of ours is no repeat: we asked, and hear what we know.
    """
    if way == "FEED" and Receipt.objects.filter(payment=payment, outcome=outcome, way="FEED").exists():
        record("payment.receipt-repeated", payment, by=by, at=at, outcome=outcome)
    return Taken(payment, is_repeat=True)


def _odd(payment: Payment, says: Settled | Returned, *, by: Actor, at: datetime) -> Taken:
    """Have somebody look into a receipt that contradicts what is known; nothing is changed by it."""
    theirs = f"{says.amount_yuan:,.2f} 元" if isinstance(says, Settled) else logic.reason_label(says.reason)
    _task(
        payment,
        DIFFERENCE_TASK,
        title=f"拨付单 {payment.reference} 的回执与本方不符",
        words=f"本方“{payment.get_state_display()}” {payment.amount_yuan:,.2f} 元，国库回执：{theirs}。请与国库核对。",
        by=by,
        at=at,
    )
    record("payment.receipt-odd", payment, by=by, at=at, says=type(says).__name__)
    return Taken(payment, is_odd=True)


def _receipt(
    payment: Payment,
    outcome: Receipt.Outcome,
    *,
    way: str,
    at: datetime,
    number: str,
    amount: Settled | None = None,
    reason: str = "",
) -> None:
    Receipt.objects.create(
        payment=payment,
        outcome=outcome,
        treasury_number=number,
        amount_yuan=None if amount is None else amount.amount_yuan,
        reason=reason,
        way=way,
        received_at=at,
    )


def _close(batch_id: UUID | None, *, at: datetime) -> None:
    """Close the batch when the last of its payments has its end.

    The batch's row is locked first, so that of the two last payments one sees the other.
    """
    assert batch_id is not None  # what was sent was in one
    batch = PaymentBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state != PaymentBatch.State.SENDING:
        return
    ends = [Payment.State.SETTLED, Payment.State.RETURNED]
    if not batch.payments.exclude(state__in=ends).exists():
        batch.state, batch.settled_at = PaymentBatch.State.SETTLED, at
        batch.save(update_fields=["state", "settled_at"])


def _task(payment: Payment, kind: str, *, title: str, words: str, by: Actor, at: datetime) -> None:
    tasks.open_task(
        kind,
        str(payment.pk),
        title=title,
        agency=payment.budget.agency_id,
        due_on=due(at),
        by=by,
        at=at,
        details={"payment": str(payment.pk), "reference": payment.reference, "account": payment.account_masked},
        words=words,
    )


def due(at: datetime) -> date:
    """Return the last day for seeing to what went wrong; five weekdays-and-a-weekend where the calendar ends."""
    from_day = at.date()
    try:
        return working_days.after(from_day, ACCOUNT_DAYS)
    except working_days.CalendarGap:
        return from_day + timedelta(days=ACCOUNT_DAYS + 2)
