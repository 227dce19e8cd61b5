"""How a measure stands to somebody, and which comes first."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from yimen import dmn
from yimen.facts.logic import FactDefinition, FactType
from yimen.items.logic import Question
from yimen.policies.logic import Condition, name_of
from yimen.policies.matching.found import State, look
from yimen.policies.matching.ranking import ranked
from yimen.policies.queries import Measure, Published
from yimen.policies.tests.factories import AT, RULES, measure, policy

ON = date(2026, 11, 25)
MODEL = dmn.load(RULES.encode())
DICTIONARY = {
    "org.status": FactDefinition("org.status", "登记状态", FactType.CODE, "11440300MB2X01146N"),
    "org.abnormal_list": FactDefinition("org.abnormal_list", "列入经营异常名录", FactType.BOOLEAN, "applicant"),
    "application.date": FactDefinition("application.date", "申请日期", FactType.DATE, "system"),
}


def named(policy_slug="steady-reward", **changes):
    definition = measure(**changes)
    whole = policy(slug=policy_slug, measures=(definition,))
    return Measure(name_of(policy_slug, definition.id), Published(1, 1, AT, "市人社局", whole), definition)


def seen(known, one=None, amount=None):
    found = look(one or named(), MODEL, known, DICTIONARY, on=ON)
    return found if amount is None else replace(found, amount=Decimal(amount))


def test_a_measure_is_theirs_with_its_amount_when_every_condition_is_met():
    found = seen({"org.status": "active", "org.abnormal_list": False})

    assert (found.state, found.amount, found.certainty) == (State.YES, 200_000, 1.0)


def test_one_condition_short_says_which_and_where_to_get_it():
    one = named(
        conditions=(
            Condition("c1", "登记状态正常", ""),
            Condition("c2", "未列入经营异常名录", "", leads_to="abnormal-list-removal"),
        )
    )
    found = seen({"org.status": "active", "org.abnormal_list": True}, one)

    assert (found.state, found.judgement.failing, found.leads_to) == (State.NEAR, ("c2",), "abnormal-list-removal")


def test_one_failed_and_one_unknown_is_no_near_miss():
    assert seen({"org.abnormal_list": True}).state is State.NO


def test_what_is_missing_is_told_apart_by_who_can_say_it():
    asks = (Question("org.abnormal_list", "是否列入经营异常名录？"),)
    found = seen({}, named(questions=asks))

    assert found.state is State.OPEN
    assert (found.to_answer, found.to_learn) == (("org.abnormal_list",), ("org.status",))


GOOD = {"org.status": "active", "org.abnormal_list": False}


def test_best_first_is_by_state_then_by_amount_then_by_effort_then_by_deadline():
    rich, poor = seen(GOOD, named("rich"), 500_000), seen(GOOD, named("poor"), 1_000)
    near, open_ = seen({**GOOD, "org.abnormal_list": True}, named("near")), seen({}, named("open"))

    assert [one.measure.name for one in ranked([near, poor, open_, rich])] == [
        "rich/m1",
        "poor/m1",
        "open/m1",
        "near/m1",
    ]


@pytest.mark.parametrize("says", ["small", "large"])
def test_of_two_that_exclude_one_another_the_one_that_brings_more_is_taken_whoever_says_so(says):
    small = seen(GOOD, named("small", excludes=("large/m1",) if says == "small" else ()), 20_000)
    large = seen(GOOD, named("large", excludes=("small/m1",) if says == "large" else ()), 30_000)

    first, second = ranked([small, large])

    assert (first.measure.name, first.excluded_by) == ("large/m1", "")
    assert (second.measure.name, second.excluded_by) == ("small/m1", "large/m1")


def test_two_small_ones_together_beat_one_that_excludes_both():
    both = [seen(GOOD, named(name), 60_000) for name in ("a", "b")]
    alone = seen(GOOD, named("c", excludes=("a/m1", "b/m1")), 100_000)

    taken = {one.measure.name for one in ranked([alone, *both]) if not one.excluded_by}

    assert taken == {"a/m1", "b/m1"}


def test_many_that_exclude_one_another_are_still_ranked_at_once():
    names = [f"p{place:02d}/m1" for place in range(40)]
    crowd = [seen(GOOD, named(name[:3], excludes=tuple(names)), 1000 + place) for place, name in enumerate(names)]

    taken = [one.measure.name for one in ranked(crowd) if not one.excluded_by]

    assert taken == ["p39/m1"]
