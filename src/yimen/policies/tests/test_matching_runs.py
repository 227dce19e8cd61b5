"""Everybody matched with every measure; the next run does anew only what has changed, and finds the same."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yimen import dmn
from yimen.lake import store
from yimen.policies import services
from yimen.policies.matching import facts_table
from yimen.policies.models import MatchRun
from yimen.policies.services import matching
from yimen.policies.tests.factories import AT, RULES, policy, published
from yimen.rules.logic import Given, Verdict, judge

pytestmark = pytest.mark.django_db
MODEL = dmn.load(RULES.encode())
YOUNG = RULES.replace(
    'org.status = "active"', 'application.date >= date("2026-11-27") and org.status = "active"'
).replace(
    '<decision id="c1"',
    '<inputData id="application" name="application"><variable name="application" typeRef="tApplication"/></inputData><decision id="c1"',
).replace(
    '<inputData id="org"',
    '<itemDefinition id="t_app" name="tApplication"><itemComponent id="t_app_date" name="date"><typeRef>date</typeRef></itemComponent></itemDefinition><inputData id="org"',
).replace(
    '<informationRequirement><requiredInput href="#org"/></informationRequirement>\n    <literalExpression><text>application',
    '<informationRequirement><requiredInput href="#org"/></informationRequirement><informationRequirement><requiredInput href="#application"/></informationRequirement>\n    <literalExpression><text>application',
)  # fmt: skip


MINUTES = count()


@pytest.fixture(autouse=True)
def _lake(settings, tmp_path):
    settings.YIMEN_LAKE = str(tmp_path / "lake")
    published()


def table(rows, *, at=None):
    """Publish a table of facts with these rows: subject to (status, abnormal)."""
    with store.draft(facts_table.TABLE, at=at or AT + timedelta(seconds=next(MINUTES))) as draft:
        columns = {
            "subject": pa.array(list(rows), pa.string()),
            "credit_code": pa.array([f"code-{one}" for one in rows], pa.string()),
            "org.status": pa.array([status for status, _ in rows.values()], pa.string()),
            "org.abnormal_list": pa.array([abnormal for _, abnormal in rows.values()], pa.bool_()),
        }
        pq.write_table(pa.table(columns), draft.path)
        draft.close({})
        return draft.publish({})


def pairs(run):
    found = store.find(matching.TABLE, run.found)
    assert found is not None
    return {(row["subject"], row["measure"]) for row in pq.read_table(found.path).to_pylist()}


GOOD, BAD, UNKNOWN = ("active", False), ("active", True), (None, False)


def test_the_first_run_finds_whom_each_measure_is_for():
    table({"a": GOOD, "b": BAD, "c": UNKNOWN})

    run = matching.run(at=AT)

    assert pairs(run) == {("a", "steady-reward/m1")}
    assert (run.enterprises, run.evaluated, run.matches, run.fresh, run.gone) == (3, 3, 1, 1, 0)


def test_nothing_changed_is_nothing_done():
    table({"a": GOOD, "b": BAD})
    first = matching.run(at=AT)
    table({"a": GOOD, "b": BAD})

    again = matching.run(at=AT + timedelta(hours=1))

    assert (again.evaluated, again.fresh, again.gone, pairs(again)) == (0, 0, 0, pairs(first))


def test_a_changed_fact_touches_only_whose_it_is():
    table({"a": GOOD, "b": BAD, "c": BAD})
    matching.run(at=AT)
    table({"a": BAD, "b": GOOD, "c": BAD})

    run = matching.run(at=AT + timedelta(hours=1))

    assert (run.evaluated, run.fresh, run.gone, pairs(run)) == (2, 1, 1, {("b", "steady-reward/m1")})


def test_who_is_gone_is_no_match_and_who_is_new_may_be_one():
    table({"a": GOOD})
    matching.run(at=AT)
    table({"b": GOOD})

    run = matching.run(at=AT + timedelta(hours=1))

    assert (pairs(run), run.fresh, run.gone) == ({("b", "steady-reward/m1")}, 1, 1)


def test_a_new_policy_is_matched_alone():
    table({"a": GOOD, "b": BAD})
    matching.run(at=AT)
    services.put_policy(policy(slug="second-reward"), {"m1": RULES.encode()}, at=AT)

    run = matching.run(at=AT + timedelta(hours=1))

    assert run.evaluated == 2
    assert pairs(run) == {("a", "steady-reward/m1"), ("a", "second-reward/m1")}


def test_a_withdrawn_measure_is_nobodys():
    table({"a": GOOD})
    matching.run(at=AT)
    over = replace(policy(), effective_until=date(2026, 11, 20))
    services.put_policy(over, {"m1": RULES.encode()}, at=AT)

    run = matching.run(at=AT + timedelta(hours=1))

    assert (pairs(run), run.evaluated, run.gone) == (set(), 0, 1)


def test_rules_that_look_at_the_day_are_matched_anew_each_day():
    services.put_policy(policy(slug="young-reward"), {"m1": YOUNG.encode()}, at=AT)
    table({"a": GOOD})
    first = matching.run(at=AT)

    later = matching.run(at=AT + timedelta(days=2))

    assert ("a", "young-reward/m1") not in pairs(first)
    assert (later.evaluated, pairs(later) - pairs(first)) == (1, {("a", "young-reward/m1")})


def test_what_is_new_lies_beside_for_whoever_tells_people():
    table({"a": GOOD, "b": BAD})
    matching.run(at=AT)
    table({"a": GOOD, "b": GOOD})

    run = matching.run(at=AT + timedelta(hours=1))

    found = store.find(matching.TABLE, run.found)
    assert found is not None
    rows = pq.read_table(found.folder / matching.FRESH).to_pylist()
    assert rows == [{"subject": "b", "measure": "steady-reward/m1"}]


def test_without_a_table_of_facts_it_says_so():
    with pytest.raises(store.NoSnapshot):
        matching.run(at=AT)


ROWS = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.tuples(st.sampled_from(["active", "revoked", None]), st.sampled_from([True, False, None])),
)


@settings(max_examples=15, deadline=None)
@given(first=ROWS, second=ROWS)
def test_going_on_finds_what_a_whole_run_finds_and_what_each_is_judged_alone(first, second):
    MatchRun.objects.all().delete()
    times = [AT + timedelta(minutes=next(MINUTES)) for _ in range(3)]
    table(first, at=times[0])
    matching.run(at=times[0])
    table(second, at=times[1])

    on = pairs(matching.run(at=times[1]))
    anew = pairs(matching.run(at=times[2], whole=True))

    alone = {
        (subject, "steady-reward/m1")
        for subject, (status, abnormal) in second.items()
        if judge(
            MODEL,
            Given({k: v for k, v in {"org.status": status, "org.abnormal_list": abnormal}.items() if v is not None}),
        ).verdict
        is Verdict.APPROVE
    }
    assert on == anew == alone
