"""One enterprise beside every measure: why a condition is not met, and what is still to be known."""

from datetime import date

from yimen.policies import matching
from yimen.policies.matching.tests.beside import TODAY
from yimen.policies.matching.tests.factories import rules
from yimen.rules.logic import Verdict


def looked_at(conditions, known, **more):
    (one,) = matching.single(matching.plan({"m": rules(conditions, **more)})).look(known, on=TODAY)
    return one


def test_a_reason_has_the_value_and_what_is_required():
    standing = looked_at(
        {"c1": "org.revenue >= 5000000", "c2": "org.listed = true"}, {"org.revenue": 4999999, "org.listed": True}
    )

    assert standing.verdict is Verdict.REJECT
    (why,) = standing.conditions[0].why
    assert (why.title, why.value, why.required, why.is_met) == ("org.revenue", "4,999,999", "不少于5,000,000", False)
    assert standing.conditions[1].why == ()


def test_of_two_alternatives_both_are_named_and_of_two_demands_the_one_that_fails():
    known = {"org.revenue": 1, "org.staff": 400}

    either = looked_at({"c1": "org.revenue > 5 or org.staff < 300"}, known)
    both = looked_at({"c1": "org.revenue > 5 and org.staff >= 300"}, known)

    assert [(one.required, one.is_met) for one in either.conditions[0].why] == [("大于5", False), ("小于300", False)]
    assert [one.facts for one in both.conditions[0].why] == [("org.revenue",)]


def test_what_is_missing_is_named_once_and_only_where_it_matters():
    conditions = {
        "c1": "org.revenue > 5",
        "c2": "org.revenue < 50 and org.listed = true",
        "c3": "org.staff > 3 or org.listed = true",
    }

    standing = looked_at(conditions, {"org.listed": True})

    assert standing.verdict is Verdict.UNDETERMINED
    assert standing.missing == ("org.revenue",)
    assert standing.conditions[0].why[0].value == ""


def test_codes_days_and_lists_are_told_in_words():
    conditions = {
        "c1": 'org.status = "active"',
        "c2": 'org.registered_on <= @"2025-07-01"',
        "c3": 'list contains(org.titles, "srdi")',
        "c4": "org.rd > org.rd_before",
    }
    known = {
        "org.status": "gone",
        "org.registered_on": date(2025, 7, 2),
        "org.titles": ["tech_sme"],
        "org.rd": 1,
        "org.rd_before": 2,
    }

    standing = looked_at(conditions, known)

    assert standing.failing == ("c1", "c2", "c3", "c4")
    told = [(why.value, why.required) for one in standing.conditions for why in one.why]
    assert told[0] == ("“gone”", "为“active”")
    assert told[1] == ("2025年7月2日", "不晚于2025年7月1日")
    assert told[2][0] == "“tech_sme”"
    assert told[3] == ("1、2", "大于org.rd_before")


def test_a_value_of_the_wrong_kind_is_no_answer():
    standing = looked_at({"c1": "org.revenue > 5"}, {"org.revenue": "much"})

    assert standing.verdict is Verdict.UNDETERMINED
