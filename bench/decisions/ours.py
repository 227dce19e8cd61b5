"""Our engine, and the functions written by hand, as contestants."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from bench.decisions.contest import Contestant
from bench.decisions.material import SUMMARY, Material, Row
from yimen import dmn


def contestants(material: Material, goal: str) -> list[Contestant]:
    """Return the hand-written function and our engine on facts of several classes, all known, one unknown, traced."""
    xml, name, rows = material.model(goal), SUMMARY if goal == "chain" else goal, material.rows

    def load() -> Callable[[Row], object]:
        model = dmn.load(xml)
        dmn.evaluate(model, name, rows[0])
        return lambda row: dmn.evaluate(model, name, row)

    def with_trace() -> Callable[[Row], object]:
        decide = load()

        def call(row: Row) -> object:
            outcome = decide(row)
            assert isinstance(outcome, dmn.Outcome)
            return outcome, outcome.trace

        return call

    def value(answer: object) -> object:
        outcome = answer[0] if type(answer) is tuple else answer
        assert isinstance(outcome, dmn.Outcome)
        return outcome.value

    hand = material.hand(goal)
    return [
        Contestant("by hand", lambda: lambda row: hand(**row), rows, _first if goal == "chain" else _same),
        Contestant("yimen", load, rows, value),
        Contestant("yimen, Decimal", load, _numbers(rows, lambda number: Decimal(str(number))), value),
        Contestant("yimen, float", load, _numbers(rows, lambda number: float(str(number))), value),
        Contestant("yimen, one unknown", load, _without(rows), None),
        Contestant("yimen, trace read", with_trace, rows, value),
    ]


def long_load(material: Material, rows: int) -> Contestant:
    """Return our engine on a longer table, only to be loaded."""
    xml = material.long_table(rows)

    def load() -> Callable[[Row], object]:
        model = dmn.load(xml)
        dmn.evaluate(model, "first", material.rows[0])
        return lambda row: dmn.evaluate(model, "first", row)

    return Contestant(f"a table of {rows:,} rows", load, material.rows, None)


def _same(answer: object) -> object:
    return answer


def _first(answer: object) -> object:
    assert isinstance(answer, tuple)
    return answer[0]


def _numbers(rows: Sequence[Row], as_: Callable[[object], object]) -> tuple[Row, ...]:
    return tuple({name: as_(value) if type(value) is int else value for name, value in row.items()} for row in rows)


def _without(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows, each without one of its facts, in turn."""
    names = list(rows[0])
    return tuple(
        {name: value for name, value in row.items() if name != names[place % len(names)]}
        for place, row in enumerate(rows)
    )
