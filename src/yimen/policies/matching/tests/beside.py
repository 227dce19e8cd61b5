"""Runs the batch beside the judgement of single enterprises, and says where they differ."""

from datetime import date, datetime
from decimal import Decimal

from yimen.policies import matching
from yimen.policies.matching import Which, conditions_in
from yimen.rules.logic import DAY, ConditionState, Given, Verdict, judge

TODAY = date(2026, 7, 1)


def facts_of(row):
    """A row of the table as facts at hand: NULL is unknown, and so is what is no finite number."""

    def is_known(value):
        return value is not None and not (isinstance(value, float) and value - value != 0)

    return {name: _plain(value) for name, value in row.items() if is_known(value)}


def _plain(value):
    return value.date() if isinstance(value, datetime) else value


def lines(plan, table, *, on=TODAY, which=Which.ALL):
    """Every line of the batch: row, measure, verdict, the ids of the failed and of the open conditions."""
    measures = {one.name: one for one in plan.measures}
    for batch in matching.details(plan, table, on=on, which=which):
        for one in batch.to_pylist():
            measure = measures[one["measure"]]
            yield (
                one["row"],
                one["measure"],
                Verdict(one["verdict"]),
                conditions_in(measure, one["failed"]),
                conditions_in(measure, one["open"]),
            )


def assert_as_judged(models, table, *, on=TODAY):
    """Hold every row of the batch against `rules.logic.judge`, condition by condition; return how many lines it was."""
    plan = matching.plan(models)
    rows = [facts_of(row) for row in table.to_pylist()]
    count = 0
    for row, measure, verdict, failed, unknown in lines(plan, table, on=on):
        judged = judge(models[measure], Given({DAY: on, **rows[row]}))
        opened = tuple(one.id for one in judged.conditions if one.state is ConditionState.OPEN)
        wanted = (judged.verdict, judged.failing, opened)
        assert (verdict, failed, unknown) == wanted, (measure, rows[row])
        count += 1
    assert count == len(rows) * len(models)
    return count


def decimal(text):
    return Decimal(text)
