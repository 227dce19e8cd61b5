"""What the operators do to values that are known (DMN 1.5, 10.3.2.11–10.3.2.13, tables 42, 48–55).

Each returns None (FEEL null) where the standard gives null. Unknowns never come here: `strict` in code/base.py and
its kin keep them out.
"""

from collections.abc import Callable, Hashable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from yimen.dmn.temporal import arithmetic, order
from yimen.dmn.temporal.make import duration_at, length
from yimen.dmn.temporal.wide import AnyDay, AnyDuration, AnyTime, WideDate, WideDuration, WideInstant, WideTime
from yimen.dmn.values import NUMBERS, OPEN, Function, Range, YearsMonths, kind

LONGEST = 1_000_000
"""How many characters a text or items a list may come to; a loop that doubles one is stopped there."""
MOST_MONTHS = 10**18
"""How many months a duration may come to."""


def equal(left: object, right: object) -> bool | None:
    """Return whether two values are equal; None where they are of different types (null equals only null)."""
    if left is None or right is None:
        return left is None and right is None
    of = kind(left)
    if of != kind(right):
        return None
    match left, right:
        case list(), list():
            return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))
        case dict(), dict():
            return left.keys() == right.keys() and all(equal(left[key], right[key]) is True for key in left)
        case Range(), Range():
            ends = equal(left.low, right.low) is True and equal(left.high, right.high) is True
            return ends and _shape(left) == _shape(right)
        case Function(), Function():
            return None
        case _ if of in TEMPORAL:
            return order.equal(left, right)
        case _:
            return bool(left == right)


TEMPORAL = frozenset(["time", "date and time", "date", "days and time duration"])


def _shape(value: Range) -> tuple[bool, bool, bool]:
    return value.low_included, value.high_included, value.is_point


def is_same(left: object, right: object) -> bool:
    """Return whether nothing could tell two values apart: equal, and in the same offset too."""
    of = kind(left)
    if of != kind(right):
        return False
    match left, right:
        case list(), list():
            return len(left) == len(right) and all(map(is_same, left, right))
        case dict(), dict():
            return list(left) == list(right) and all(is_same(left[key], right[key]) for key in left)
        case Range(), Range():
            ends = is_same(left.low, right.low) and is_same(left.high, right.high)
            return ends and _shape(left) == _shape(right)
        case _ if of in TEMPORAL:
            return order.is_same(left, right)
        case _:
            return equal(left, right) is True


def canonical(value: object) -> Hashable:
    """Return what is the same for two values exactly where they are equal; a function is equal to none."""
    match value:
        case list():
            return "list", tuple(map(canonical, value))
        case dict():
            return "context", frozenset((name, canonical(entry)) for name, entry in value.items())
        case Range():
            return "range", canonical(value.low), canonical(value.high), _shape(value)
        case Function():
            return "function", id(value), object()
        case _:
            of = kind(value)
            return of, order.key(value) if of in TEMPORAL else value if isinstance(value, Hashable) else repr(value)


def less(left: object, right: object) -> bool | None:
    """Return whether the left comes before the right; None where the two cannot be ordered."""
    match left, right:
        case (bool(), _) | (_, bool()):
            return None
        case Decimal(), Decimal():
            return left < right
        case str(), str():
            return left < right
        case (datetime(), _) | (_, datetime()):
            return order.less(left, right)
        case date(), date():
            return left < right
        case YearsMonths(), YearsMonths():
            return left < right
        case _:
            return order.less(left, right)


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
    if low is OPEN or high is OPEN:
        return None if low is None or high is None else Range(low, high, low_included, high_included)
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
        case timedelta() | WideDuration():
            return arithmetic.negated(value)
        case YearsMonths(months):
            return YearsMonths(-months)
        case _:
            return None


def _number(value: Decimal) -> Decimal | None:
    return value if value.is_finite() else None


def _months(count: int) -> YearsMonths | None:
    return YearsMonths(count) if abs(count) < MOST_MONTHS else None


def _add(left: object, right: object) -> object:
    match left, right:
        case Decimal(), Decimal():
            return _number(NUMBERS.add(left, right))
        case str(), str():
            return left + right if len(left) + len(right) <= LONGEST else None
        case (timedelta() | WideDuration(), timedelta() | WideDuration()):
            return arithmetic.added(left, right)
        case YearsMonths(a), YearsMonths(b):
            return _months(a + b)
        case (date() | time() | WideDate() | WideInstant() | WideTime(), _):
            return _move(left, right)
        case (_, date() | time() | WideDate() | WideInstant() | WideTime()):
            return _move(right, left)
        case _:
            return None


def _subtract(left: object, right: object) -> object:
    match left, right:
        case Decimal(), Decimal():
            return _number(NUMBERS.subtract(left, right))
        case (timedelta() | WideDuration(), timedelta() | WideDuration()):
            return arithmetic.added(left, arithmetic.negated(right))
        case YearsMonths(a), YearsMonths(b):
            return _months(a - b)
        case (date() | WideDate() | WideInstant(), date() | WideDate() | WideInstant()):
            return arithmetic.elapsed(right, left)
        case (time() | WideTime(), time() | WideTime()):
            return arithmetic.apart(right, left)
        case (date() | time() | WideDate() | WideInstant() | WideTime(), timedelta() | WideDuration() | YearsMonths()):
            return _move(left, negate(right))
        case _:
            return None


def _move(start: AnyDay | AnyTime, by: object) -> object:
    match start, by:
        case _, timedelta() | WideDuration():
            return arithmetic.moved(start, by)
        case (date() | WideDate() | WideInstant(), YearsMonths(months)):
            return arithmetic.months_later(start, months)
        case _:
            return None


def _multiply(left: object, right: object) -> object:
    match left, right:
        case Decimal(), Decimal():
            return _number(NUMBERS.multiply(left, right))
        case (timedelta() | WideDuration() | YearsMonths(), Decimal()):
            return _scaled(left, lambda amount: NUMBERS.multiply(amount, right))
        case (Decimal(), timedelta() | WideDuration() | YearsMonths()):
            return _scaled(right, lambda amount: NUMBERS.multiply(amount, left))
        case _:
            return None


def _scaled(value: AnyDuration | YearsMonths, scale: Callable[[Decimal], Decimal]) -> object:
    """Return a duration of so many times the months or nanoseconds; a fraction of one is cut off."""
    amount = scale(Decimal(value.months if isinstance(value, YearsMonths) else length(value)))
    if not amount.is_finite() or abs(amount) > LARGEST:
        return None
    return _months(int(amount)) if isinstance(value, YearsMonths) else duration_at(int(amount))


LARGEST = Decimal("1e34")


def _divide(left: object, right: object) -> object:
    match left, right:
        case Decimal(), Decimal():
            return _number(NUMBERS.divide(left, right))
        case (timedelta() | WideDuration() | YearsMonths(), Decimal()):
            return _scaled(left, lambda amount: NUMBERS.divide(amount, right))
        case (timedelta() | WideDuration(), timedelta() | WideDuration()):
            return _number(NUMBERS.divide(Decimal(length(left)), Decimal(length(right))))
        case YearsMonths(a), YearsMonths(b):
            return _number(NUMBERS.divide(Decimal(a), Decimal(b)))
        case _:
            return None


def _power(left: object, right: object) -> object:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(NUMBERS.power(left, right)) if left or right else Decimal(1)
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
