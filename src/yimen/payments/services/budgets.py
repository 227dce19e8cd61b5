"""Verbs on budgets: set one, promise of it, spend, give back. The row is locked, and the database refuses more."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from yimen.core.errors import Conflict, Invalid, NotFound
from yimen.payments.models import Budget


class BudgetNotFound(NotFound):
    """No such budget."""

    code = "payments.budget-not-found"
    title = "没有找到这项预算。"


class BudgetExhausted(Conflict):
    """There is less left than is asked for."""

    code = "payments.budget-exhausted"
    title = "预算已经不够。"


class BudgetBelowUse(Invalid):
    """A budget cannot become less than what was promised and spent of it."""

    code = "payments.budget-below-use"
    title = "预算总额不能低于已占用和已支出的数额。"


@dataclass(frozen=True, slots=True)
class BudgetDefinition:
    """A budget as a plan states it. `rule` is one of `Budget.Rule`."""

    key: str
    year: int
    title: str
    agency: str
    total_yuan: Decimal
    rule: str = Budget.Rule.FIRST_COME.value


@transaction.atomic
def put_budget(definition: BudgetDefinition) -> Budget:
    """Set a budget or bring it up to date (下达、调整预算); the same twice changes nothing.

    Raises:
        BudgetBelowUse: more has been promised and spent already.
    """
    found = Budget.objects.select_for_update().filter(key=definition.key, year=definition.year).first()
    if found is None:
        return Budget.objects.create(
            key=definition.key,
            year=definition.year,
            title=definition.title,
            agency_id=definition.agency,
            total_yuan=definition.total_yuan,
            rule=definition.rule,
        )
    used = found.reserved_yuan + found.spent_yuan
    if definition.total_yuan < used:
        raise BudgetBelowUse(
            f"预算 {found} 已占用和支出 {used:,.2f} 元，不能改为 {definition.total_yuan:,.2f} 元。", budget=str(found)
        )
    found.title, found.total_yuan, found.rule = definition.title, definition.total_yuan, definition.rule
    found.save(update_fields=["title", "total_yuan", "rule"])
    return found


def has_budget(key: str, year: int) -> bool:
    """Tell whether a budget was set for this year."""
    return Budget.objects.filter(key=key, year=year).exists()


def locked(key: str, year: int) -> Budget:
    """Return the budget under its row's lock, so that what is left stays left until the transaction ends.

    Raises:
        BudgetNotFound: there is none.
    """
    found = Budget.objects.select_for_update().filter(key=key, year=year).first()
    if found is None:
        raise BudgetNotFound(f"没有预算 {key}/{year}。请先下达预算。", budget=f"{key}/{year}")
    return found


def left(budget: Budget) -> Decimal:
    """Return what nobody has been promised yet, of a locked budget."""
    return budget.total_yuan - budget.reserved_yuan - budget.spent_yuan


def reserve(budget: Budget, yuan: Decimal) -> None:
    """Promise so much of a locked budget (占用).

    Raises:
        BudgetExhausted: there is less left.
    """
    rest = left(budget)
    if yuan > rest:
        raise BudgetExhausted(
            f"预算 {budget} 还剩 {rest:,.2f} 元，这一笔需要 {yuan:,.2f} 元。请调整预算，或留待下一年度。",
            budget=str(budget),
            left_yuan=f"{rest:.2f}",
        )
    budget.reserved_yuan += yuan
    budget.save(update_fields=["reserved_yuan"])


def spend(budget_id: int, yuan: Decimal) -> None:
    """Turn a promise into money spent (支出), in the caller's transaction."""
    Budget.objects.filter(pk=budget_id).update(
        reserved_yuan=F("reserved_yuan") - yuan, spent_yuan=F("spent_yuan") + yuan
    )


def release(budget_id: int, yuan: Decimal) -> None:
    """Take a promise back (释放), in the caller's transaction."""
    Budget.objects.filter(pk=budget_id).update(reserved_yuan=F("reserved_yuan") - yuan)
