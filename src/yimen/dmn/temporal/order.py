"""When temporal values are equal, and which comes first (DMN 1.5, tables 48 and 49).

Times are compared to the millisecond, by their place in UTC; one with an offset and one without have no order.
"""

from datetime import date, datetime, time, timedelta, timezone

from yimen.dmn.temporal.make import length, nanos_of, offset, ordinal, since, zone_of
from yimen.dmn.temporal.wide import WideDate, WideDuration, WideInstant, WideTime

TICK = 10**6
Key = tuple[str, bool, int]


def key(value: object) -> Key | None:
    """Return what a temporal value is compared by: its kind, whether it has an offset, its place; None for others."""
    match value:
        case datetime() | WideInstant():
            return "instant", zone_of(value) is not None, since(value) // TICK
        case date() | WideDate():
            return "date", False, ordinal(value)
        case time() | WideTime():
            return "time", zone_of(value) is not None, (nanos_of(value) - (offset(value) or 0)) // TICK
        case timedelta() | WideDuration():
            return "duration", False, length(value)
        case _:
            return None


def equal(left: object, right: object) -> bool:
    """Return whether two temporal values of one kind are equal."""
    return key(left) == key(right)


def less(left: object, right: object) -> bool | None:
    """Return whether the left comes before the right; None where the two cannot be ordered."""
    one, other = key(left), key(right)
    if one is None or other is None or one[:2] != other[:2]:
        return None
    return one[2] < other[2]


def is_same(left: object, right: object) -> bool:
    """Return whether nothing could tell two temporal values of one kind apart: the same clock in the same zone."""
    match left, right:
        case (datetime() | WideInstant(), datetime() | WideInstant()):
            return _shown(left) == _shown(right) and ordinal(left) == ordinal(right)
        case (time() | WideTime(), time() | WideTime()):
            return _shown(left) == _shown(right)
        case _:
            return equal(left, right)


def _shown(value: datetime | WideInstant | time | WideTime) -> tuple[int, str]:
    zone = zone_of(value)
    if isinstance(zone, timezone):
        return nanos_of(value), str(zone.utcoffset(None))
    return nanos_of(value), str(zone)
