"""What a change of a policy would do before it is published (政策仿真): who gains, who loses, what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yimen import dmn
from yimen.facts.resolver import ORGANISATION
from yimen.lake import engine, store
from yimen.policies import matching
from yimen.policies.evaluating.dimensions import Dimension
from yimen.policies.logic import PolicyDefinition
from yimen.rules.logic import AMOUNT, DAY, facts_used

SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Effect:
    """What would become of one measure: how many have it now and would have it, and what it costs in yuan.

    Costs are what the rules reckon for everybody it fits, None where a side has no amount; `unreckoned` are those it
    would fit whose amount is not determined on the facts known. `open_then` are those of whom too little is known.
    `gains` counts those who would gain by part of the city, largest first.
    """

    measure: str
    title: str
    now: int
    then: int
    gain: int
    lose: int
    open_then: int
    cost_now: Decimal | None
    cost_then: Decimal | None
    unreckoned: int
    gains: tuple[tuple[str, int], ...]


def simulate(
    current: Mapping[str, dmn.Model],
    changed: PolicyDefinition,
    models: Mapping[str, dmn.Model],
    facts: store.Snapshot,
    *,
    by: Dimension,
    on: date,
) -> list[Effect]:
    """Return what would become of each measure for organisations, on the newest facts.

    `current` are the rules in force by measure id, `models` those of the changed policy; a measure that is only in one
    of them starts from nobody, or ends with nobody.
    """
    titles = {one.id: one.name for one in changed.measures if ORGANISATION in one.subjects}
    now, then = _match(current, facts, on), _match({key: models[key] for key in titles}, facts, on)
    effects = []
    for key in sorted({*current, *titles}):
        before, after = now.pairs(key), then.pairs(key)
        cost_now, _ = _cost(current.get(key), facts, before, on)
        cost_then, unreckoned = _cost(models.get(key), facts, after, on)
        effects.append(
            Effect(
                measure=key,
                title=titles.get(key, key),
                now=len(before),
                then=len(after),
                gain=len(after - before),
                lose=len(before - after),
                open_then=then.open(key),
                cost_now=cost_now,
                cost_then=cost_then,
                unreckoned=unreckoned,
                gains=_by_part(facts, after - before, by),
            )
        )
    return effects


@dataclass(frozen=True, slots=True)
class _Matched:
    """Who has what, as rows of the table of facts by measure, and of how many too little is known."""

    rows: Mapping[str, frozenset[int]]
    undetermined: Mapping[str, int]

    def pairs(self, measure: str) -> frozenset[int]:
        return self.rows.get(measure, frozenset())

    def open(self, measure: str) -> int:
        return self.undetermined.get(measure, 0)


def _match(models: Mapping[str, dmn.Model], facts: store.Snapshot, on: date) -> _Matched:
    if not models:
        return _Matched({}, {})
    result = matching.match(matching.plan(models), facts, on=on)
    assert result.pairs is not None
    names = result.pairs["measure"].cast(pa.string())
    rows = {key: frozenset(result.pairs["row"].filter(pc.equal(names, key)).to_pylist()) for key in models}
    return _Matched(rows, {tally.measure: tally.open for tally in result.tallies})


def _cost(model: dmn.Model | None, facts: store.Snapshot, rows: frozenset[int], on: date) -> tuple[Decimal | None, int]:
    """Return what it costs for these rows in yuan, None where there is no amount, and for how many it is open."""
    if model is None or AMOUNT not in model.decisions:
        return None, 0
    used = [name for name, _ in facts.schema if name in facts_used(model)]
    total, waiting = Decimal(0), 0
    for row in _taken(facts, used, rows):
        known = {name: value for name, value in row.items() if value is not None}
        amount = dmn.evaluate(model, AMOUNT, {**known, DAY: on}).value
        if isinstance(amount, int | Decimal) and not isinstance(amount, bool):
            total += Decimal(str(amount))
        else:
            waiting += 1
    return total, waiting


def _taken(facts: store.Snapshot, columns: list[str], rows: frozenset[int]) -> list[dict[str, object]]:
    table = pq.read_table(facts.path, columns=columns or [SUBJECT])
    taken: list[dict[str, object]] = table.take(pa.array(sorted(rows), pa.int64())).to_pylist()
    return taken


def _by_part(facts: store.Snapshot, rows: frozenset[int], by: Dimension) -> tuple[tuple[str, int], ...]:
    if not rows or by.fact not in {name for name, _ in facts.schema}:
        return ()
    chosen = pa.table({"file_row_number": pa.array(sorted(rows), pa.int64())})
    everybody = f"read_parquet({engine.literal(str(facts.path))}, file_row_number=true)"
    with engine.connected() as connection:
        connection.register("chosen", chosen)
        query = f"SELECT {by.expression}, count(*) FROM {everybody} JOIN chosen USING (file_row_number) GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608, E501 - ours
        return tuple((by.label(value), count) for value, count in connection.execute(query).fetchall())
