"""What a dot finds on values that are no contexts (DMN 1.5, table 65)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from yimen.dmn.values import OPEN, Range, Unknown, YearsMonths

SECOND, MINUTE, HOUR, DAY = 1, 60, 3600, 86400


def _part(unit: int, within: int | None) -> Callable[[timedelta], Decimal]:
    def read(value: timedelta) -> Decimal:
        whole = abs(value) // timedelta(seconds=1)
        amount = whole // unit if within is None else whole % within // unit
        return Decimal(-amount if value < timedelta() else amount)

    return read


def _years(value: YearsMonths) -> Decimal:
    return Decimal(int(value.months / 12))


def _months(value: YearsMonths) -> Decimal:
    return Decimal(value.months - 12 * int(value.months / 12))


def _offset(value: time | datetime) -> timedelta | None:
    return value.utcoffset()


def _zone(value: time | datetime) -> str | None:
    key = getattr(value.tzinfo, "key", None)
    return None if key is None else str(key)


DATE: Mapping[str, Callable[[date], object]] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
CLOCK: Mapping[str, Callable[[time | datetime], object]] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": lambda value: Decimal(value.second),
    "time offset": _offset,
    "timezone": _zone,
}
DAYS_TIME: Mapping[str, Callable[[timedelta], object]] = {
    "days": _part(DAY, None),
    "hours": _part(HOUR, DAY),
    "minutes": _part(MINUTE, HOUR),
    "seconds": _part(SECOND, MINUTE),
}
YEARS_MONTHS: Mapping[str, Callable[[YearsMonths], object]] = {"years": _years, "months": _months}
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
        case datetime():
            if name in DATE:
                return DATE[name](value)
            return CLOCK[name](value) if name in CLOCK else None
        case date():
            return DATE[name](value) if name in DATE else None
        case time():
            return CLOCK[name](value) if name in CLOCK else None
        case timedelta():
            return DAYS_TIME[name](value) if name in DAYS_TIME else None
        case YearsMonths():
            return YEARS_MONTHS[name](value) if name in YEARS_MONTHS else None
        case Range():
            return RANGE[name](value) if name in RANGE else None
        case _:
            return None
