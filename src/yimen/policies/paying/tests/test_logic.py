"""What is left to pay under the caps."""

from datetime import date
from decimal import Decimal

import pytest

from yimen.policies.paying.logic import Before, Cap, Due, due, limit_of

ONCE = Cap("srdi", "ONCE")
DIFFERENCE = Cap("srdi", "DIFFERENCE", Decimal(500000))
YEARLY = Cap("jobs", "PER_YEAR", Decimal(100000))
SRDI = Before("sz-srdi-reward/m1", Decimal(200000), 2025)


@pytest.mark.parametrize(
    ("claim", "cap", "before", "paid"),
    [
        (200000, ONCE, [], 200000),
        (200000, ONCE, [SRDI], 0),
        (500000, DIFFERENCE, [], 500000),
        (500000, DIFFERENCE, [SRDI], 300000),
        (300000, DIFFERENCE, [SRDI], 300000),  # rules that know the difference themselves are not charged twice
        (500000, DIFFERENCE, [SRDI, Before("x", Decimal(400000), 2024)], 0),
        (80000, YEARLY, [Before("jobs", Decimal(50000), 2026)], 50000),
        (80000, YEARLY, [Before("jobs", Decimal(50000), 2025)], 80000),
        (120000, YEARLY, [], 100000),
        (120000, None, [SRDI], 120000),
    ],
)
def test_what_was_had_before_counts_as_the_cap_says(claim, cap, before, paid):
    found = due(Decimal(claim), cap=cap, before=before, year=2026)

    assert found.yuan == Decimal(paid)
    assert found.yuan + found.counted <= Decimal(claim)
    assert bool(found.why) == (found.counted > 0)


def test_what_cannot_be_had_beside_another_is_not_paid_and_says_why():
    found = due(Decimal(200000), cap=None, before=[], excluded=["a/m1"], year=2026)

    assert found == Due(Decimal(0), Decimal(200000), "已享受 a/m1，不重复享受")


def test_a_measures_own_ceiling_holds():
    found = due(Decimal(900000), cap=None, before=[], year=2026, most=Decimal(500000))

    assert (found.yuan, found.why) == (Decimal(500000), "按单项上限 500,000.00 元计")


@pytest.mark.parametrize("kind", ["PUBLISH", "DECIDE", "PAY"])
def test_every_kind_of_duty_has_its_limit_and_says_what_it_rests_on(kind):
    limit = limit_of(kind, on=date(2026, 11, 25))

    assert limit.working_days > 0
    assert limit.ground
