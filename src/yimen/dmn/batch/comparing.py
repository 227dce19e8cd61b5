"""Comparisons of pieces, as feel/operators.py does them on values: strict, and null between different kinds."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import ibis
import ibis.expr.types as ir

from yimen.dmn.batch import numbers
from yimen.dmn.batch.numbers import TURNED, aligned, apply
from yimen.dmn.batch.pieces import (
    Column,
    Constant,
    Piece,
    Quotient,
    Span,
    all_of,
    as_column,
    boolean,
    is_known,
    literal,
    negative,
    nothing,
    null,
    truth,
    waiting_of,
)
from yimen.dmn.batch.refusal import NotCompilable
from yimen.dmn.feel import operators
from yimen.dmn.values import OPEN, Range

ORDERED = frozenset(
    ["number", "string", "date", "date and time", "days and time duration", "years and months duration"]
)


def compare(operator: str, left: Piece, right: Piece) -> Piece:
    """Return what a comparison gives, row by row."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        return Constant(operators.compare(operator, left.value, right.value))
    if isinstance(left, Quotient) or isinstance(right, Quotient):
        return _with_quotient(operator, left, right)
    if isinstance(left, Constant):
        operator, left, right = TURNED[operator], right, left
    one = as_column(left)
    if isinstance(right, Constant):
        return _against(operator, one, right)
    other = as_column(right)
    if one.kind != other.kind or (operator not in {"=", "!="} and one.kind not in ORDERED):
        return _unlike(operator, one, other)
    return _alike(operator, [one, other], lambda: _plain(operator, one, other))


def _plain(operator: str, one: Column, other: Column) -> ir.BooleanValue:
    if one.kind == "number":
        return numbers.compared(operator, one, other)
    return apply(operator, _ticked(one.value), _ticked(other.value))


def _ticked(value: ir.Value) -> ir.Value:
    """Return an instant to the millisecond, the precision in which FEEL compares; others as they are."""
    return value.truncate("ms") if isinstance(value, ir.TimestampValue) else value


def _against(operator: str, column: Column, constant: Constant) -> Piece:
    value = constant.value
    if value is None:
        return with_null(operator, column) if operator in {"=", "!="} else nothing([column])
    if column.kind != constant.kind or (operator not in {"=", "!="} and column.kind not in ORDERED):
        return _unlike(operator, column, constant)
    made = numbers.against(operator, column, value) if isinstance(value, Decimal) else None
    if made is None:
        made = apply(operator, _ticked(column.value), literal(value))
    return verdict(column, made, if_null(operator))


def if_null(operator: str) -> bool | None:
    """Return what comparing null with something that is not null gives."""
    return {"=": False, "!=": True}.get(operator)


def verdict(column: Column, made: ir.BooleanValue, of_null: bool | None) -> Column:  # noqa: FBT001 - the value itself
    """Return a truth value made of one column, given what it is where that is FEEL null."""
    if column.known is None:
        return Column("boolean", made, None, column.waiting)
    if of_null is None:
        return Column("boolean", made, column.known, column.waiting)
    filled = ibis.ifelse(column.known & column.value.isnull(), truth(value=of_null), made)
    return Column("boolean", filled, None, column.waiting)


def with_null(operator: str, column: Column) -> Column:
    """Return whether the column is FEEL null, or is not."""
    is_equal = operator == "="
    made = ibis.ifelse(is_known(column), column.value.isnull() if is_equal else column.value.notnull(), null("boolean"))
    return Column("boolean", made, None, column.waiting)


def _alike(operator: str, columns: Sequence[Column], plain: Callable[[], ir.BooleanValue]) -> Column:
    """Return the comparison of two columns of one kind."""
    made, waiting = plain(), waiting_of(columns)
    if not any(column.may_be_null for column in columns):
        return Column("boolean", made, None, waiting)
    known = all_of([is_known(column) for column in columns])
    if operator not in {"=", "!="}:
        return Column("boolean", made, known, waiting)
    one, other = (column.value.isnull() for column in columns)
    is_equal = operator == "="
    filled = ibis.cases(
        (negative(known), null("boolean")),
        (one & other, truth(value=is_equal)),
        (one | other, truth(value=not is_equal)),
        else_=made,
    )
    return Column("boolean", filled, None, waiting)


def _unlike(operator: str, one: Column, other: Column | Constant) -> Column:
    """Return the comparison of different kinds: null, but nothing is equal to null except null."""
    columns = [one] if isinstance(other, Constant) else [one, other]
    made = nothing(columns)
    if operator not in {"=", "!="} or not any(column.may_be_null for column in columns):
        return made
    nulls = [column.value.isnull().cast("int8") for column in columns]
    is_equal = operator == "="
    count = nulls[0] if len(nulls) == 1 else nulls[0] + nulls[1]
    cases = [(count == 1, truth(value=not is_equal))]
    if len(nulls) > 1:
        cases.append((count > 1, truth(value=is_equal)))
    filled = ibis.ifelse(is_known(made), ibis.cases(*cases, else_=null("boolean")), null("boolean"))
    return Column("boolean", filled, made.known, made.waiting)


def _with_quotient(operator: str, left: Piece, right: Piece) -> Piece:
    if not isinstance(left, Quotient):
        operator, left, right = TURNED[operator], right, left
    assert isinstance(left, Quotient)
    if isinstance(right, Quotient):
        raise NotCompilable("两个商不能直接比较。", "请两边同乘除数，改写为乘法比较。")
    other = as_column(right, "number")
    columns = [left.above, left.below, other]
    if other.kind != "number":
        return nothing(columns)
    made = numbers.quotient_against(operator, left, other)
    known = all_of([is_known(column) for column in columns])
    if operator in {"=", "!="}:  # the quotient by zero is null, and equals only null
        if other.may_be_null:
            raise NotCompilable("商与可能为空值的数不能比较是否相等。", "请先写明除数不为零、数不为空。")
        made = ibis.ifelse(known & made.isnull(), truth(value=operator == "!="), made)
    return Column("boolean", made, known, waiting_of(columns))


def contained(value: Piece, span: Range | Span) -> Piece:
    """Return whether the range holds the value."""
    if isinstance(value, Constant) and isinstance(span, Range):
        return Constant(operators.contains(span, value.value))
    low, high = (span.low, span.high) if isinstance(span, Span) else (Constant(span.low), Constant(span.high))
    ends = [
        (operator, end)
        for operator, end in (
            (">=" if span.low_included else ">", low),
            ("<=" if span.high_included else "<", high),
        )
        if not (isinstance(end, Constant) and end.value is OPEN)
    ]
    sides = [compare(operator, value, end) for operator, end in ends]
    if isinstance(value, Column) and all(isinstance(end, Constant) and end.kind == value.kind for _, end in ends):
        made = all_of([boolean(as_column(side).value) for side in sides])
        return verdict(value, made, None)  # both sides are unknown in the same rows
    return strictly(sides)


def strictly(sides: Sequence[Piece]) -> Piece:
    """Return the conjunction of truth values that is unknown as soon as one of them is."""
    if all(isinstance(side, Constant) for side in sides):
        values = [side.value for side in sides if isinstance(side, Constant)]
        return Constant(False if False in values else None if None in values else True)
    columns = [as_column(side, "boolean") for side in sides]
    made: ir.Value = all_of([boolean(column.value) for column in columns])
    known = all_of([is_known(column) for column in columns if column.waiting] or [truth(value=True)])
    waiting = waiting_of(columns)
    if all(column.known is None for column in columns):
        if sum(bool(column.waiting) for column in columns) > 1:
            made = ibis.ifelse(known, made, null("boolean"))
        return Column("boolean", made, None, waiting)
    return Column("boolean", ibis.ifelse(known, made, null("boolean")), known, waiting)


def same(left: Column, right: Column) -> ir.BooleanValue:
    """Return whether both are known and nothing could tell them apart; never NULL (`is_same` of feel/operators.py)."""
    both = all_of([is_known(left), is_known(right)])
    if left.kind == right.kind == "number":
        one, other = aligned([left, right])
    else:
        one, other = left.value, right.value
    equal = (one == other).fill_null(False)
    if left.may_be_null and right.may_be_null:
        equal = equal | (one.isnull() & other.isnull())
    return both & equal
