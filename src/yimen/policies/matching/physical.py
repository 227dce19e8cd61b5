"""Columns of facts as numpy sees them, and limits as a column of that kind can be compared with, exactly.

A decimal is compared as the whole number of its smallest unit, a float stands for the shortest decimal that reads back
as it (as everywhere in the engine), a date is its day since 1970. Every comparison is then `value >= cut`, the least
value of the column's own kind that satisfies it: no limit is ever rounded to the wrong side.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from yimen.core.errors import Invalid
from yimen.dmn.feel.types import Basic, ListType, Restricted, Type, shown

EXACT = Context(prec=100)
EPOCH = date(1970, 1, 1)
FIRST_DAY, LAST_DAY = (date.min - EPOCH).days, (date.max - EPOCH).days
INT64 = np.iinfo(np.int64)
SAFE_DIGITS = 18
"""How many digits surely fit an int64."""

Numbers = npt.NDArray[np.integer | np.floating]


class ColumnMismatch(Invalid):
    """A column of the table is not of the type its fact is declared with."""

    code = "policies.matching-column"
    title = "数据表的列与规则声明的类型不符。"


class Kind(StrEnum):
    """How a column is compared."""

    WHOLE = "whole"
    FLOAT = "float"
    DECIMAL = "decimal"
    DAY = "day"
    FLAG = "flag"
    VALUES = "values"
    """By its distinct values."""
    ABSENT = "absent"
    """There is no such column, or it has no values: unknown in every row."""


@dataclass(frozen=True, slots=True)
class Physical:
    """How a fact's column is compared; `scale` are the digits after a decimal's point."""

    kind: Kind
    dtype: type[np.integer | np.floating] = np.int64
    scale: int = 0

    @property
    def is_ordered(self) -> bool:
        """Tell whether limits can be compared with."""
        return self.kind in {Kind.WHOLE, Kind.FLOAT, Kind.DECIMAL, Kind.DAY}


ABSENT, BY_VALUE = Physical(Kind.ABSENT), Physical(Kind.VALUES)
INTEGERS: Mapping[pa.DataType, type[np.integer]] = {
    pa.int8(): np.int8, pa.int16(): np.int16, pa.int32(): np.int32, pa.int64(): np.int64,
    pa.uint8(): np.uint8, pa.uint16(): np.uint16, pa.uint32(): np.uint32,
}  # fmt: skip


def physical(name: str, declared: Type, type_: pa.DataType | None) -> Physical:
    """Return how the column of a fact is compared.

    Raises:
        ColumnMismatch: the column is of another type than the fact is declared with.
    """
    if type_ is None or pa.types.is_null(type_):
        return ABSENT
    base = declared.base if isinstance(declared, Restricted) else declared
    if not _fits(base, type_):
        raise ColumnMismatch(
            f"列“{name}”在数据表中是 {type_}，事实却声明为 {shown(base)}。请先把这一列转换过来。", fact=name
        )
    if pa.types.is_boolean(type_):
        return Physical(Kind.FLAG)
    if type_ in INTEGERS:
        return Physical(Kind.WHOLE, INTEGERS[type_])
    if pa.types.is_floating(type_):
        return Physical(Kind.FLOAT, np.float64)
    if pa.types.is_decimal128(type_) and type_.precision <= SAFE_DIGITS and type_.scale >= 0:
        return Physical(Kind.DECIMAL, np.int64, type_.scale)
    if pa.types.is_date(type_) or (pa.types.is_timestamp(type_) and base == Basic("date")):
        return Physical(Kind.DAY, np.int32)
    return BY_VALUE


def _fits(declared: Type, type_: pa.DataType) -> bool:
    """Tell whether a column of this type holds values of what is declared."""
    if pa.types.is_dictionary(type_):
        type_ = type_.value_type
    if pa.types.is_timestamp(type_) and type_.tz is not None:
        return False
    match declared:
        case Basic("Any"):
            return True
        case Basic(name) if name in HOLDING:
            return any(test(type_) for test in HOLDING[name])
        case ListType():
            return any(test(type_) for test in HOLDING["list"])
        case _:
            return bool(pa.types.is_nested(type_))


HOLDING: Mapping[str, tuple[Callable[[pa.DataType], bool], ...]] = {
    "number": (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal),
    "string": (pa.types.is_string, pa.types.is_large_string),
    "boolean": (pa.types.is_boolean,),
    "date": (pa.types.is_date, pa.types.is_timestamp),
    "date and time": (pa.types.is_date, pa.types.is_timestamp),
    "list": (pa.types.is_list, pa.types.is_large_list),
}
"""By type of a fact, what its column may be."""


def numbers(array: pa.Array, one: Physical) -> Numbers:
    """Return an ordered column as numpy; what stands in rows without a value is anything."""
    match one.kind:
        case Kind.DAY:
            if pa.types.is_timestamp(array.type):
                array = pc.floor_temporal(array, unit="day")
            return _plain(array.cast(pa.date32()), np.int32)
        case Kind.DECIMAL:
            pairs = _plain(array, np.int64, each=2)
            return np.ascontiguousarray(pairs[::2])
        case Kind.FLOAT:
            return _plain(array.cast(pa.float64()), np.float64)
        case _:
            return _plain(array, one.dtype)


def _plain(array: pa.Array, dtype: type[np.integer | np.floating], *, each: int = 1) -> Numbers:
    buffer = array.buffers()[1]
    start, stop = each * array.offset, each * (array.offset + len(array))
    return np.frombuffer(buffer, dtype)[start:stop]


Cut = float | int | bool
"""The least value that is at least the limit; True where every value is, False where none is."""


def cut_of(limit: Decimal | date, one: Physical, *, is_strict: bool) -> Cut:
    """Return the least value of a column that is at least the limit, or above it where `is_strict`."""
    if isinstance(limit, date):
        return (limit - EPOCH).days + is_strict
    if one.kind is Kind.FLOAT:
        return _float_cut(limit, is_strict=is_strict)
    scaled = EXACT.scaleb(limit, one.scale)
    if scaled.adjusted() > 2 * SAFE_DIGITS:
        return limit < 0
    whole = int(scaled.to_integral_value(ROUND_FLOOR if is_strict else ROUND_CEILING)) + is_strict
    least, most = np.iinfo(one.dtype).min, np.iinfo(one.dtype).max  # type: ignore[type-var]  # whole numbers
    return True if whole <= least else False if whole > most else whole


def _float_cut(limit: Decimal, *, is_strict: bool) -> Cut:
    nearest = float(limit)
    if math.isinf(nearest):
        return nearest < 0
    meant = Decimal(repr(nearest))
    if meant < limit or (is_strict and meant == limit):
        nearest = math.nextafter(nearest, math.inf)
    return False if math.isinf(nearest) else nearest


def bisected(holds: Callable[[object], bool | None], one: Physical) -> tuple[Cut, bool] | None:
    """Return the cut of a condition that turns once on the way up, and whether it holds from there on (else below).

    Every step is put to the engine. None where it is null at an end: nothing is then known of where it turns.
    """
    low, high = _ends(one)
    lowest, highest = holds(_value(low, one)), holds(_value(high, one))
    if lowest is None or highest is None:
        return None
    if lowest is highest:
        return True, lowest
    while high - low > 1:
        middle = (low + high) // 2
        found = holds(_value(middle, one))
        if found is None:
            return None
        low, high = (middle, high) if found is lowest else (low, middle)
    return (_float_at(high) if one.kind is Kind.FLOAT else high), highest


def _ends(one: Physical) -> tuple[int, int]:
    match one.kind:
        case Kind.DAY:
            return FIRST_DAY, LAST_DAY
        case Kind.FLOAT:
            return _place_of(-MOST), _place_of(MOST)
        case Kind.DECIMAL:
            return -(10**SAFE_DIGITS), 10**SAFE_DIGITS
        case _:
            return int(np.iinfo(one.dtype).min), int(np.iinfo(one.dtype).max)  # type: ignore[type-var]


MOST = float(np.finfo(np.float64).max)


def _value(place: int, one: Physical) -> object:
    match one.kind:
        case Kind.DAY:
            return EPOCH + timedelta(days=place)
        case Kind.FLOAT:
            return _float_at(place)
        case Kind.DECIMAL:
            return EXACT.scaleb(Decimal(place), -one.scale)
        case _:
            return place


def _place_of(value: float) -> int:
    """Return where a float stands among all floats in their order."""
    bits = int(np.float64(value).view(np.int64))
    return bits if bits >= 0 else INT64.min - bits


def _float_at(place: int) -> float:
    bits = place if place >= 0 else INT64.min - place
    return float(np.int64(bits).view(np.float64))
