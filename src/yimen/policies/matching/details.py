"""How measures stand with subjects, line by line: the verdict and, for each condition, failed or open. On request only.

Of four million enterprises and two hundred measures there are 800 million such lines: ask for those of a kind.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

import numpy as np
import pyarrow as pa

from yimen.policies.matching import bits
from yimen.policies.matching.binding import bind
from yimen.policies.matching.bits import Words
from yimen.policies.matching.desk import Desk, needed
from yimen.policies.matching.plan import Measure, Plan
from yimen.policies.matching.sources import Source, batches, rows_of, schema_of
from yimen.rules.logic import Verdict

VERDICTS = [Verdict.UNDETERMINED.value, Verdict.APPROVE.value, Verdict.REJECT.value]


class Which(StrEnum):
    """Which lines are asked for."""

    ALL = "all"
    ELIGIBLE = "eligible"
    NEAR = "near"
    """Refused for exactly one condition (只差一项); others may still be open."""
    OPEN = "open"
    """Neither eligible nor refused, as far as is known (待补充)."""


def details(plan: Plan, source: Source, *, on: date, which: Which, key: str = "subject") -> Iterator[pa.RecordBatch]:
    """Yield the lines of one kind, piece by piece, by row and then by measure.

    Columns: `row`, `measure`, the subject's key where the source has it, `verdict` (approve, reject, undetermined),
    and as masks `failed` and `open`: bit *i* is the measure's condition *i*; `conditions_in` reads them. A near miss
    is sure where `open` is zero.

    Raises:
        ColumnMismatch: a column is of another type than its fact is declared with.
    """
    schema = schema_of(source)
    bound = bind(plan, schema, on, rows=rows_of(source))
    named = key if key in schema.names else ""
    desk, first = Desk(plan, bound, schema, named), 0
    for batch in batches(source, needed(bound, named)):
        desk.read(batch)
        yield _lines(desk, batch, first, which)
        first += batch.num_rows


def _lines(desk: Desk, batch: pa.RecordBatch, first: int, which: Which) -> pa.RecordBatch:
    verdicts = desk.verdicts
    measures, rows = bits.by_row(*bits.places(_chosen(desk, which)))
    failed, unknown = verdicts.masks(desk.states, measures, rows)
    verdict = bits.at(verdicts.eligible, measures, rows) + 2 * bits.at(verdicts.refused, measures, rows)
    columns = dict(zip(desk.pairs_schema.names, desk.named(batch, measures, rows, first), strict=True))
    columns["verdict"] = pa.DictionaryArray.from_arrays(pa.array(verdict.astype(np.int8)), pa.array(VERDICTS))
    return pa.RecordBatch.from_pydict({**columns, "failed": pa.array(failed), "open": pa.array(unknown)})


def _chosen(desk: Desk, which: Which) -> Words:
    verdicts, everybody = desk.verdicts, desk.states.everybody
    match which:
        case Which.ELIGIBLE:
            return verdicts.eligible
        case Which.NEAR:
            return verdicts.single
        case Which.OPEN:
            return ~(verdicts.eligible | verdicts.refused) & everybody
        case _:
            return np.broadcast_to(everybody, verdicts.eligible.shape)


def conditions_in(measure: Measure, mask: int) -> tuple[str, ...]:
    """Return the ids of the conditions flagged in a mask, in the measure's order."""
    return tuple(name for place, name in enumerate(measure.conditions) if mask >> place & 1)
