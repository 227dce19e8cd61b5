"""A judgement in the words of the dictionary."""

from datetime import date

import pytest

from yimen import dmn
from yimen.facts.logic import APPLICANT, SYSTEM, FactDefinition, FactType, Sensitivity
from yimen.rules.logic import Given, judge, nearest
from yimen.rules.tests.factories import reception
from yimen.rules.tests.test_logic import ALL_GOOD
from yimen.rules.wording import near, told


def fact(name, title, kind, *, authority="department", sensitivity=Sensitivity.PERSONAL, values=()):
    return FactDefinition(name, title, FactType(kind), authority, sensitivity, dict(values))


DEFINITIONS = {
    one.name: one
    for one in (
        fact("person.household", "户籍所在地", "code"),
        fact("person.graduated_on", "毕业日期", "date"),
        fact("person.convicted", "有犯罪记录", "boolean", sensitivity=Sensitivity.SENSITIVE),
        fact("person.fit", "身体健康", "boolean", authority=APPLICANT, sensitivity=Sensitivity.SENSITIVE),
        fact("application.date", "申请日期", "date", authority=SYSTEM),
    )
}
TOO_EARLY = {"c2": 'application.date >= person.graduated_on + duration("P2Y")'}


@pytest.fixture(scope="module")
def model():
    return dmn.load(reception())


def words(model, **changes):
    known = {**ALL_GOOD, **{name.replace("__", "."): value for name, value in changes.items()}}
    known = {name: value for name, value in known.items() if value is not None}
    return near(model, judge(model, Given(known)), known, DEFINITIONS)


def test_a_condition_is_told_with_value_limit_and_the_names_people_know(model):
    known = {**ALL_GOOD, "person.household": "440305", "person.graduated_on": date(2024, 6, 30)}

    checks = told(model, ["c1", "c2"], known, DEFINITIONS)

    (household,) = checks["c1"]
    assert household.title == "户籍所在地"
    assert household.value == "广东省深圳市南山区"
    assert household.required == "不属于广东省深圳市"
    assert household.is_met is False
    (late,) = checks["c2"]
    assert (late.title, late.value) == ("申请日期", "2026年11月22日")
    assert late.required == "不晚于2026年6月30日（毕业日期 + 2 年）"


def test_what_departments_say_of_a_sensitive_kind_is_marked_the_applicants_own_word_is_not(model):
    checks = told(model, ["c3", "c4"], ALL_GOOD, DEFINITIONS)

    assert [one.is_sensitive for name in ("c3", "c4") for one in checks[name]] == [True, False]


def test_what_is_not_at_hand_is_not_told(model):
    (check,) = told(model, ["c3"], {}, DEFINITIONS)["c3"]

    assert (check.value, check.is_met, check.is_sensitive) == ("", None, False)


def test_waiting_is_a_near_miss_and_says_until_when():
    early = dmn.load(reception(**TOO_EARLY))

    assert words(early, person__graduated_on=date(2024, 12, 3)) == "2026年12月3日起申请（还差 11 天），就符合条件了"
    assert (
        words(early, person__graduated_on=date(2025, 6, 30)) == "2027年6月30日起申请（还差 7 个月 8 天），就符合条件了"
    )


def test_conditions_not_looked_at_are_not_taken_for_met():
    early = dmn.load(reception(**TOO_EARLY))

    said = words(early, person__graduated_on=date(2024, 12, 3), person__convicted=None)

    assert said.endswith("，这一项就符合了（其余条件还没有全部核验）")


def test_a_day_that_has_passed_is_no_near_miss(model):
    assert words(model, person__graduated_on=date(2024, 11, 21)) == ""


def test_only_what_the_rules_call_changeable_is_named(model):
    changeable = dmn.load(reception(changeable='["person.fit"]'))

    assert words(model, person__fit=False) == ""
    assert words(changeable, person__fit=False) == "“身体健康”由“否”变为“是”，就符合条件了"
    assert words(changeable, person__convicted=True) == ""


def test_two_failing_conditions_are_no_near_miss():
    changeable = dmn.load(reception(changeable='["person.fit", "person.convicted"]'))

    assert words(changeable, person__fit=False, person__convicted=True) == ""


def test_the_rules_own_words_come_first(model):
    spoken = reception().replace(
        b"</definitions>",
        '<decision id="near_c4" name="near_c4"><literalExpression><text>"养好身体再来"</text></literalExpression></decision></definitions>'.encode(),
    )

    assert words(dmn.load(spoken), person__fit=False) == "养好身体再来"


def test_a_near_miss_really_turns_the_judgement():
    early = dmn.load(reception(**TOO_EARLY))
    known = {**ALL_GOOD, "person.graduated_on": date(2025, 6, 30)}

    (near_miss,) = nearest(early, judge(early, Given(known)), known)

    changed = {**known, **{one.fact: one.new for one in near_miss.changes}}
    assert judge(early, Given(changed)).verdict == "approve"


def test_the_words_fit_into_their_column():
    many = [f'person.household = "{number}"' for number in range(440400, 440480)]
    changeable = dmn.load(reception(changeable='["person.household"]', c1=" or ".join(many)))

    assert 0 < len(words(changeable, person__household="440305")) <= 300
