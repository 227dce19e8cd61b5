"""How measures stand with subjects, line by line: the verdict and, for each condition, failed or open. On request only.

Of four million enterprises and two hundred measures there are eight hundred million such lines: ask for those of a kind.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from yimen.policies.matching import bits
from yimen.policies.matching.binding import bind
from yimen.policies.matching.bits import Words
from yimen.policies.matching.engine import PIECE, Source, batches, schema_of
from yimen.policies.matching.plan import Measure, Plan
from yimen.policies.matching.states import States
from yimen.policies.matching.verdicts import Verdicts
from yimen.rules.logic import Verdict

VERDICTS = [Verdict.UNDETERMINED.value, Verdict.APPROVE.value, Verdict.REJECT.value]
Masks = npt.NDArray[np.uint64]


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

    Columns: `row`, the subject's key where the source has it, `measure`, `verdict` (approve, reject, undetermined), and
    as masks `failed` and `open`: bit *i* is the measure's condition *i*. `conditions_in` reads them. A near miss is sure
    where `open` is zero.

    Raises:
        ColumnMismatch: a column is of another type than its fact is declared with.
    """
    schema = schema_of(source)
    bound = bind(plan, schema, on)
    key = key if key in schema.names else ""
    states, verdicts = States(bound, PIECE), Verdicts(plan.measures, bound)
    columns = [*bound.columns, *([key] if key and key not in bound.columns else [])]
    first = 0
    for batch in batches(source, columns):
        if batch.num_rows:
            with np.errstate(all="ignore"):
                states.read(batch)
                verdicts.read(states)
            yield _lines(plan, states, verdicts, batch, first, which, key)
        first += batch.num_rows


def _lines(
    plan: Plan, states: States, verdicts: Verdicts, batch: pa.RecordBatch, first: int, which: Which, key: str
) -> pa.RecordBatch:
    measures, rows = bits.places(_chosen(states, verdicts, which))
    order = np.lexsort((measures, rows))
    measures, rows = measures[order], rows[order]
    failed, unknown = verdicts.masks(states, measures, rows)
    verdict = bits.at(verdicts.eligible, measures, rows) + 2 * bits.at(verdicts.refused, measures, rows)
    columns: dict[str, pa.Array] = {"row": pa.array(rows + first)}
    if key:
        columns[key] = batch.column(key).take(pa.array(rows))
    columns["measure"] = pa.DictionaryArray.from_arrays(pa.array(measures.astype(np.int32)), pa.array(plan.names))
    columns["verdict"] = pa.DictionaryArray.from_arrays(pa.array(verdict.astype(np.int8)), pa.array(VERDICTS))
    columns |= {"failed": pa.array(failed), "open": pa.array(unknown)}
    return pa.RecordBatch.from_pydict(columns)


def _chosen(states: States, verdicts: Verdicts, which: Which) -> Words:
    match which:
        case Which.ELIGIBLE:
            return verdicts.eligible
        case Which.NEAR:
            return verdicts.single
        case Which.OPEN:
            return ~(verdicts.eligible | verdicts.refused) & states.everybody
        case _:
            return np.broadcast_to(states.everybody, verdicts.eligible.shape).copy()


def conditions_in(measure: Measure, mask: int) -> tuple[str, ...]:
    """Return the ids of the conditions flagged in a mask, in the measure's order."""
    return tuple(name for place, name in enumerate(measure.conditions) if mask >> place & 1)
