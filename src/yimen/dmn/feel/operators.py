"""What the operators do to values that are known (DMN 1.5, 10.3.2.11–10.3.2.13, tables 42, 48–55).

Each returns None (FEEL null) where the standard gives null. Unknowns never come here: `strict` in code/base.py and
its kin keep them out.
"""

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from yimen.dmn.values import NUMBERS, OPEN, Function, Range, YearsMonths, kind

MONTHS = 12
LONGEST = 1_000_000
"""How many characters a text or items a list may come to; a loop that doubles one is stopped there."""

Clock = TypeVar("Clock", time, datetime)
MICROSECOND = timedelta(microseconds=1)


def equal(left: object, right: object) -> bool | None:
    """Return whether two values are equal; None where they are of different types (null equals only null)."""
    if left is None or right is None:
        return left is None and right is None
    if kind(left) != kind(right):
        return None
    match left, right:
        case list(), list():
            return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))
        case dict(), dict():
            return left.keys() == right.keys() and all(equal(left[key], right[key]) is True for key in left)
        case Function(), Function():
            return None
        case time(), time():
            return _tick(left) == _tick(right) and (left.tzinfo is None) == (right.tzinfo is None)
        case datetime(), datetime():
            return _tick(left) == _tick(right) and (left.tzinfo is None) == (right.tzinfo is None)
        case _:
            return bool(left == right)


def _tick(value: Clock) -> Clock:
    """Return a clock's value to the millisecond, the precision in which FEEL compares (10.3.2.3.4)."""
    return value.replace(microsecond=value.microsecond // 1000 * 1000) if value.microsecond else value


def is_same(left: object, right: object) -> bool:
    """Return whether nothing could tell two values apart: equal, and in the same offset too."""
    if kind(left) != kind(right):
        return False
    match left, right:
        case list(), list():
            return len(left) == len(right) and all(map(is_same, left, right))
        case dict(), dict():
            return list(left) == list(right) and all(is_same(left[key], right[key]) for key in left)
        case Range(), Range():
            ends = is_same(left.low, right.low) and is_same(left.high, right.high)
            return ends and left == right
        case (time() | datetime(), time() | datetime()):
            return left == right and str(left.tzinfo) == str(right.tzinfo)
        case _:
            return equal(left, right) is True


def less(left: object, right: object) -> bool | None:
    """Return whether the left comes before the right; None where the two cannot be ordered."""
    match left, right:
        case (bool(), _) | (_, bool()):
            return None
        case Decimal(), Decimal():
            return left < right
        case str(), str():
            return left < right
        case datetime(), datetime():
            return _tick(left) < _tick(right) if (left.tzinfo is None) == (right.tzinfo is None) else None
        case (datetime(), _) | (_, datetime()):
            return None
        case date(), date():
            return left < right
        case time(), time():
            return _tick(left) < _tick(right) if (left.tzinfo is None) == (right.tzinfo is None) else None
        case timedelta(), timedelta():
            return left < right
        case YearsMonths(), YearsMonths():
            return left < right
        case _:
            return None


def compare(operator: str, left: object, right: object) -> bool | None:
    """Return what a comparison gives."""
    match operator:
        case "=":
            return equal(left, right)
        case "!=":
            same = equal(left, right)
            return None if same is None else not same
        case "<":
            return less(left, right)
        case ">":
            return less(right, left)
        case "<=":
            after = less(right, left)
        case _:
            after = less(left, right)
    return None if after is None else not after


COMPARISONS: dict[str, Callable[[object, object], bool | None]] = {
    "=": equal,
    "!=": lambda left, right: compare("!=", left, right),
    "<": less,
    ">": lambda left, right: less(right, left),
    "<=": lambda left, right: compare("<=", left, right),
    ">=": lambda left, right: compare(">=", left, right),
}


def between(value: object, low: object, high: object) -> bool | None:
    """Return whether the value lies between two others, both included."""
    return None if low is None or high is None else contains(Range(low, high, True, True), value)


def range_of(low: object, high: object, low_included: bool, high_included: bool) -> Range | None:  # noqa: FBT001
    """Return the range from one value to another; null where the two cannot be compared."""
    if low is None or high is None:
        return None if low is high else Range(low, high, low_included, high_included)
    return None if less(low, high) is None else Range(low, high, low_included, high_included)


def contains(range_: Range, value: object) -> bool | None:
    """Return whether the range holds the value; None where the two cannot be compared."""
    above: bool | None = True
    below: bool | None = True
    if range_.low is not OPEN:
        above = compare(">=" if range_.low_included else ">", value, range_.low)
    if range_.high is not OPEN:
        below = compare("<=" if range_.high_included else "<", value, range_.high)
    if above is False or below is False:
        return False
    return True if above and below else None


def negate(value: object) -> object:
    """Return minus the value."""
    match value:
        case bool():
            return None
        case Decimal():
            return NUMBERS.minus(value)
        case timedelta():
            return -value
        case YearsMonths(months):
            return YearsMonths(-months)
        case _:
            return None


def _number(value: Decimal) -> Decimal | None:
    return value if value.is_finite() else None


def _add(left: object, right: object) -> object:
    match left, right:
        case Decimal(), Decimal():
            return _number(NUMBERS.add(left, right))
        case str(), str():
            return left + right if len(left) + len(right) <= LONGEST else None
        case timedelta(), timedelta():
            return left + right
        case YearsMonths(a), YearsMonths(b):
            return YearsMonths(a + b)
        case (datetime() | date() | time(), timedelta() | YearsMonths()):
            return _move(left, right)
        case (timedelta() | YearsMonths(), datetime() | date() | time()):
            return _move(right, left)
        case _:
            return None


def _subtract(left: object, right: object) -> object:
    match left, right:
        case Decimal(), Decimal():
            return _number(NUMBERS.subtract(left, right))
        case timedelta(), timedelta():
            return left - right
        case YearsMonths(a), YearsMonths(b):
            return YearsMonths(a - b)
        case (datetime() | date(), datetime() | date()):
            return _between(right, left)
        case time(), time():
            return _since_midnight(left) - _since_midnight(right)
        case (datetime() | date() | time(), timedelta() | YearsMonths()):
            return _move(left, negate(right))
        case _:
            return None


def _between(start: date, end: date) -> timedelta | None:
    """Return the time from one to the other; a date counts as its midnight in UTC, so beside it an offset is needed."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        return end - start if (end.tzinfo is None) == (start.tzinfo is None) else None
    if isinstance(start, datetime) or isinstance(end, datetime):
        start, end = (one if isinstance(one, datetime) else _instant(one).replace(tzinfo=UTC) for one in (start, end))
        return end - start if start.tzinfo and end.tzinfo else None
    return end - start


def _move(start: date | time, by: object) -> object:
    match start, by:
        case time(), timedelta():
            return (datetime.combine(date(2000, 1, 1), start) + by).timetz()
        case date(), YearsMonths(months):
            return add_months(start, months)
        case datetime(), timedelta():
            return start + by
        case date(), timedelta():
            return (_instant(start) + by).date()
        case _:
            return None


def add_months(start: date, months: int) -> date:
    """Return the same day so many months on; a shorter month gives its last day (29 February + 1 year: 28 February)."""
    year, month = divmod(start.year * MONTHS + start.month - 1 + months, MONTHS)
    return start.replace(year=year, month=month + 1, day=min(start.day, calendar.monthrange(year, month + 1)[1]))


def _instant(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time())


def _since_midnight(value: time) -> timedelta:
    offset = value.utcoffset() or timedelta()
    return (
        timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond) - offset
    )


def _multiply(left: object, right: object) -> object:
    match left, right:
        case Decimal(), Decimal():
            return _number(NUMBERS.multiply(left, right))
        case (timedelta() | YearsMonths(), Decimal()):
            return _scale(left, right)
        case (Decimal(), timedelta() | YearsMonths()):
            return _scale(right, left)
        case _:
            return None


def _scale(length: timedelta | YearsMonths, by: Decimal) -> object:
    if isinstance(length, YearsMonths):
        return YearsMonths(int(length.months * by))
    return MICROSECOND * int(Decimal(length // MICROSECOND) * by)


def _divide(left: object, right: object) -> object:
    match left, right:
        case Decimal(), Decimal():
            return _number(NUMBERS.divide(left, right))
        case (timedelta() | YearsMonths(), Decimal()):
            return _scale(left, NUMBERS.divide(Decimal(1), right)) if right else None
        case timedelta(), timedelta():
            return _number(NUMBERS.divide(Decimal(left // MICROSECOND), Decimal(right // MICROSECOND)))
        case YearsMonths(a), YearsMonths(b):
            return _number(NUMBERS.divide(Decimal(a), Decimal(b)))
        case _:
            return None


def _power(left: object, right: object) -> object:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(NUMBERS.power(left, right))
    return None


def _guarded(call: Callable[[object, object], object]) -> Callable[[object, object], object]:
    """Return the operator with what overflows given as null; truth values do not count as numbers."""

    def guarded(left: object, right: object) -> object:
        if isinstance(left, bool) or isinstance(right, bool):
            return None
        try:
            return call(left, right)
        except (OverflowError, ValueError, ZeroDivisionError):
            return None

    return guarded


OPERATORS: dict[str, Callable[[object, object], object]] = {
    "+": _guarded(_add),
    "-": _guarded(_subtract),
    "*": _guarded(_multiply),
    "/": _guarded(_divide),
    "**": _guarded(_power),
}
