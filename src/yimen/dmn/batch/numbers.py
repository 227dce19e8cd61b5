"""Numbers without rounding: integers and decimals whose digits are counted while compiling, floats only compared.

FEEL reckons with 34 significant digits. As long as a result cannot have more, decimal arithmetic is exact and so the
same; where it could, it is refused. A float stands for the shortest decimal that reads back as it, as in `evaluate`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir

from yimen.dmn.batch.pieces import (
    Column,
    Constant,
    Quotient,
    as_column,
    boolean,
    known_together,
    null,
    truth,
    waiting_of,
)
from yimen.dmn.batch.refusal import NotCompilable

DIGITS = 34
FAST = 18
"""How many digits surely fit an int64."""
WIDEST = 38
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
"""What a comparison becomes with its sides exchanged."""


@dataclass(frozen=True, slots=True)
class Digits:
    """How many digits a column's numbers have at most, before and after the point."""

    whole: int
    scale: int

    @property
    def total(self) -> int:
        """Return all of them."""
        return self.whole + self.scale


INTEGERS = {"int8": 3, "int16": 5, "int32": 10, "int64": 19, "uint8": 3, "uint16": 5, "uint32": 10, "uint64": 20}


def digits(value: ir.Value) -> Digits | None:
    """Return the digits of a number column; None where it is floating point."""
    type_, operation = value.type(), value.op()
    if isinstance(operation, ops.Literal) and isinstance(operation.value, int):
        return Digits(len(str(abs(operation.value))), 0)
    if isinstance(type_, dt.Decimal):
        if type_.precision is None or type_.scale is None:
            raise NotCompilable("小数列没有声明精度。", "请声明为 decimal(精度, 小数位) 再编译。")
        return Digits(type_.precision - type_.scale, type_.scale)
    return None if isinstance(type_, dt.Floating) else Digits(INTEGERS[str(type_.copy(nullable=True))], 0)


def _exact(columns: Sequence[Column], what: str) -> list[Digits]:
    found = [digits(column.value) for column in columns]
    if any(one is None for one in found):
        raise NotCompilable(f"浮点列不能{what}：浮点会丢位，结果与十进制不同。", "请先把列转为 decimal(精度, 小数位)。")
    return [one for one in found if one is not None]


def _decimal(value: ir.Value, size: Digits) -> ir.Value:
    return value.cast(f"decimal({size.total}, {size.scale})")


def aligned(columns: Sequence[Column]) -> tuple[ir.Value, ...]:
    """Return number columns in one type that holds them all.

    Raises:
        NotCompilable: floats stand beside other numbers, or no decimal holds them all.
    """
    types = {str(column.value.type()) for column in columns}
    if len(types) == 1:
        return tuple(column.value for column in columns)
    sizes = [digits(column.value) for column in columns]
    if all(size is None for size in sizes):
        return tuple(column.value.cast("float64") for column in columns)
    exact = _exact(columns, "与整数或小数列混用")
    both = Digits(max(size.whole for size in exact), max(size.scale for size in exact))
    if both.scale == 0 and both.whole <= INTEGERS["int64"]:
        return tuple(column.value.cast("int64") for column in columns)
    if both.total > WIDEST:
        raise NotCompilable("这些数放在一列里超过 38 位。", "请声明较窄的 decimal(精度, 小数位)。")
    return tuple(_decimal(column.value, both) for column in columns)


# --- comparing


def compared(operator: str, left: Column, right: Column) -> ir.BooleanValue:
    """Return the comparison of two number columns; NULL where one is."""
    a, b = aligned([left, right])
    return apply(operator, a, b)


def apply(operator: str, left: ir.Value, right: ir.Value) -> ir.BooleanValue:
    """Return what the database's own operator gives. Polars wants what is the same for all rows on the right."""
    if left.op().shape.is_scalar():
        operator, left, right = TURNED[operator], right, left
    match operator:
        case "=":
            made = left == right
        case "!=":
            made = left != right
        case "<":
            made = left < right
        case "<=":
            made = left <= right
        case ">":
            made = left > right
        case _:
            made = left >= right
    assert isinstance(made, ir.BooleanValue)
    return made


def against(operator: str, column: Column, value: Decimal) -> ir.BooleanValue:
    """Return a number column compared with a constant; NULL where the column is.

    A constant that the column's type cannot hold is replaced by its neighbour that it can, or the answer is the same
    for every row.
    """
    size = digits(column.value)
    step = _float_below(value) if size is None else _below(value, size)
    if isinstance(step, bool):  # beyond every value the column can hold; true: above them all
        verdict = operator in {"<", "<=", "!="} if step else operator in {">", ">=", "!="}
        return _always(column, verdict)
    floor, is_held = step
    if is_held:
        return apply(operator, column.value, floor)
    if operator in {"=", "!="}:
        return _always(column, operator == "!=")
    return apply("<=" if operator in {"<", "<="} else ">", column.value, floor)


def _always(column: Column, verdict: bool) -> ir.BooleanValue:  # noqa: FBT001 - the value itself
    return boolean(ibis.ifelse(column.value.notnull(), truth(value=verdict), null("boolean")))


def _below(value: Decimal, size: Digits) -> tuple[ir.Value, bool] | bool:
    """Return the greatest value not above the constant that so many digits can write, and whether it is the constant.

    A truth value instead where the constant is out of reach: whether it lies above all that can be written.
    """
    limit = Decimal(10) ** size.whole
    if abs(value) >= limit:
        return value > 0
    unit = Decimal(1).scaleb(-size.scale)
    floor = math.floor(value.scaleb(size.scale)) if size.scale else math.floor(value)
    if size.scale == 0 and abs(floor) < 2**63:
        return ibis.literal(floor, "int64"), value == floor
    if size.total <= INTEGERS["uint64"] and size.scale == 0:
        return ibis.literal(Decimal(floor), f"decimal({INTEGERS['uint64']}, 0)"), value == floor
    held = Decimal(floor) * unit
    if abs(held) >= limit:
        return value > 0
    return ibis.literal(held, f"decimal({size.total}, {size.scale})"), held == value


def _float_below(value: Decimal) -> tuple[ir.Value, bool] | bool:
    nearest = float(value)
    if math.isinf(nearest):
        return nearest > 0
    meant = Decimal(repr(nearest))
    if meant > value:
        nearest = math.nextafter(nearest, -math.inf)
    return ibis.literal(nearest, "float64"), meant == value


# --- reckoning


def add(left: Column, right: Column, *, minus: bool = False) -> Column:
    """Return the sum or difference, exactly."""
    a, b = _exact([left, right], "参与运算")
    size = Digits(max(a.whole, b.whole) + 1, max(a.scale, b.scale))
    one, other = _operands(left, right, size, size)
    return _result([left, right], one - other if minus else one + other, size)


def multiply(left: Column, right: Column) -> Column:
    """Return the product, exactly."""
    a, b = _exact([left, right], "参与运算")
    size = Digits(a.whole + b.whole, a.scale + b.scale)
    scale = max(a.scale, b.scale)
    if size.whole + 2 * scale > WIDEST:
        _check(Digits(size.whole, 2 * scale))
    one, other = _operands(left, right, size, Digits(WIDEST - scale, scale))
    return _result([left, right], one * other, size)


def negate(column: Column) -> Column:
    """Return minus the number."""
    return Column("number", -column.value, column.known, column.waiting)


def _operands(left: Column, right: Column, size: Digits, each: Digits) -> tuple[ir.Value, ir.Value]:
    """Return both operands in the type the operation is done in: int64 where it fits, else a decimal."""
    _check(size)
    if size.scale == 0 and size.whole <= FAST:
        return left.value.cast("int64"), right.value.cast("int64")
    wide = Digits(WIDEST - each.scale, each.scale)
    return _decimal(left.value, wide), _decimal(right.value, wide)


def _check(size: Digits) -> None:
    if size.total > DIGITS:
        raise NotCompilable(
            f"运算结果可能有 {size.total} 位数字，超过 34 位，列里算不准。",
            "请声明较窄的列：整数用 int32，小数用 decimal(精度, 小数位)。",
        )


def _result(columns: Sequence[Column], value: ir.Value, size: Digits) -> Column:
    if size.scale or size.whole > FAST:
        value = _decimal(value, size)
    return Column("number", value, known_together(columns), waiting_of(columns))


def divide(left: Column, right: Column | Constant) -> Column | Quotient:
    """Return the quotient: a column where the divisor divides everything, else a quotient to be compared."""
    if isinstance(right, Constant):
        assert isinstance(right.value, Decimal)
        context = Context(prec=DIGITS)
        inverse = context.divide(Decimal(1), right.value)
        if not context.flags[Inexact]:
            return multiply(left, as_column(Constant(inverse)))
        right = as_column(right)
    _exact([left, right], "参与运算")
    return Quotient(left, right)


def quotient_against(operator: str, quotient: Quotient, other: Column) -> ir.BooleanValue:
    """Return the comparison of a quotient with a number: both sides times the divisor, turned where that is negative.

    NULL where one of the three is, or the divisor is zero. Exact as long as the products keep 33 digits: a quotient
    that differs from the number then differs in its first 34 digits too.
    """
    product = multiply(other, quotient.below)
    size = digits(product.value)
    above = digits(quotient.above.value)
    assert size is not None
    assert above is not None
    if max(size.whole, above.whole) + max(size.scale, above.scale) >= DIGITS:
        raise NotCompilable("商的比较超过 33 位数字，算不准。", "请声明较窄的列，或改写为乘法比较。")
    straight, flipped = (compared(one, quotient.above, product) for one in (operator, TURNED[operator]))
    below = quotient.below.value
    zero = ibis.literal(0, "int64")
    made = ibis.cases((below > zero, straight), (below < zero, flipped), else_=null("boolean"))
    assert isinstance(made, ir.BooleanValue)
    return made
