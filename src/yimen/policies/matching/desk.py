"""Where one thread works: some rows at a time, what they gave, and how measures stand with them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from yimen.policies.matching import bits
from yimen.policies.matching.binding import Bound
from yimen.policies.matching.plan import Plan
from yimen.policies.matching.sources import PIECE
from yimen.policies.matching.states import States
from yimen.policies.matching.verdicts import Counts, Verdicts

ROW, MEASURE = "row", "measure"


@dataclass(frozen=True, slots=True)
class Piece:
    """What some rows gave: counts by measure, and the eligible pairs by row and then measure."""

    rows: int
    counts: Counts
    pairs: pa.RecordBatch


class Desk:
    """A workspace for one thread. `states` and `verdicts` are of the rows last read."""

    def __init__(self, plan: Plan, bound: Bound, schema: pa.Schema, key: str) -> None:
        """Make room. `schema` is that of the source, `key` its column that names the subject, or empty."""
        self.states, self.verdicts = States(bound, PIECE), Verdicts(plan.measures, bound)
        self.pairs_schema = pairs_schema(schema, key)
        self._names, self._key = pa.array(plan.names, pa.string()), key

    def read(self, batch: pa.RecordBatch) -> None:
        """Find how every measure stands over these rows."""
        with np.errstate(all="ignore"):
            self.states.read(batch)
            self.verdicts.read(self.states)

    def work(self, batch: pa.RecordBatch, first: int) -> Piece:
        """Return what these rows gave; `first` is the place of the first of them in the source."""
        self.read(batch)
        counts = self.verdicts.tally(self.states)
        measures, rows = bits.by_row(*bits.places(self.verdicts.eligible))
        arrays = self.named(batch, measures, rows, first)
        return Piece(batch.num_rows, counts, pa.RecordBatch.from_arrays(arrays, schema=self.pairs_schema))

    def named(self, batch: pa.RecordBatch, measures: bits.Places, rows: bits.Places, first: int) -> list[pa.Array]:
        """Return the columns that say which lines these are: row, measure, and the subject's key where there is one."""
        arrays = [
            pa.array(rows + first),
            pa.DictionaryArray.from_arrays(pa.array(measures.astype(np.int32)), self._names),
        ]
        return [*arrays, batch.column(self._key).take(pa.array(rows))] if self._key else arrays


def pairs_schema(schema: pa.Schema, key: str) -> pa.Schema:
    """Return the columns of the pairs."""
    fields = [pa.field(ROW, pa.int64()), pa.field(MEASURE, pa.dictionary(pa.int32(), pa.string()))]
    return pa.schema([*fields, schema.field(key)] if key else fields)


def needed(bound: Bound, key: str) -> Sequence[str]:
    """Return the columns to be read."""
    return [*bound.columns, *([key] if key and key not in bound.columns else [])]
