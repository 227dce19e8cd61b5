"""What the predicates over one fact need of its column: cuts to compare with, or verdicts by distinct value."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from yimen.policies.matching import bits
from yimen.policies.matching.bits import Bools
from yimen.policies.matching.evaluating import Evaluate
from yimen.policies.matching.physical import Kind, Numbers, Physical, numbers

Codes = npt.NDArray[np.intp]
Coded = tuple[Codes, Sequence[object], Sequence[Hashable]]
"""For each row the place of its value, the distinct values as the engine takes them, and what tells them apart."""
TRULY, FALSELY = 1, 2
NARROW = 1 << 16
"""Whole numbers that lie within this many of each other are looked up in a table as they are."""
REMEMBERED = 1 << 18
"""How many values of a column are remembered at once."""
SEPARATOR, NOTHING = "\x1f", "\x1e"


@dataclass(slots=True)
class Answers:
    """The verdicts of a column's predicates by value, as met so far."""

    fact: str
    asked: Sequence[Evaluate]
    rows: dict[Hashable, int] = field(default_factory=dict)
    verdicts: npt.NDArray[np.uint8] = field(init=False)

    def __post_init__(self) -> None:
        """Start with room for a few values."""
        self.verdicts = np.zeros((len(self.asked), 64), np.uint8)

    def of(self, values: Sequence[object], keys: Sequence[Hashable]) -> Codes:
        """Return the place of each value among the verdicts, asking the engine about those not met before."""
        if len(self.rows) > REMEMBERED:
            self.rows.clear()
        found = np.empty(len(values), np.intp)
        for place, (value, key) in enumerate(zip(values, keys, strict=True)):
            row = self.rows.get(key)
            if row is None:
                row = self._learn(value, key)
            found[place] = row
        return found

    def _learn(self, value: object, key: Hashable) -> int:
        row = self.rows[key] = len(self.rows)
        if row >= self.verdicts.shape[1]:
            self.verdicts = np.concatenate([self.verdicts, np.zeros_like(self.verdicts)], axis=1)
        for place, one in enumerate(self.asked):
            verdict = one({self.fact: value})
            self.verdicts[place, row] = TRULY if verdict is True else FALSELY if verdict is False else 0
        return row

    def truths(self, place: int, codes: Codes) -> tuple[Bools, Bools | None]:
        """Return where a predicate is true, and where it is false, for rows by the place of their value.

        None for the latter where it is false wherever it is not true: it is null for none of the values.
        """
        said = self.verdicts[place, : max(1, len(self.rows))]
        truly = (said == TRULY).take(codes, mode="clip")
        return truly, None if said.all() else (said == FALSELY).take(codes, mode="clip")


def coded(array: pa.Array, one: Physical) -> Coded:
    """Return a column by its distinct values.

    What stands in rows without a value is any of the places.
    """
    type_ = array.type
    if pa.types.is_dictionary(type_) or pa.types.is_string(type_) or pa.types.is_large_string(type_):
        return _by_dictionary(array)
    if (pa.types.is_list(type_) or pa.types.is_large_list(type_)) and pa.types.is_string(type_.value_type):
        found = _texts_in_lists(array)
        if found is not None:
            return found
    if one.kind in {Kind.WHOLE, Kind.DAY}:
        return _whole(array, numbers(array, one))
    if one.kind in {Kind.FLOAT, Kind.DECIMAL}:
        return _sorted(array, numbers(array, one))
    return _one_by_one(array)


def _by_dictionary(array: pa.Array) -> Coded:
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    codes = array.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.intp)
    values = array.dictionary.to_pylist() or [""]
    return codes, values, values


def _texts_in_lists(array: pa.Array) -> Coded | None:
    """Return lists of texts by their items joined to one text; None where an item has the separator in it."""
    items = array.flatten()
    if pc.any(pc.match_substring_regex(items, f"[{SEPARATOR}{NOTHING}]")).as_py():
        return None
    filled = pc.fill_null(array.values, NOTHING)
    class_ = pa.LargeListArray if pa.types.is_large_list(array.type) else pa.ListArray
    whole = class_.from_arrays(array.offsets, filled)
    joined = pc.binary_join(whole, SEPARATOR)
    lengths = pc.list_value_length(whole)
    # an empty list and a list of one empty text are joined to the same
    told = pc.binary_join_element_wise(pc.cast(pc.fill_null(lengths, 0), pa.string()), joined, SEPARATOR)
    codes, keys, _ = _by_dictionary(told.fill_null(""))
    values = [_parted(str(key)) for key in keys]
    return codes, values, [str(key) for key in keys]


def _parted(key: str) -> list[object]:
    length, _, rest = key.partition(SEPARATOR)
    if length in {"", "0"}:
        return []
    return [None if one == NOTHING else one for one in rest.split(SEPARATOR)]


def _whole(array: pa.Array, read: Numbers) -> Coded:
    if array.null_count == len(array):
        return np.zeros(len(array), np.intp), [], []
    known = read if array.null_count == 0 else read[bits.unpacked(bits.known(array), len(array))]
    low, high = int(known.min()), int(known.max())
    if high - low >= NARROW:
        return _sorted(array, read)
    places = np.clip(read.astype(np.int64) - low, 0, high - low)
    present = np.flatnonzero(np.bincount(places, minlength=1))
    codes = np.zeros(high - low + 1, np.intp)
    codes[present] = np.arange(len(present))
    return codes.take(places), _as_values(present + low, array.type), (present + low).tolist()


def _sorted(array: pa.Array, read: Numbers) -> Coded:
    filled = read
    if array.null_count:
        filled = np.where(bits.unpacked(bits.known(array), len(array)), read, np.zeros(1, read.dtype))
    distinct, codes = np.unique(filled, return_inverse=True)
    return codes.astype(np.intp), _as_values(distinct, array.type), distinct.tolist()


def _as_values(distinct: Numbers, type_: pa.DataType) -> list[object]:
    if pa.types.is_date(type_) or pa.types.is_timestamp(type_):
        return list(pa.array(distinct.astype(np.int32), pa.date32()).to_pylist())
    if pa.types.is_decimal(type_):
        scale = type_.scale
        return [Decimal(int(one)).scaleb(-scale) for one in distinct]
    return list(distinct.tolist())


def _one_by_one(array: pa.Array) -> Coded:
    values: list[object] = []
    places: dict[Hashable, int] = {}
    codes = np.zeros(len(array), np.intp)
    for row, value in enumerate(array.to_pylist()):
        if value is None:
            continue
        key = value if isinstance(value, Hashable) else repr(value)
        place = places.get(key)
        if place is None:
            place = places[key] = len(values)
            values.append(value)
        codes[row] = place
    return codes, values, list(places)
