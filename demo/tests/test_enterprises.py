"""What departments know of the city's firms: the same every day, as mixed as a city, with firms just at the limits."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from demo.cast import population
from demo.enterprises import Enterprise, enterprises
from demo.enterprises.sizes import size_of
from demo.organisations import COMPANY, Organisation, organisations

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def firms() -> list[Organisation]:
    return organisations(population(today=TODAY, count=20_000), today=TODAY)


@pytest.fixture(scope="module")
def known(firms) -> dict[str, Enterprise]:
    return dict(enterprises(firms, today=TODAY))


def test_the_same_day_gives_the_same_firms_and_every_firm_has_its_facts(firms, known):
    assert enterprises(firms, today=TODAY) == known
    assert set(known) == {one.credit_code for one in firms}


def test_a_place_once_given_is_never_anothers(firms):
    few = organisations(population(today=TODAY, count=2_000), today=TODAY)
    crowd = [one for one in few if not one.representative.role]

    assert [one.credit_code for one in firms[3 : 3 + len(crowd)]] == [one.credit_code for one in crowd]


def test_most_firms_are_small_and_few_are_large(known):
    count = Counter(one.size for one in known.values())

    assert count["small"] + count["micro"] > 0.75 * len(known)
    assert 0 < count["large"] < 0.05 * len(known)


@pytest.mark.parametrize(
    ("industry", "employees", "revenue", "assets", "expected"),
    [
        ("C39", 1000, 40_000, 0, "large"),
        ("C39", 999, 50_000, 0, "medium"),
        ("C27", 1200, 350, 0, "small"),
        ("C39", 19, 50_000, 0, "micro"),
        ("I65", 120, 900, 0, "small"),
        ("I65", 9, 20_000, 0, "micro"),
        ("F51", 5, 1_000, 0, "small"),
        ("F51", 4, 90_000, 0, "micro"),
        ("E47", 1, 80_000, 79_999, "medium"),
        ("L72", 300, 0, 119_999, "medium"),
        ("R88", 99, 0, 0, "small"),
        ("G59", 100, 30_000, 0, "medium"),
        ("J66", 500, 90_000, 0, None),
    ],
)
def test_the_worst_indicator_says_how_large_a_firm_is(industry, employees, revenue, assets, expected):
    wan = 10_000
    assert size_of(industry, employees=employees, revenue=revenue * wan, assets=assets * wan) == expected


def test_titles_follow_from_what_a_firm_is(firms, known):
    for one in firms:
        firm = known[one.credit_code]
        held = {title.code for title in firm.titles}
        if "little_giant" in held:
            assert "srdi" in held
        if "srdi" in held:
            assert "innovative_sme" in held
        for title in firm.titles:
            # The founder carries on a predecessor's trade and may keep its titles; nobody else is older than it is.
            assert title.granted_on is None or one.registered_on <= title.granted_on <= TODAY or one.representative.role


def test_a_young_firm_has_no_figures_of_years_it_did_not_live(firms, known):
    for one in firms:
        accounts = known[one.credit_code].accounts
        if one.registered_on > TODAY - timedelta(days=700) and one.credit_code != COMPANY:
            assert (accounts.revenue_before, accounts.growth, accounts.main_average) == (None, None, None)


@pytest.mark.parametrize(
    ("limit", "figure"),
    [
        (15_000_000, lambda one: one.accounts.revenue),
        (50_000_000, lambda one: one.accounts.assets),
        (3_000_000, lambda one: one.accounts.taxable),
        (Decimal(80), lambda one: one.accounts.debt_ratio),
        (Decimal("5.5"), lambda one: one.staff.layoff_ratio),
    ],
    ids=["revenue", "assets", "taxable income", "debts", "layoffs"],
)
def test_some_stand_just_at_a_limit_and_some_a_step_beside(known, limit, figure):
    figures = {value for one in known.values() if (value := figure(one)) is not None}
    step = 1 if isinstance(limit, int) else Decimal("0.01")

    assert {limit - step, limit, limit + step} <= figures


def test_some_departments_have_no_record_of_some_and_two_contradict_each_other(known):
    missing = Counter(name for one in known.values() for name in one.missing)

    assert {"tax", "industry", "finance", "intellectual_property"} <= set(missing)
    assert all(count < 0.03 * len(known) for count in missing.values())
    assert any(one.accounts.operates_here != one.staff.operates_here for one in known.values())
    assert any(title.granted_on is None for one in known.values() for title in one.titles)
