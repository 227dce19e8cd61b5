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
    """Hold every row of the batch against `rules.logic.judge`, condition by condition; return how many lines it was.

    So is every enterprise looked at alone by the same plan.
    """
    plan = matching.plan(models)
    one = matching.single(plan)
    rows = [{DAY: on, **facts_of(row)} for row in table.to_pylist()]
    wanted = {}
    for place, row in enumerate(rows):
        for standing in one.look(
            {name: value for name, value in row.items() if name != DAY or DAY in table.column_names}, on=on
        ):
            name = standing.measure.name
            judged = judge(models[name], Given(row))
            wanted[place, name] = (judged.verdict, judged.failing, _open(judged.conditions))
            assert (standing.verdict, standing.failing, _open(standing.conditions)) == wanted[place, name], (name, row)
    found = {(row, measure): told for row, measure, *told in lines(plan, table, on=on)}
    for place, told in found.items():
        assert tuple(told) == wanted[place], (place[1], rows[place[0]])
    assert len(found) == len(wanted) == len(rows) * len(models)
    return len(found)


def _open(conditions):
    return tuple(one.id for one in conditions if one.state is ConditionState.OPEN)


def decimal(text):
    return Decimal(text)
