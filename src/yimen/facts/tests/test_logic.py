from datetime import date, datetime
from decimal import Decimal

import pytest

from yimen.facts.logic import (
    FactDefinition,
    FactSource,
    FactType,
    InvalidFact,
    Sensitivity,
    convert,
    label,
    validate,
)


def fact(kind, **more):
    return FactDefinition(name="person.thing", title="某项", type=FactType(kind), authority="A", **more)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("boolean", True, True),
        ("boolean", "否", False),
        ("boolean", "TRUE", True),
        ("date", "2026-06-30", date(2026, 6, 30)),
        ("date", date(2026, 6, 30), date(2026, 6, 30)),
        ("date", datetime(2026, 6, 30, 8), date(2026, 6, 30)),
        ("date", "2026-06", date(2026, 6, 1)),  # a date given as a month means its first day
        ("number", "3.50", Decimal("3.50")),
        ("number", 7, Decimal(7)),
        ("string", " 南山 ", "南山"),
        ("string", "", ""),  # an empty text is a known value
    ],
)
def test_a_value_becomes_what_the_engine_wants(kind, raw, value):
    assert convert(fact(kind), raw) == value


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("boolean", "maybe"),
        ("boolean", 2),
        ("date", "2025-02-29"),
        ("date", "20190231"),
        ("number", "3,200"),
        ("number", "NaN"),
        ("number", "Infinity"),
        ("number", "1e999999999"),
        ("number", "1e-35"),
        ("number", "1" * 35),
        ("number", True),
        ("string", ["a"]),
    ],
)
def test_a_value_that_cannot_be_the_fact_is_refused_by_name(kind, raw):
    with pytest.raises(InvalidFact) as caught:
        convert(fact(kind), raw)

    assert "person.thing" in caught.value.detail


def test_a_code_must_be_one_of_its_list():
    definition = fact("code", values={"master": "硕士", "bachelor": "本科"})

    assert convert(definition, "master") == "master"
    with pytest.raises(InvalidFact, match="master、bachelor"):
        convert(definition, "phd")


def test_the_value_of_a_personal_fact_is_never_echoed():
    with pytest.raises(InvalidFact) as caught:
        convert(fact("date", sensitivity=Sensitivity.SENSITIVE), "1999-13-01")

    assert "1999" not in caught.value.detail


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("boolean", False, "否"),
        ("date", date(2026, 6, 30), "2026年6月30日"),
        ("number", Decimal(3200), "3,200元"),
        ("code", "master", "硕士"),
    ],
)
def test_a_value_is_shown_as_people_say_it(kind, value, shown):
    assert label(fact(kind, values={"master": "硕士"} if kind == "code" else {}, unit="元"), value) == shown


def test_agreement_needs_at_least_two_to_agree():
    alone = fact("boolean", sources=(FactSource("d", "f"),), agree=True)

    assert validate(alone) == ["person.thing 要求各来源一致（agree），至少要有两个 sources。"]


def test_a_wrong_name_is_explained():
    assert "person.birth_date" in validate(FactDefinition("BirthDate", "出生日期", FactType.DATE, "A"))[0]
