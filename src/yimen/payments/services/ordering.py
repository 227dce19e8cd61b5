"""Order payments, and put another account in place of one that did not work (下单、换户重拨)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from yimen.core.errors import Conflict
from yimen.core.vault import vault_at
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.payments import logic
from yimen.payments.errors import PaymentNotFound
from yimen.payments.models import Budget, Payment
from yimen.payments.services import budgets
from yimen.standards import masking
from yimen.tasks import queries as tasks
from yimen.tasks import services as task_services

ACCOUNT_TASK = "payment.account"
REFUSED_TASK = "payment.refused"


class CauseTaken(Conflict):
    """Something else is being paid for this cause already."""

    code = "payments.cause-taken"
    title = "这一事由已经有一张内容不同的拨付单。"


class NotReturned(Conflict):
    """Only what came back can be paid anew."""

    code = "payments.not-returned"
    title = "只有退回的拨付单可以换户重拨或核销。"


@dataclass(frozen=True, slots=True)
class Target:
    """Where money goes (收款账户): the number as it was written, and the bank."""

    account: str = field(repr=False)
    bank: str


@dataclass(frozen=True, slots=True)
class Order:
    """One payment as a room above orders it. `cause` is opaque, and paid once; `item` and `title` name the purpose."""

    cause: str
    payee: UUID
    target: Target
    amount_yuan: Decimal
    item: str
    title: str
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """What became of several orders: those with a payment, and the causes there was no money left for."""

    payments: Sequence[Payment]
    unpaid: Sequence[str]


def order(one: Order, *, budget: str, year: int, by: Actor, at: datetime) -> Payment:
    """Order a payment (下单); the same order twice is one payment.

    Raises:
        BudgetNotFound, BudgetExhausted: there is no money for it. CauseTaken: another amount or payee is being paid
            for this cause. BadAccount, BadAmount: what is given can be none.
    """
    with transaction.atomic():
        return _ordered(one, budgets.locked(budget, year), by=by, at=at)


@transaction.atomic
def order_all(orders: Sequence[Order], *, budget: str, year: int, by: Actor, at: datetime) -> Ordered:
    """Order several payments of one budget, by its rule: in their order while it lasts, or all in proportion.

    In proportion each order's amount is what is claimed; what is paid is its share. Orders that have a payment already
    keep it and count as paid.

    Raises:
        as `order`, but for BudgetExhausted.
    """
    held = budgets.locked(budget, year)
    known = {one.cause for one in orders if _held(one.cause) is not None}
    fresh = [one for one in orders if one.cause not in known]
    granted = {one.cause: one.amount_yuan for one in fresh}
    if held.rule == Budget.Rule.PRO_RATA:
        granted = logic.allot(budgets.left(held), [(one.cause, logic.amount(one.amount_yuan)) for one in fresh])
    payments, unpaid = [], []
    for one in orders:
        yuan = granted.get(one.cause, one.amount_yuan)
        if one.cause not in known and (yuan <= 0 or yuan > budgets.left(held)):
            unpaid.append(one.cause)
            continue
        share = Order(one.cause, one.payee, one.target, yuan, one.item, one.title, one.case_id)
        payments.append(_ordered(share, held, by=by, at=at, keeps_amount=one.cause in known))
    return Ordered(payments, unpaid)


@transaction.atomic
def replace(payment_id: UUID, target: Target, *, by: Actor, at: datetime, agency: str | None = None) -> Payment:
    """Pay what came back to another account (换户重拨): a new payment for the same cause, of the same promise.

    `agency` is the payer's, where only its own may be replaced. The task that asked for the account is closed.

    Raises:
        PaymentNotFound: there is none, or another agency pays it. NotReturned: it did not come back, or was replaced
            already. BadAccount: the number can be none.
    """
    old = _returned(payment_id, agency=agency)
    made = _made(
        Order(old.cause, old.payee_id, target, old.amount_yuan, old.purpose_item, old.purpose_title, old.case_id),
        old.budget,
        at=at,
    )
    made.replaces = old
    made.save(force_insert=True)
    record("payment.replaced", made, by=by, at=at, replaces=old.reference)
    _close_task(old, by=by, at=at, answer=f"已换户，新拨付单 {made.reference}")
    return made


@transaction.atomic
def write_off(payment_id: UUID, *, reason: str, by: Actor, at: datetime, agency: str | None = None) -> Payment:
    """Give up what came back (核销): the budget has its money again.

    Raises:
        PaymentNotFound, NotReturned: as `replace`.
    """
    old = _returned(payment_id, agency=agency)
    old.written_off_at = at
    old.save(update_fields=["written_off_at"])
    budgets.release(old.budget_id, old.amount_yuan)
    record("payment.written-off", old, by=by, at=at)
    _close_task(old, by=by, at=at, answer=reason or "已核销")
    return old


def anew(old: Payment, *, by: Actor, at: datetime) -> Payment:
    """Order a cancelled payment once more, to the same account and of the same promise, in the caller's transaction.

    The account stays sealed: it is sealed as that of the cause, which is the same.
    """
    made = Payment(
        reference=_reference(at),
        cause=old.cause,
        payee_id=old.payee_id,
        account_key_id=old.account_key_id,
        account_sealed=bytes(old.account_sealed),
        account_masked=old.account_masked,
        bank=old.bank,
        amount_yuan=old.amount_yuan,
        budget=old.budget,
        purpose_item=old.purpose_item,
        purpose_title=old.purpose_title,
        case_id=old.case_id,
        ordered_at=at,
        replaces=old,
    )
    made.save(force_insert=True)
    record("payment.ordered", made, by=by, at=at, cause=old.cause, replaces=old.reference)
    return made


def sealed_as(cause: str) -> str:
    """Return as whose secret an account is sealed: that of what is paid for."""
    return f"payment:{cause}"


def record(action: str, payment: Payment, *, by: Actor, at: datetime, **details: object) -> int:
    """Write what was done about a payment into the ledger, in the caller's transaction; return the row's number."""
    purpose = Purpose(payment.purpose_item, payment.purpose_title, payment.case_id)
    return ledger.record_act(
        actor=by,
        action=action,
        subject=payment.payee_id,
        purpose=purpose,
        at=at,
        details={
            "payment": str(payment.pk),
            "reference": payment.reference,
            "amount_yuan": f"{payment.amount_yuan:.2f}",
            **details,
        },
    )


def _living(causes: Sequence[str]) -> list[Payment]:
    dead = [Payment.State.RETURNED, Payment.State.CANCELLED]
    return list(Payment.objects.filter(cause__in=causes).exclude(state__in=dead))


def _held(cause: str) -> Payment | None:
    """Return the payment that holds a promise for this cause: a living one, or one that came back and waits."""
    for one in _living([cause]):
        return one
    back = Payment.objects.filter(cause=cause, state=Payment.State.RETURNED, written_off_at=None)
    return back.filter(replaced_by=None).order_by("-ordered_at").first()


def _reference(at: datetime) -> str:
    return f"P{at:%Y%m%d}{secrets.token_hex(8)}"


def _ordered(one: Order, budget: Budget, *, by: Actor, at: datetime, keeps_amount: bool = False) -> Payment:
    yuan = logic.amount(one.amount_yuan)
    known = _held(one.cause)
    if known is not None:
        if known.payee_id != one.payee or (known.amount_yuan != yuan and not keeps_amount):
            raise CauseTaken(f"已有拨付单 {known.reference}。请核对金额和收款人。", reference=known.reference)
        return known
    made = _made(Order(one.cause, one.payee, one.target, yuan, one.item, one.title, one.case_id), budget, at=at)
    budgets.reserve(budget, yuan)
    made.save(force_insert=True)
    record("payment.ordered", made, by=by, at=at, cause=one.cause, budget=str(budget))
    return made


def _made(one: Order, budget: Budget, *, at: datetime) -> Payment:
    account = logic.account_number(one.target.account)
    bank = " ".join(one.target.bank.replace("\0", "").split())[:200]
    if not bank:
        raise logic.BadAccount("请填写开户行。", field="bank")
    key_id, sealed = vault_at(Path(settings.YIMEN_SECRETS_KEY)).seal(account, of=sealed_as(one.cause))
    return Payment(
        reference=_reference(at),
        cause=one.cause,
        payee_id=one.payee,
        account_key_id=key_id,
        account_sealed=sealed,
        account_masked=masking.account(account),
        bank=bank,
        amount_yuan=one.amount_yuan,
        budget=budget,
        purpose_item=one.item,
        purpose_title=one.title[:300],
        case_id=one.case_id,
        ordered_at=at,
    )


def _returned(payment_id: UUID, *, agency: str | None) -> Payment:
    found = Payment.objects.select_for_update(of=("self",)).select_related("budget").filter(pk=payment_id)
    if agency is not None:
        found = found.filter(budget__agency_id=agency)
    old = found.first()
    if old is None:
        raise PaymentNotFound("请从督办单或拨付批次重新进入。")
    if old.state != Payment.State.RETURNED:
        raise NotReturned(f"这张拨付单现在是“{old.get_state_display()}”。", state=old.state)
    if old.written_off_at is not None or Payment.objects.filter(replaces=old).exists():
        raise NotReturned("这张拨付单已经换户重拨，或已经核销。", state=old.state)
    return old


def _close_task(old: Payment, *, by: Actor, at: datetime, answer: str) -> None:
    for kind in (ACCOUNT_TASK, REFUSED_TASK):
        for task_id, _ in tasks.open_of(kind, [str(old.pk)]).values():
            task_services.close(task_id, by=by, at=at, answer=answer)
