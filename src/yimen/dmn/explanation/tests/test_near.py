"""Near misses: applying one turns the outcome, and nothing smaller does."""

import time
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yimen import dmn
from yimen.dmn.explanation import Change, near_misses
from yimen.dmn.tests.factories import definitions, expression, inputs, needs, table
from yimen.dmn.values import YearsMonths


def changes(model, facts, **of):
    return [{one.fact: one.new for one in near.changes} for near in near_misses(model, "d", facts, **of)]


@pytest.mark.parametrize(
    ("text", "now", "new"),
    [
        ("n > 5", "3", ["6"]),
        ("n >= 5", "3", ["5"]),
        ("n > 0.5", "0.47", ["0.51"]),
        ("n in [10..12]", "3", ["10"]),
        ("n in (10..12]", "3", ["11"]),
        ("n < 3 or n > 9", "5", ["2", "10"]),
        ("2 * n - 1 >= 12", "3", ["7"]),
        ("n * n < 50", "9", ["7"]),
        ("100 - n > 60", "50", ["39"]),
        ("floor(n / 12) >= 5", "47", ["60"]),
        ("n = 4", "9", ["4"]),
        ("n > 2000000", "1", ["2000001"]),
        ("{a: n + 1, b: a > 6}.b", "1", ["6"]),
    ],
)
def test_a_number_moves_just_over_its_limit(text, now, new):
    found = changes(expression(text, n="number"), {"n": Decimal(now)})

    assert sorted(found, key=lambda one: one["n"]) == [{"n": Decimal(one)} for one in sorted(new, key=Decimal)]


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ('t < date("2026-01-01")', {"t": date(2025, 12, 31)}),
        ('t <= u + duration("P1Y6M")', {"t": date(2026, 6, 30)}),
        ("years and months duration(u, t).years >= 2", {"t": date(2026, 12, 31)}),
        ('t in [u + duration("P1Y")..u + duration("P18M")]', {"t": date(2026, 6, 30)}),
        ('(t - u) / duration("P1D") < 600', {"t": date(2026, 8, 22)}),
    ],
)
def test_a_day_moves_to_where_the_reckoning_turns(text, new):
    model = expression(text, t="date", u="date")
    facts = {"t": date(2026, 11, 22), "u": date(2024, 12, 31)}

    assert new in changes(model, facts, among=["t"])


def test_choices_are_those_the_logic_and_the_type_name():
    model = expression('s in ("a", "b") or (s != "" and not(b))', s="string", b="boolean")

    assert changes(model, {"s": "z", "b": True}) == [{"b": False}, {"s": "a"}, {"s": "b"}]


def test_two_facts_only_where_no_single_one_is_enough():
    model = expression("n > 5 and b", n="number", b="boolean")

    assert changes(model, {"n": 3, "b": True}) == [{"n": Decimal(6)}]
    assert changes(model, {"n": 3, "b": False}) == [{"b": True, "n": Decimal(6)}]


def test_three_are_no_near_miss():
    model = expression("n > 5 and b and m > 5", n="number", b="boolean", m="number")

    assert changes(model, {"n": 3, "b": False, "m": 1}) == []


def test_what_cannot_change_is_left_alone():
    model = expression("n > 5 or t > u", n="number", t="date", u="date")
    facts = {"n": 3, "t": date(2026, 1, 1), "u": date(2026, 1, 3)}

    assert changes(model, facts, among=["t"]) == [{"t": date(2026, 1, 4)}]
    assert changes(model, facts, among=["u"], may=lambda change: change.new > change.old) == []


def test_facts_unknown_are_named_not_supposed():
    model = expression("n > 5 and b", n="number", b="boolean")

    (near,) = near_misses(model, "d", {"n": 3})

    assert near.missing == ("b",)
    assert near.changes == (Change("n", Decimal(3), Decimal(6)),)


def test_an_outcome_that_is_as_wanted_or_open_has_none():
    model = expression("n > 5", n="number")

    assert near_misses(model, "d", {"n": 9}) == ()
    assert near_misses(model, "d", {}) == ()


def test_another_value_may_be_wanted():
    model = table("FIRST", {"n": "number"}, [["> 9", '"a"'], ["> 5", '"b"'], ["-", '"c"']])

    assert changes(model, {"n": 1}, wanted="b") == [{"n": Decimal(6)}]


def test_a_difference_is_in_whole_months_days_or_a_number():
    assert Change("t", date(2026, 1, 31), date(2026, 4, 30)).by == YearsMonths(3)
    assert Change("t", date(2026, 1, 31), date(2026, 2, 11)).by == timedelta(days=11)
    assert Change("n", Decimal(1000), Decimal(3000)).by == Decimal(2000)
    assert Change("b", False, True).by is None


def test_allowed_values_are_tried_where_the_logic_names_none():
    xml = definitions(
        '<itemDefinition name="K"><typeRef>string</typeRef><allowedValues><text>"a","b","c"</text></allowedValues></itemDefinition>'
        f'{inputs(s="K")}<decision id="d" name="d">{needs("s")}<literalExpression><text>string length(s) + (if s = "b" then 1 else 0) = 2'
        "</text></literalExpression></decision>"
    )

    assert changes(dmn.load(xml), {"s": "a"}) == [{"s": "b"}]


def test_a_large_model_is_searched_only_so_long():
    columns = {f"n{place}": "number" for place in range(10)}
    rows = [[f"> {place * 7 % 50}" for place in range(row, row + 10)] + ["true"] for row in range(50)]
    model = table("FIRST", columns, rows, default="false")
    begun = time.perf_counter()

    near_misses(model, "d", dict.fromkeys(columns, 0))

    assert time.perf_counter() - begun < 8  # a second on an idle machine


LIMIT = st.integers(-20, 20)
MONOTONE = st.one_of(
    st.builds("n {} {}".format, st.sampled_from(["<", "<=", ">", ">="]), LIMIT),
    st.builds("2 * n + 1 {} {}".format, st.sampled_from(["<", "<=", ">", ">="]), LIMIT),
    st.builds("floor(n / 3) {} {}".format, st.sampled_from(["<", ">="]), LIMIT),
    st.builds("n {} m".format, st.sampled_from(["<", "<=", ">", ">="])),
    st.builds("m - n {} {}".format, st.sampled_from(["<", ">"]), LIMIT),
)
WHOLE = st.one_of(
    MONOTONE,
    st.builds("({} and b)".format, MONOTONE),
    st.builds("(b or {})".format, MONOTONE),
)


@pytest.mark.fuzz
@settings(max_examples=120)
@given(text=WHOLE, n=st.integers(-30, 30), m=st.integers(-30, 30), b=st.booleans())
def test_a_near_miss_turns_the_outcome_and_nothing_smaller_does(text, n, m, b):
    model = expression(text, n="number", m="number", b="boolean")
    facts = {"n": Decimal(n), "m": Decimal(m), "b": b}
    now = dmn.evaluate(model, "d", facts).value

    for near in near_misses(model, "d", facts):
        new = {**facts, **{one.fact: one.new for one in near.changes}}
        assert now is False
        assert dmn.evaluate(model, "d", new).value is True
        for one in near.changes:
            if len(near.changes) == 1 and one.fact in {"n", "m"}:
                step = 1 if one.new > one.old else -1
                between = range(int(one.old), int(one.new), step)
                assert not any(dmn.evaluate(model, "d", {**facts, one.fact: place}).value for place in between)


@pytest.mark.fuzz
@settings(max_examples=60)
@given(text=MONOTONE, n=st.integers(-30, 30), m=st.integers(-30, 30))
def test_where_a_number_can_turn_it_a_near_miss_is_found(text, n, m):
    model = expression(text, n="number", m="number")
    facts = {"n": Decimal(n), "m": Decimal(m)}
    if dmn.evaluate(model, "d", facts).value is False:
        found = near_misses(model, "d", facts, among=["n"])

        assert [one.fact for near in found for one in near.changes] == ["n"]
