"""Dates and durations: days as FEEL counts them, months clipped to the end of a shorter one."""

from datetime import timedelta
from decimal import Decimal

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from yimen.dmn.batch.pieces import (
    MICROSECOND,
    Column,
    Constant,
    Piece,
    known_together,
    nothing,
    number,
    waiting_of,
)
from yimen.dmn.batch.refusal import NotCompilable

DAY = timedelta(days=1) // MICROSECOND
MONTHS = 12
DAYS_TIME, YEARS_MONTHS = "days and time duration", "years and months duration"


def strict(kind: str, value: ir.Value, *columns: Column) -> Column:
    """Return a column that is NULL where one of these is, and never else."""
    return Column(kind, value, known_together(columns), waiting_of(columns))


def add(left: Column, right: Column, *, minus: bool) -> Piece:
    """Return what `+` and `-` give where one side is temporal; null where they mean nothing."""
    match left.kind, right.kind:
        case ("date", "date") if minus:
            return strict(DAYS_TIME, (days(left) - days(right)) * DAY, left, right)
        case ("date", "days and time duration" | "years and months duration"):
            return move(left, right, minus=minus)
        case ("days and time duration" | "years and months duration", "date") if not minus:
            return move(right, left, minus=False)
        case ("days and time duration", "days and time duration") | (
            "years and months duration",
            "years and months duration",
        ):
            one, other = number(left.value), number(right.value)
            return strict(left.kind, one - other if minus else one + other, left, right)
        case ("date and time", _) | (_, "date and time"):
            raise NotCompilable("日期时间的加减不能编译成批量。", "请改用日期，或逐行求值。")
        case _:
            return nothing([left, right])


def days(column: Column) -> ir.IntegerValue:
    """Return a date column as days since 1970-01-01."""
    assert isinstance(column.value, ir.DateValue)
    return number(column.value.epoch_days().cast("int64"))


def move(start: Column, by: Column, *, minus: bool) -> Column:
    """Return a date so much later, or earlier."""
    amount = number(by.value)
    if minus:
        amount = number(-amount)
    assert isinstance(start.value, ir.DateValue)
    if by.kind == YEARS_MONTHS:
        return strict("date", add_months(start.value, amount), start, by)
    whole = floor_divide(amount, DAY)
    return strict("date", (start.value + whole.as_interval("D")).cast("timestamp").cast("date"), start, by)


def add_months(start: ir.DateValue, months: ir.IntegerValue) -> ir.Value:
    """Return the same day so many months on; a shorter month gives its last day.

    Reckoned here, not by the database: intervals of months clip in one, spill over in another, are missing in a third.
    """
    counted = number(start.year().cast("int64") * MONTHS + start.month().cast("int64") - 1 + months)
    year, month = floor_divide(counted, MONTHS), number(counted - floor_divide(counted, MONTHS) * MONTHS + 1)
    first = ibis.date(year.cast("int32"), month.cast("int32"), ibis.literal(1, "int32"))
    day = start.day().cast("int64")
    is_leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    length = ibis.cases(
        (month == 2, ibis.ifelse(is_leap, ibis.literal(29, "int64"), ibis.literal(28, "int64"))),  # noqa: PLR2004 - February
        (month.isin([4, 6, 9, 11]), ibis.literal(30, "int64")),
        else_=ibis.literal(31, "int64"),
    )
    # `least` ignores NULL in one database and not in another; a comparison does the same everywhere.
    clipped = number(ibis.ifelse(day > length, length, day))
    return (first + number(clipped - 1).as_interval("D")).cast("timestamp").cast("date")


def floor_divide(value: ir.IntegerValue, by: int) -> ir.IntegerValue:
    """Return the quotient rounded down, also of negative numbers."""
    operation = value.op()
    if isinstance(operation, ops.Literal):
        return number(ibis.literal(operation.value // by, "int64"))
    return number((value // by).cast("int64"))


def truncate(value: ir.IntegerValue, by: int) -> ir.IntegerValue:
    """Return the quotient rounded towards zero."""
    return number(ibis.ifelse(value < 0, number(-(number(-value) // by)), value // by).cast("int64"))


def months_between(start: Column, end: Column) -> Piece:
    """Return the whole months from one date to another, as `years and months duration` does."""
    for one in (start, end):
        if one.kind == "date and time":
            raise NotCompilable("日期时间之间的月数不能编译成批量。", "请先用 date( ) 取日期。")
    if start.kind != "date" or end.kind != "date":
        return nothing([start, end])
    assert isinstance(start.value, ir.DateValue)
    assert isinstance(end.value, ir.DateValue)
    one, other = start.value, end.value
    months = (other.year().cast("int64") - one.year().cast("int64")) * MONTHS + (
        other.month().cast("int64") - one.month().cast("int64")
    )
    before = ibis.ifelse(other.day() < one.day(), ibis.literal(1, "int64"), ibis.literal(0, "int64"))
    after = ibis.ifelse(one.day() < other.day(), ibis.literal(1, "int64"), ibis.literal(0, "int64"))
    made = ibis.ifelse(other < one, months + after, months - before)
    return strict(YEARS_MONTHS, made, start, end)


def scale(length: Column, by: Piece) -> Piece:
    """Return a duration times a whole number."""
    if isinstance(by, Constant) and isinstance(by.value, Decimal) and by.value == by.value.to_integral_value():
        return strict(length.kind, number(length.value) * int(by.value), length)
    raise NotCompilable("时长只能乘以整数常量。", "请改用整数，或逐行求值。")


def read(column: Column, name: str) -> Piece:
    """Return a property of a temporal column; null for one it has not."""
    value = column.value
    match column.kind, name:
        case ("date" | "date and time", "year" | "month" | "day"):
            assert isinstance(value, ir.DateValue | ir.TimestampValue)
            part = {"year": value.year, "month": value.month, "day": value.day}[name]()
            return strict("number", part.cast("int32"), column)
        case ("date", "weekday"):
            assert isinstance(value, ir.DateValue)
            return strict("number", (value.day_of_week.index() + 1).cast("int32"), column)
        case ("years and months duration", "years"):
            return strict("number", truncate(number(value), MONTHS).cast("int32"), column)
        case ("years and months duration", "months"):
            rest = number(value) - truncate(number(value), MONTHS) * MONTHS
            return strict("number", rest.cast("int32"), column)
        case ("days and time duration", "days"):
            return strict("number", truncate(number(value), DAY).cast("int32"), column)
        case ("date and time", _) | ("days and time duration", "hours" | "minutes" | "seconds"):
            raise NotCompilable(f"属性“{name}”不能编译成批量。", "请改用日期，或逐行求值。")
        case _:
            return nothing([column])


def ratio(left: Column, right: Constant) -> Piece | None:
    """Return a duration divided by a constant one of its kind, None where that is nothing a column holds exactly.

    Only the time between two dates divided by one day is: as many days as there are between them.
    """
    operation = left.value.op()
    if left.kind != DAYS_TIME or right.value != timedelta(days=1) or not isinstance(operation, ops.Multiply):
        return None
    between = operation.left.to_expr()
    return strict("number", between, left) if isinstance(operation.right, ops.Literal) else None
