"""`+`, `-`, `*`, `/`, `**` and minus over pieces; what FEEL makes null is null here too."""

from yimen.dmn.batch import numbers, temporal
from yimen.dmn.batch.pieces import Column, Constant, Piece, Quotient, as_column, known_together, nothing, waiting_of
from yimen.dmn.batch.refusal import ROW_BY_ROW, NotCompilable
from yimen.dmn.feel import operators

DURATIONS = frozenset([temporal.DAYS_TIME, temporal.YEARS_MONTHS])


def arithmetic(operator: str, left: Piece, right: Piece) -> Piece:
    """Return what the operator gives, row by row."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        return Constant(operators.OPERATORS[operator](left.value, right.value))
    one, other = as_column(left), as_column(right)
    match operator:
        case "+" | "-":
            return _added(one, other, minus=operator == "-")
        case "*":
            return _multiplied(left, right, one, other)
        case "/":
            return _divided(right, one, other)
        case _:
            raise NotCompilable("乘方不能编译成批量：数据库按浮点计算。", "请改写为连乘，或逐行求值。")


def _added(one: Column, other: Column, *, minus: bool) -> Piece:
    match one.kind, other.kind:
        case "number", "number":
            return numbers.add(one, other, minus=minus)
        case ("string", "string") if not minus:
            joined = one.value + other.value
            return Column("string", joined, known_together([one, other]), waiting_of([one, other]))
        case ("number" | "string" | "boolean" | "Null", _) | (_, "number" | "string" | "boolean" | "Null"):
            return nothing([one, other])
        case _:
            return temporal.add(one, other, minus=minus)


def _multiplied(left: Piece, right: Piece, one: Column, other: Column) -> Piece:
    if one.kind == other.kind == "number":
        return numbers.multiply(one, other)
    if one.kind in DURATIONS and other.kind == "number":
        return temporal.scale(one, right)
    if other.kind in DURATIONS and one.kind == "number":
        return temporal.scale(other, left)
    return nothing([one, other])


def _divided(right: Piece, one: Column, other: Column) -> Piece:
    if one.kind == other.kind == "number":
        if not isinstance(right, Constant):
            return numbers.divide(one, other)
        return nothing([one]) if right.value == 0 else numbers.divide(one, right)
    if one.kind in DURATIONS and other.kind in {one.kind, "number"}:
        made = temporal.ratio(one, right) if isinstance(right, Constant) else None
        if made is None:
            raise NotCompilable("时长的除法不能编译成批量，日期之差除以一天除外。", ROW_BY_ROW)
        return made
    return nothing([one, other])


def negated(piece: Piece) -> Piece:
    """Return minus the value."""
    if isinstance(piece, Constant):
        return Constant(operators.negate(piece.value))
    if isinstance(piece, Quotient):
        return Quotient(numbers.negate(piece.above), piece.below)
    column = as_column(piece)
    if column.kind == "number" or column.kind in DURATIONS:
        return numbers.negate(column)
    return nothing([column])
