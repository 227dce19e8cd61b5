"""The people: the same every time, with right numbers, and as mixed as a city."""

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from demo import divisions
from demo.cast import PARTS, cast, population
from demo.people import Degree, Fault, Level, Mode, Person, check_character

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return population(today=TODAY, count=20_000)


def age(person: Person, on: date) -> int:
    born = person.birth_date
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def test_the_same_day_gives_the_same_people(people: list[Person]):
    assert population(today=TODAY, count=20_000) == people


def test_another_seed_gives_other_people_and_the_same_cast():
    one, other = (population(today=TODAY, count=50, seed=seed) for seed in (1, 2))

    assert one[: len(PARTS)] == other[: len(PARTS)]
    assert one[len(PARTS) :] != other[len(PARTS) :]


def test_a_smaller_city_is_the_beginning_of_a_larger_one(people: list[Person]):
    assert population(today=TODAY, count=500) == people[:500]


def test_id_numbers_and_names_stay_the_same_within_a_year(people: list[Person]):
    in_january = population(today=date(2026, 1, 1), count=20_000)

    def lasting(everybody: list[Person]) -> list[tuple[str, str]]:  # whoever has a birthday today has another number
        return [(one.id_number, one.name) for one in everybody if one.username != "elder"]

    assert lasting(in_january) == lasting(people)


# The examples of the standard itself (GB 11643, annex A).
@pytest.mark.parametrize(("digits", "expected"), [("11010519491231002", "X"), ("44052418800101001", "4")])
def test_the_check_character_is_that_of_the_standard(digits: str, expected: str):
    assert check_character(digits) == expected


def test_every_id_number_is_right_unique_and_of_the_unassigned_code(people: list[Person]):
    assert len({person.id_number for person in people}) == len(people) == 20_000
    for person in people:
        number = person.id_number
        assert number.startswith("440399")
        assert number[6:14] == f"{person.birth_date:%Y%m%d}"
        assert int(number[16]) % 2 == (0 if person.is_female else 1)
        assert number[17] == check_character(number[:17])


def test_everybody_is_of_age_and_nobody_is_older_than_people_get(people: list[Person]):
    ages = [age(person, TODAY) for person in people]

    assert min(ages) >= 18
    assert 95 <= max(ages) <= 101
    assert 0.3 < sum(20 <= a <= 30 for a in ages) / len(ages) < 0.5


def test_shares_are_as_stated(people: list[Person]):
    count = len(people)
    faults = Counter(fault for person in people for fault in person.faults)

    assert 0.57 < sum(not p.household_division.startswith("4403") for p in people) / count < 0.63
    assert 0.007 < sum(p.has_criminal_record for p in people) / count < 0.013
    assert 0.015 < faults[Fault.NOT_IN_EDUCATION] / count < 0.025
    for fault in (Fault.NO_SUCH_LEVEL, Fault.NO_SUCH_DATE, Fault.OTHER_NAME, Fault.NO_HOUSEHOLD):
        assert 0.003 < faults[fault] / count < 0.007
    levels = Counter(p.education.level if p.education else Level.NONE for p in people)
    assert set(levels) == set(Level)
    assert {p.education.mode for p in people if p.education} == set(Mode)


@pytest.mark.parametrize("today", [TODAY, date(2026, 1, 1), date(2028, 2, 29)])
def test_nobody_graduates_in_the_future_or_before_growing_up(today: date):
    for person in population(today=today, count=2_000):
        education = person.education
        if education is not None:
            assert person.birth_date.year + 12 <= education.graduated_on.year
            assert education.graduated_on <= today
            if education.degree is not Degree.NONE:
                assert education.level in {Level.DOCTORATE, Level.MASTER, Level.BACHELOR}


def test_household_codes_are_real_ones(shared: Path):
    with (shared / "data/divisions/divisions.csv").open(encoding="utf-8") as file:
        real = {row["code"] for row in csv.DictReader(file) if row["is_real"] == "1"}

    assert set(divisions.ELSEWHERE) | set(divisions.SHENZHEN) <= real
    assert not any(code.startswith("4403") for code in divisions.ELSEWHERE)


# The conditions of the graduate-reception item that are the departments' to answer, written once more and apart.
def failing(person: Person, today: date) -> set[str]:
    education = person.education
    assert education is not None
    graduated = education.graduated_on
    within = today <= (graduated + timedelta(days=1)).replace(year=graduated.year + 2) - timedelta(days=1)
    conditions = {
        "c1": education.level in {Level.DOCTORATE, Level.MASTER, Level.BACHELOR} and education.degree != Degree.NONE,
        "c2": education.mode is Mode.FULL_TIME,
        "c3": within,
        "c4": education.is_verified,
        "c5": not person.household_division.startswith("4403"),
        "c6": age(person, today) < (45 if education.level is Level.MASTER else 35),
        "c7": not person.has_criminal_record,
    }
    return {name for name, holds in conditions.items() if not holds}


@pytest.mark.parametrize("today", [TODAY, date(2026, 1, 1), date(2027, 3, 15), date(2028, 12, 31)])
def test_each_graduate_of_the_cast_plays_exactly_one_part(today: date):
    found = {person.name: (failing(person, today), person.faults) for person in cast(today=today)[:9]}

    assert found == {
        "陈晓雯": (set(), set()),
        "李启明": ({"c5"}, set()),
        "周望舒": ({"c3"}, set()),
        "吴知遥": (set(), {Fault.NOT_IN_EDUCATION}),
        "郑砚秋": ({"c7"}, set()),
        "何景行": (set(), {Fault.NO_SUCH_DATE}),
        "林若溪": ({"c2"}, set()),
        "许书瑶": (set(), set()),
        "孙立言": ({"c4"}, set()),
    }


def test_the_cast_can_be_told_apart_by_one_word():
    assert [person.username for person in cast(today=TODAY)] == [
        "graduate", "resident", "late", "silent", "convicted", "garbled", "overseas", "master", "unverified",
        "elder", "contradicted", "daughter", "founder", "agent", "starter", "granted", "stallholder", "senior", "awarded", "closed",
    ]  # fmt: skip
