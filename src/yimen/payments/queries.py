"""Reads of payments, batches and budgets. Who sees what is part of the query; accounts stand masked in every row."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from yimen.core import signing
from yimen.parties.queries import Desk
from yimen.payments.errors import BatchNotFound, NotAPayer, PaymentNotFound
from yimen.payments.logic import batch_digest, reason_label, statement
from yimen.payments.models import Budget, Difference, Payment, PaymentBatch, Reconciliation
from yimen.standards import masking

MOST = 200
ENDED = (Payment.State.SETTLED, Payment.State.RETURNED, Payment.State.CANCELLED)
TONES = {
    "OPEN": "wait",
    "FROZEN": "warn",
    "APPROVED": "warn",
    "SENDING": "wait",
    "SETTLED": "good",
    "REFUSED": "bad",
    "WAITING": "wait",
    "UNKNOWN": "warn",
    "ACCEPTED": "wait",
    "RETURNED": "bad",
    "CANCELLED": "bad",
}
"""How a state of a batch or a payment looks as a badge."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One line of the list of batches (拨付批次列表). `settled` and `returned` count payments."""

    id: UUID
    number: str
    agency: str
    state: str
    state_label: str
    tone: str
    count: int
    total_yuan: Decimal
    settled: int
    returned: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment as lists show it (拨付单). A person's name and every account are masked."""

    id: UUID
    reference: str
    payee: str
    account: str
    bank: str
    amount_yuan: Decimal
    purpose: str
    state: str
    state_label: str
    tone: str
    reason: str


@dataclass(frozen=True, slots=True)
class BatchPage:
    """A batch with its payments, and what whoever looks may do with it."""

    row: BatchRow
    batch: PaymentBatch
    payments: Sequence[PaymentRow]
    is_whole: bool
    may_freeze: bool
    may_approve: bool
    may_send: bool
    froze_it: bool


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A budget with what is left of it (预算)."""

    key: str
    year: int
    title: str
    agency: str
    rule_label: str
    total_yuan: Decimal
    reserved_yuan: Decimal
    spent_yuan: Decimal

    @property
    def left_yuan(self) -> Decimal:
        """Return what nobody has been promised."""
        return self.total_yuan - self.reserved_yuan - self.spent_yuan


def listing(desk: Desk) -> list[BatchRow]:
    """Return the batches this desk may see, newest first.

    Raises:
        NotAPayer: the post is for something else.
    """
    batches = _visible(desk).select_related("agency").annotate(**_counts())
    return [_batch_row(one) for one in batches.order_by("-made_at")[:MOST]]


def page(desk: Desk, batch_id: UUID) -> BatchPage:
    """Return one batch with its payments, in order of their references.

    Raises:
        NotAPayer, BatchNotFound: it is not for this desk.
    """
    batch = _visible(desk).select_related("agency").annotate(**_counts()).filter(pk=batch_id).first()
    if batch is None:
        raise BatchNotFound("请从拨付批次列表重新进入。")
    payments = list(batch.payments.select_related("payee", "budget").order_by("reference"))
    is_theirs = desk.is_payment_officer and desk.agency == batch.agency_id
    froze_it = batch.frozen_by == desk.actor.id
    return BatchPage(
        row=_batch_row(batch),
        batch=batch,
        payments=[row(one) for one in payments],
        is_whole=batch.state == PaymentBatch.State.OPEN or is_whole(batch, payments),
        may_freeze=is_theirs and batch.state == PaymentBatch.State.OPEN,
        may_approve=is_theirs and batch.state == PaymentBatch.State.FROZEN and not froze_it,
        may_send=is_theirs and batch.state == PaymentBatch.State.APPROVED,
        froze_it=froze_it,
    )


def waiting(desk: Desk) -> list[PaymentRow]:
    """Return this desk's payments that are in no batch yet, oldest first."""
    return (
        [row(one) for one in unbatched(agency=desk.agency).select_related("payee")[:MOST]]
        if desk.is_payment_officer
        else []
    )


def unbatched(*, agency: str) -> QuerySet[Payment]:
    """Return an agency's payments that are in no batch yet, for whoever gathers them."""
    return Payment.objects.filter(budget__agency_id=agency, batch=None, state=Payment.State.WAITING).order_by(
        "ordered_at", "reference"
    )


def budgets(*, agency: str = "", year: int | None = None) -> list[BudgetRow]:
    """Return the budgets, of one agency and one year where these are named; nobody's data are in them."""
    found = Budget.objects.select_related("agency").filter(*([Q(agency_id=agency)] if agency else []))
    found = found.filter(year=year) if year is not None else found
    return [
        BudgetRow(
            one.key,
            one.year,
            one.title,
            one.agency.short_name,
            one.get_rule_display(),
            one.total_yuan,
            one.reserved_yuan,
            one.spent_yuan,
        )
        for one in found
    ]


def money_by_agency(*, year: int, agency: str = "") -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    """Return for each agency the year's budgets together: total, promised, spent, in yuan."""
    found = Budget.objects.filter(year=year, **({"agency_id": agency} if agency else {}))
    rows = (
        found.order_by().values_list("agency_id").annotate(Sum("total_yuan"), Sum("reserved_yuan"), Sum("spent_yuan"))
    )
    return {code: (total, reserved, spent) for code, total, reserved, spent in rows}


def visible_payment(desk: Desk, payment_id: UUID) -> Payment:
    """Return a payment this desk may see.

    Raises:
        NotAPayer, PaymentNotFound: it is not for this desk.
    """
    _must_see(desk)
    found = Payment.objects.select_related("payee", "budget__agency", "batch", "replaces").filter(pk=payment_id)
    if desk.is_payment_officer:
        found = found.filter(budget__agency_id=desk.agency)
    payment = found.first()
    if payment is None:
        raise PaymentNotFound("请从拨付批次重新进入，或检查拨付单号。")
    return payment


def is_to_mend(payment_id: UUID) -> bool:
    """Tell whether a payment came back and nobody has paid it anew or given it up yet."""
    back = Payment.objects.filter(pk=payment_id, state=Payment.State.RETURNED, written_off_at=None)
    return back.filter(replaced_by=None).exists()


def numbered(reference: str) -> UUID:
    """Return the payment of this reference.

    Raises:
        PaymentNotFound: there is none.
    """
    found = Payment.objects.filter(reference=reference).values_list("pk", flat=True).first()
    if found is None:
        raise PaymentNotFound(f"没有拨付单号“{reference[:40]}”。请检查。")
    return found


def batch_numbered(number: str) -> UUID:
    """Return the batch of this number.

    Raises:
        BatchNotFound: there is none.
    """
    found = PaymentBatch.objects.filter(number=number).values_list("pk", flat=True).first()
    if found is None:
        raise BatchNotFound(f"没有批次“{number[:40]}”。请检查。")
    return found


def of_causes(causes: Sequence[str]) -> list[Payment]:
    """Return every payment ever ordered for these causes, oldest first, with those that came back."""
    found = Payment.objects.filter(cause__in=causes).select_related("budget__agency", "batch")
    return list(found.order_by("ordered_at"))


def going_on() -> list[UUID]:
    """Return the batches that are being sent and not through yet."""
    return list(PaymentBatch.objects.filter(state=PaymentBatch.State.SENDING).values_list("pk", flat=True))


def differences(*, day: date | None = None) -> list[Difference]:
    """Return the differences that are not gone, of one day where it is named."""
    found = Difference.objects.filter(gone_at=None)
    return list(found.filter(day=day) if day is not None else found)


def reconciliations(*, limit: int = 30) -> list[Reconciliation]:
    """Return the newest reconciliations."""
    return list(Reconciliation.objects.all()[:limit])


def line(payment: Payment) -> dict[str, str]:
    """Return what a batch's digest says of a payment: all that must not change, as texts."""
    return {
        "reference": payment.reference,
        "cause": payment.cause,
        "payee": str(payment.payee_id),
        "account": hashlib.sha256(bytes(payment.account_sealed)).hexdigest(),
        "bank": payment.bank,
        "amount_yuan": f"{payment.amount_yuan:.2f}",
        "budget": str(payment.budget_id),
        "item": payment.purpose_item,
        "purpose": payment.purpose_title,
        "case": str(payment.case_id or ""),
    }


def said_of(batch: PaymentBatch) -> bytes:
    """Return what the signature of a frozen batch signs."""
    assert batch.frozen_at is not None
    return statement(
        number=batch.number,
        agency=batch.agency_id,
        count=batch.count,
        total_yuan=batch.total_yuan,
        digest=batch.digest,
        frozen_at=batch.frozen_at,
        frozen_by=batch.frozen_by,
    )


def is_whole(batch: PaymentBatch, payments: Sequence[Payment]) -> bool:
    """Tell whether a frozen batch and its payments are what was signed when it was frozen."""
    return (
        batch.digest == batch_digest([line(one) for one in payments])
        and batch.count == len(payments)
        and batch.total_yuan == sum(one.amount_yuan for one in payments)
        and signing.is_signed(said_of(batch), bytes(batch.signature), batch.public_key)
    )


def row(payment: Payment) -> PaymentRow:
    """Return a payment as a list shows it."""
    payee = payment.payee
    return PaymentRow(
        id=payment.pk,
        reference=payment.reference,
        payee=masking.name(payee.name) if payee.is_person else payee.name,
        account=payment.account_masked,
        bank=payment.bank,
        amount_yuan=payment.amount_yuan,
        purpose=payment.purpose_title,
        state=payment.state,
        state_label=payment.get_state_display(),
        tone=TONES[payment.state],
        reason=reason_label(payment.return_reason),
    )


def _must_see(desk: Desk) -> None:
    if not (desk.is_payment_officer or desk.is_auditor):
        raise NotAPayer("拨付批次由拨付人员办理，审计人员可以查看。")


def _visible(desk: Desk) -> QuerySet[PaymentBatch]:
    """Return the batches of the paying officer's agency; an auditor sees all."""
    _must_see(desk)
    batches = PaymentBatch.objects.all()
    return batches.filter(agency_id=desk.agency) if desk.is_payment_officer else batches


def _counts() -> dict[str, Count | Sum]:
    return {
        "gathered": Count("payments"),
        "gathered_yuan": Sum("payments__amount_yuan"),
        "settled_count": Count("payments", filter=Q(payments__state=Payment.State.SETTLED)),
        "returned_count": Count("payments", filter=Q(payments__state=Payment.State.RETURNED)),
    }


def _batch_row(batch: PaymentBatch) -> BatchRow:
    is_open = batch.state == PaymentBatch.State.OPEN
    return BatchRow(
        id=batch.pk,
        number=batch.number,
        agency=batch.agency.short_name,
        state=batch.state,
        state_label=batch.get_state_display(),
        tone=TONES[batch.state],
        count=getattr(batch, "gathered", 0) if is_open else batch.count,
        total_yuan=(getattr(batch, "gathered_yuan", None) or Decimal(0)) if is_open else batch.total_yuan,
        settled=getattr(batch, "settled_count", 0),
        returned=getattr(batch, "returned_count", 0),
        made_at=batch.made_at,
    )
