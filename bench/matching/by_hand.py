"""The same by hand: each distinct predicate once, in pieces of 65,536 rows, with numpy alone; then Polars and DuckDB.

What is counted: eligible pairs and their rows, refusals, and who is one condition short, surely or as far as is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bench.matching.models import Predicate

PIECE = 1 << 16
Bools = npt.NDArray[np.bool_]
Values = npt.NDArray[Any]
Frozen = tuple[str, str, Any]


@dataclass(slots=True)
class Counted:
    """What was found: counts by rule, and the eligible pairs' rows by rule."""

    eligible: list[int]
    refused: list[int]
    near: list[int]
    near_open: list[int]
    rows: list[list[npt.NDArray[np.int64]]] = field(default_factory=list)


def frozen(predicate: Predicate) -> Frozen:
    """Return a predicate as something that can be looked up."""
    column, operator, value = predicate
    return column, operator, tuple(value) if isinstance(value, list) else value


def numpy_reference(table: pa.Table, rules: Sequence[Sequence[Predicate]], prefix: str = "org.") -> Counted:
    """Match with numpy: a truth and a known array for each distinct predicate, counts as bytes."""
    rules_by_predicate = [[frozen(one) for one in rule] for rule in rules]
    distinct = list(dict.fromkeys(one for rule in rules_by_predicate for one in rule))
    lookup = {one: _lookup(one) for one in distinct if one[1] == "in"}
    count = len(rules)
    found = Counted([0] * count, [0] * count, [0] * count, [0] * count, [[] for _ in rules])
    first = 0
    for batch in table.to_batches(max_chunksize=PIECE):
        columns = {name: _column(batch.column(prefix + name)) for name in {one[0] for one in distinct}}
        truths = {}
        for one in distinct:
            values, known = columns[one[0]]
            truly = _truth(values, one, lookup)
            truths[one] = (~truly if known is None else known & ~truly, known)
        for place, rule in enumerate(rules_by_predicate):
            failing = np.zeros(batch.num_rows, np.uint8)
            settled: Bools | None = None
            for one in rule:
                failed, known = truths[one]
                failing += failed
                if known is not None:
                    settled = known if settled is None else settled & known
            refused, single = failing != 0, failing == 1
            eligible = ~refused if settled is None else settled & ~refused
            near = single if settled is None else single & settled
            hit = np.flatnonzero(eligible)
            found.eligible[place] += len(hit)
            found.refused[place] += int(np.count_nonzero(refused))
            certain = int(np.count_nonzero(near))
            found.near[place] += certain
            found.near_open[place] += int(np.count_nonzero(single)) - certain
            found.rows[place].append(hit + first)
        first += batch.num_rows
    return found


def _lookup(one: Frozen) -> Bools:
    assert isinstance(one[2], tuple)
    made = np.zeros(128, np.bool_)
    made[list(one[2])] = True
    return made


def _column(array: pa.Array) -> tuple[Values, Bools | None]:
    known = None if array.null_count == 0 else pc.is_valid(array).to_numpy(zero_copy_only=False)
    if pa.types.is_boolean(array.type):
        return pc.fill_null(array, fill_value=False).to_numpy(zero_copy_only=False), known
    if pa.types.is_date(array.type):
        array = array.cast(pa.int32())
    return np.frombuffer(array.buffers()[1], array.type.to_pandas_dtype())[array.offset :][: len(array)], known


def _truth(values: Values, one: Frozen, lookup: Mapping[Frozen, Bools]) -> Bools:
    column, operator, value = one
    made: Bools
    match operator:
        case "in":
            made = lookup[one].take(values, mode="clip")
        case "is":
            made = values if value else ~values
        case _:
            limit = (date.fromisoformat(value) - date(1970, 1, 1)).days if column == "registered" else value
            made = values >= limit if operator == ">=" else values <= limit
    return made
