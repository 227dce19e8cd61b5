"""What a dot finds on values that are no contexts (DMN 1.5, table 65)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from yimen.dmn.temporal.make import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    day_of,
    duration_at,
    length,
    offset,
    ordinal,
    zone_of,
)
from yimen.dmn.temporal.make import time_of as clock_of
from yimen.dmn.temporal.wide import (
    AnyDay,
    AnyDuration,
    AnyInstant,
    AnyTime,
    WideDate,
    WideDuration,
    WideInstant,
    WideTime,
)
from yimen.dmn.values import OPEN, Range, Unknown, YearsMonths

WEEK = 7


def _part(unit: int, within: int | None) -> Callable[[AnyDuration], Decimal]:
    def read(value: AnyDuration) -> Decimal:
        nanos = length(value)
        amount = abs(nanos) // unit if within is None else abs(nanos) % within // unit
        return Decimal(-amount if nanos < 0 else amount)

    return read


def _years_months(part: Callable[[int], int]) -> Callable[[YearsMonths], Decimal]:
    def read(value: YearsMonths) -> Decimal:
        amount = part(abs(value.months))
        return Decimal(-amount if value.months < 0 else amount)

    return read


def _clock(name: str) -> Callable[[AnyTime | AnyInstant], Decimal]:
    def read(value: AnyTime | AnyInstant) -> Decimal:
        clock = value if isinstance(value, time | WideTime) else clock_of(value)
        return Decimal(int(getattr(clock, name)))

    return read


def _offset(value: AnyTime | AnyInstant) -> AnyDuration | None:
    nanos = offset(value)
    return None if nanos is None else duration_at(nanos)


def _zone(value: AnyTime | AnyInstant) -> str | None:
    key = getattr(zone_of(value), "key", None)
    return None if key is None else str(key)


DATE: Mapping[str, Callable[[AnyDay], object]] = {
    "year": lambda value: Decimal(day_of(value).year),
    "month": lambda value: Decimal(day_of(value).month),
    "day": lambda value: Decimal(day_of(value).day),
    "weekday": lambda value: Decimal((ordinal(value) - 1) % WEEK + 1),
}
CLOCK: Mapping[str, Callable[[AnyTime | AnyInstant], object]] = {
    "hour": _clock("hour"),
    "minute": _clock("minute"),
    "second": _clock("second"),
    "time offset": _offset,
    "timezone": _zone,
}
DAYS_TIME: Mapping[str, Callable[[AnyDuration], object]] = {
    "days": _part(DAY, None),
    "hours": _part(HOUR, DAY),
    "minutes": _part(MINUTE, HOUR),
    "seconds": _part(SECOND, MINUTE),
}
YEARS_MONTHS: Mapping[str, Callable[[YearsMonths], object]] = {
    "years": _years_months(lambda months: months // 12),
    "months": _years_months(lambda months: months % 12),
}
RANGE: Mapping[str, Callable[[Range], object]] = {
    "start": lambda value: None if value.low is OPEN else value.low,
    "end": lambda value: None if value.high is OPEN else value.high,
    "start included": lambda value: value.low_included,
    "end included": lambda value: value.high_included,
}
NAMES = frozenset([*DATE, *CLOCK, *DAYS_TIME, *YEARS_MONTHS, *RANGE])


def read(value: object, name: str) -> object:
    """Return the property of a value; None where it has none of that name."""
    match value:
        case Unknown():
            return value
        case dict():
            return value.get(name)
        case list():
            return [read(one, name) for one in value]
        case datetime() | WideInstant():
            if name in DATE:
                return DATE[name](value)
            return CLOCK[name](value) if name in CLOCK else None
        case date() | WideDate():
            return DATE[name](value) if name in DATE else None
        case time() | WideTime():
            return CLOCK[name](value) if name in CLOCK else None
        case timedelta() | WideDuration():
            return DAYS_TIME[name](value) if name in DAYS_TIME else None
        case YearsMonths():
            return YEARS_MONTHS[name](value) if name in YEARS_MONTHS else None
        case Range():
            return RANGE[name](value) if name in RANGE else None
        case _:
            return None
