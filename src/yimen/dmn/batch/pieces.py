"""What an expression compiles to: a constant, a column, or a structure of these that exists only while compiling.

A column is a value and whether it is known. NULL is no third state of its own: where the column may be FEEL null, a
known NULL is null and an unknown one is unknown; where it may not, NULL is unknown, and SQL's own `AND`, `OR` and
comparisons already are Kleene's. Only the latter is as fast as what one would write by hand, so it is kept apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from yimen.dmn.batch.refusal import ROW_BY_ROW, NotCompilable
from yimen.dmn.feel import ast
from yimen.dmn.feel.scope import Input, Scope
from yimen.dmn.values import YearsMonths, kind

WORD = 63
"""How many flags an int64 holds without its sign."""
MICROSECOND = timedelta(microseconds=1)

Bits = tuple["int | ir.IntegerValue", ...]
"""Flags, `WORD` to a word: a word that is the same for all rows is a Python int."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that is the same for all rows."""

    value: object

    @property
    def kind(self) -> str:
        """Return the name of its FEEL type."""
        return kind(self.value)


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A value row by row: NULL where it is unknown or FEEL null.

    `known` is never NULL; it is None where the value cannot be FEEL null, so that it is known where it is not NULL.
    `waiting` flags the facts it waits for, and means something only where it is unknown. Numbers are integers,
    decimals or floating point; days and time durations are microseconds, years and months durations months.
    """

    kind: str
    value: ir.Value
    known: ir.BooleanValue | None
    waiting: Bits

    @property
    def may_be_null(self) -> bool:
        """Tell whether it can be FEEL null in some row."""
        return self.known is not None


@dataclass(frozen=True, slots=True)
class Quotient:
    """A division whose result no column holds exactly; it can only be compared. Null where it divides by zero."""

    above: Column
    below: Column


@dataclass(frozen=True, slots=True)
class Record:
    """A context, entry by entry. `whole` has no entries' values, only whether it is known and whether it is null."""

    entries: Mapping[str, "Piece"]
    whole: "Column | None" = None


@dataclass(frozen=True, slots=True)
class Many:
    """A list whose length is known while compiling."""

    items: tuple["Piece", ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A range with an end that differs from row to row; an end may be the constant OPEN."""

    low: "Piece"
    high: "Piece"
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class Hits:
    """The list a table collects: a column of a list type, which can only be put out."""

    column: Column


@dataclass(frozen=True, slots=True)
class Subject:
    """An input data with components, of which a path picks one."""

    symbol: Input


@dataclass(frozen=True, slots=True)
class Definition:
    """A function with what its body sees: called, its body is compiled in its place."""

    function: ast.FunctionOf
    scope: Scope
    surroundings: Mapping[str, "Piece"]


Piece = Constant | Column | Quotient | Record | Many | Span | Hits | Subject | Definition

NOTHING = Constant(None)


def literal(value: object) -> ir.Value:
    """Return a known, non-null scalar as the columns of its kind hold it."""
    match value:
        case bool() | str():
            return ibis.literal(value)
        case Decimal():
            return number_literal(value)
        case datetime() if value.tzinfo is None:
            return ibis.literal(value.replace(microsecond=value.microsecond // 1000 * 1000), "timestamp")
        case YearsMonths(months):
            return ibis.literal(months, "int64")
        case timedelta():
            return ibis.literal(value // MICROSECOND, "int64")
        case date() if not isinstance(value, datetime):
            return ibis.literal(value, "date")
        case _:
            raise NotCompilable(f"常量的类型“{kind(value)}”没有对应的列类型。", ROW_BY_ROW)


def number_literal(value: Decimal) -> ir.Value:
    """Return a number as an int64 where it is one, else as the narrowest decimal."""
    if value == value.to_integral_value() and abs(value) < 2**WORD:
        return ibis.literal(int(value), "int64")
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    scale = max(0, -exponent)
    precision = max(len(digits) + max(0, exponent), scale)
    if precision > 34:  # noqa: PLR2004 - what FEEL reckons with
        raise NotCompilable(f"数字 {value} 位数太多。", "请减少位数。")
    return ibis.literal(value, f"decimal({precision}, {scale})")


def as_column(piece: Piece, like: str = "") -> Column:
    """Return the piece as a column; `like` is the kind a null takes.

    Raises:
        NotCompilable: it is a list, a range, a context, a function or a whole subject.
    """
    match piece:
        case Column():
            return piece
        case Constant(None):
            return Column(like or "Null", blank(like), ibis.literal(True), ())
        case Constant(value) if not isinstance(value, list | dict):
            return Column(piece.kind, literal(value), None, ())
        case Quotient():
            raise NotCompilable(
                "除法的商除不尽，列里存不下 34 位有效数字。", "商可以直接与数比较；要输出的，请改为乘法，或逐行求值。"
            )
        case _:
            raise NotCompilable("列表、区间、上下文或函数不能逐行存成一列。", "请只取其中的一项，或逐行求值。")


NULLS = {"string": "string", "date": "date", "date and time": "timestamp", "boolean": "boolean"}


def null(kind_: str) -> ir.Value:
    """Return a NULL of the type that columns of this kind have."""
    return ibis.null(NULLS.get(kind_, "int64" if kind_ not in {"", "Null"} else "boolean"))


def blank(kind_: str) -> ir.Value:
    """Return a NULL to be a whole column, not as a literal: Ibis turns a comparison with that into `IS NULL`."""
    return ibis.ifelse(truth(value=False), null(kind_), null(kind_))


def is_known(column: Column) -> ir.BooleanValue:
    """Return where the column is known; never NULL."""
    if column.known is not None:
        return column.known
    return boolean(column.value.notnull()) if column.waiting else truth(value=True)


def is_unknown(column: Column) -> ir.BooleanValue:
    """Return where the column is unknown; never NULL."""
    if column.known is not None:
        return negative(column.known)
    return boolean(column.value.isnull()) if column.waiting else truth(value=False)


def negative(value: ir.BooleanValue) -> ir.BooleanValue:
    """Return the other truth value, NULL staying NULL, without a NOT.

    Ibis writes no brackets around `NOT`, so that `NOT x IS NULL` would ask for the contrary of what is meant.
    """
    match value.op():
        case ops.Literal(bool() as fixed):
            return truth(value=not fixed)
        case ops.IsNull(arg) | ops.NotNull(arg):
            other = arg.to_expr().notnull() if isinstance(value.op(), ops.IsNull) else arg.to_expr().isnull()
        case ops.Equals(left, right):
            other = left.to_expr() != right.to_expr()
        case ops.NotEquals(left, right):
            other = left.to_expr() == right.to_expr()
        case _:
            other = value == truth(value=False)
    return boolean(other)


def all_of(conditions: Sequence[ir.BooleanValue]) -> ir.BooleanValue:
    """Return their conjunction; true for none."""
    kept = [one for one in conditions if not _is_literal(one, value=True)]
    if not kept:
        return truth(value=True)
    result = kept[0]
    for one in kept[1:]:
        result = result & one
    return result


def any_of(conditions: Sequence[ir.BooleanValue]) -> ir.BooleanValue:
    """Return their disjunction; false for none."""
    kept = [one for one in conditions if not _is_literal(one, value=False)]
    if not kept:
        return truth(value=False)
    result = kept[0]
    for one in kept[1:]:
        result = result | one
    return result


def _is_literal(condition: ir.BooleanValue, *, value: bool) -> bool:
    operation = condition.op()
    return isinstance(operation, ops.Literal) and operation.value is value


def truth(*, value: bool) -> ir.BooleanValue:
    """Return a truth value for all rows."""
    made = ibis.literal(value, "boolean")
    assert isinstance(made, ir.BooleanValue)
    return made


def choose(condition: ir.BooleanValue, then: ir.Value, otherwise: ir.Value) -> ir.Value:
    """Return one or the other; the condition must not be NULL, for a NULL takes the second."""
    return ibis.ifelse(condition, then, otherwise)


def known_together(columns: Sequence[Column]) -> ir.BooleanValue | None:
    """Return where all columns are known, None where a strict result is known exactly where it is not NULL."""
    if not any(column.may_be_null for column in columns):
        return None
    return all_of([is_known(column) for column in columns])


# --- facts waited for


def merged(parts: Sequence[Bits]) -> Bits:
    """Return the flags set in any of them."""
    width = max((len(part) for part in parts), default=0)
    return tuple(_merged([part[place] for part in parts if place < len(part)]) for place in range(width))


def _merged(words: Sequence[int | ir.IntegerValue]) -> int | ir.IntegerValue:
    fixed = 0
    varying: list[ir.IntegerValue] = []
    for word in words:
        if isinstance(word, int):
            fixed |= word
        else:
            varying.append(word)
    if not varying:
        return fixed
    result = varying[0]
    for word in varying[1:]:
        result = result | word
    return result | ibis.literal(fixed, "int64") if fixed else result


def where(condition: ir.BooleanValue, bits: Bits) -> Bits:
    """Return the flags where the condition holds, none elsewhere."""
    if _is_literal(condition, value=True):
        return bits
    if _is_literal(condition, value=False):
        return (0,) * len(bits)
    return tuple(
        0 if isinstance(word, int) and word == 0 else number(choose(condition, as_word(word), as_word(0)))
        for word in bits
    )


def as_word(word: int | ir.IntegerValue) -> ir.IntegerValue:
    """Return a word as a column."""
    return number(ibis.literal(word, "int64")) if isinstance(word, int) else word


def number(value: ir.Value) -> ir.IntegerValue:
    """Return an expression that is known to be an integer."""
    assert isinstance(value, ir.IntegerValue)
    return value


def boolean(value: ir.Value) -> ir.BooleanValue:
    """Return an expression that is known to be a truth value."""
    assert isinstance(value, ir.BooleanValue)
    return value


def waiting_of(columns: Sequence[Column]) -> Bits:
    """Return what a strict result of these columns waits for: what those of them wait for that are unknown."""
    varying = [column for column in columns if column.waiting]
    if len(varying) == 1:
        return varying[0].waiting
    return merged([where(is_unknown(column), column.waiting) for column in varying])


def nothing(columns: Sequence[Column]) -> Column:
    """Return the null that a strict operation makes of these: unknown while one of them is."""
    return Column("Null", blank(""), all_of([is_known(column) for column in columns]), waiting_of(columns))


def decided(column: Column, value: bool) -> Column:  # noqa: FBT001 - the value itself
    """Return a truth value wherever the column is known."""
    made = ibis.ifelse(is_known(column), truth(value=value), null("boolean"))
    return Column("boolean", made, None, column.waiting)
