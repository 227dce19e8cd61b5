"""Budgets, payees and orders for tests."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from yimen.parties import queries as party_queries
from yimen.parties.logic import Actor
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties
from yimen.payments import services
from yimen.payments.services import BudgetDefinition, Order, Target

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
TODAY = date(2026, 11, 25)
SYSTEM = Actor("system", "test", "测试")
_numbers = count(1)


def clock():
    return NOW


def budget(total="10000000", key="srdi", rule="FIRST_COME"):
    parties.agency()
    return services.put_budget(BudgetDefinition(key, 2026, "专精特新奖励", parties.HR, Decimal(total), rule))


def account_number():
    return f"4403{next(_numbers):012d}"


def order(yuan="200000.00", *, cause="", payee=None, account=""):
    """An order of a new organisation's, for a new cause."""
    number = next(_numbers)
    return Order(
        cause or f"payout:{number}",
        (payee or parties.organisation()).pk,
        Target(account or account_number(), "中国银行深圳分行"),
        Decimal(yuan),
        "sz-srdi-reward/m1",
        "专精特新中小企业奖励",
    )


def ordered(count=1, **changes):
    return [services.order(order(**changes), budget="srdi", year=2026, by=SYSTEM, at=NOW) for _ in range(count)]


def desk(role=Post.Role.PAYMENT_OFFICER, code=parties.HR):
    return party_queries.desk(parties.desk(role, code), on=TODAY)


def sending(count=3, **changes):
    """A batch of so many payments that was frozen, approved and let go."""
    budget()
    payments = ordered(count, **changes)
    first, second = desk(), desk()
    batch = services.open_batch(by=first, at=NOW)
    services.freeze(batch.pk, by=first, at=NOW)
    services.approve(batch.pk, by=second, at=NOW)
    services.begin_sending(batch.pk, by=second, at=NOW)
    return batch, payments
