"""Sums and differences of temporal values (DMN 1.5, tables 50 and 51). None where the result is out of range."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeGuard

from yimen.dmn.temporal.make import (
    DAY,
    date_at,
    date_of,
    day_of,
    duration_at,
    from_since,
    instant,
    length,
    nanos_of,
    offset,
    ordinal,
    since,
    time_at,
    time_of,
    zone_of,
)
from yimen.dmn.temporal.wide import (
    AnyDate,
    AnyDay,
    AnyDuration,
    AnyInstant,
    AnyTime,
    WideDate,
    WideInstant,
    WideTime,
)

MONTHS = 12


def moved(start: AnyDay | AnyTime, by: AnyDuration) -> AnyDay | AnyTime | None:
    """Return what comes so much later: of a date a date, of an instant the one that much time away, of a time a time.

    Clocks of a named zone jump with it; a time of day goes round midnight.
    """
    if isinstance(start, datetime | WideInstant):
        return from_since(since(start) + length(by), zone_of(start))
    if isinstance(start, time | WideTime):
        return time_at(nanos_of(start) + length(by), zone_of(start))
    return date_at(ordinal(start) + length(by) // DAY)


def months_later(start: AnyDay, months: int) -> AnyDay | None:
    """Return the same day so many months on; a shorter month gives its last day (29 February + 1 year: 28 February)."""
    day = day_of(start)
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    cycle_year = year % 400 + 400  # a year Python knows, with months as long
    last = calendar.monthrange(cycle_year, month + 1)[1]
    found = date_of(year, month + 1, min(day.day, last))
    if found is None or not isinstance(start, datetime | WideInstant):
        return found
    return instant(found, time_of(start))


def elapsed(start: AnyDay, end: AnyDay) -> AnyDuration | None:
    """Return the time from one to the other; a date counts as its midnight in UTC, so beside it an offset is needed."""
    if not isinstance(start, datetime | WideInstant) and not isinstance(end, datetime | WideInstant):
        return duration_at((ordinal(end) - ordinal(start)) * DAY)
    first, last = _instant(start), _instant(end)
    if (zone_of(first) is None) != (zone_of(last) is None):
        return None
    return duration_at(since(last) - since(first))


def _instant(value: AnyDay) -> AnyInstant:
    if isinstance(value, datetime | WideInstant):
        return value
    return instant(value, time(tzinfo=UTC))


def apart(start: AnyTime, end: AnyTime) -> AnyDuration | None:
    """Return the time from one time of day to another of the same day; their offsets count where both have one."""
    return duration_at((nanos_of(end) - (offset(end) or 0)) - (nanos_of(start) - (offset(start) or 0)))


def added(left: AnyDuration, right: AnyDuration) -> AnyDuration | None:
    """Return the sum of two durations."""
    return duration_at(length(left) + length(right))


def negated(value: AnyDuration) -> AnyDuration:
    """Return the duration the other way."""
    if isinstance(value, timedelta) and value != timedelta.min:
        return -value
    found = duration_at(-length(value))
    assert found is not None
    return found


def is_day(value: object) -> TypeGuard[AnyDate]:
    """Tell whether a value is a date, and no date and time."""
    return isinstance(value, date | WideDate) and not isinstance(value, datetime)


def whole_months(start: AnyDay, end: AnyDay) -> int:
    """Return the completed months from one day to another, negative where the other is earlier.

    A date is its midnight, and offsets do not matter: what calendar and clock show is compared.
    """
    if (ordinal(end), _clock(end)) < (ordinal(start), _clock(start)):
        return -_between(day_of(end), day_of(start))
    return _between(day_of(start), day_of(end))


def _clock(value: AnyDay) -> int:
    return nanos_of(value) if isinstance(value, datetime | WideInstant) else 0


def _between(start: AnyDate, end: AnyDate) -> int:
    months = (end.year - start.year) * MONTHS + end.month - start.month
    return months if end.day >= start.day else months - 1
