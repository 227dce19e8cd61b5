"""Temporal values as whole numbers of days and nanoseconds, and back: a Python value wherever there is one.

Days count as Python's ordinals do (1 is 0001-01-01) and go below; a time of day is nanoseconds since midnight.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from yimen.dmn.temporal.wide import (
    AnyDate,
    AnyDay,
    AnyDuration,
    AnyInstant,
    AnyTime,
    WideDate,
    WideDuration,
    WideInstant,
    WideTime,
)

MICRO, SECOND, MINUTE, HOUR, DAY = 10**3, 10**9, 60 * 10**9, 3600 * 10**9, 86_400 * 10**9
LAST_YEAR = 999_999_999
LONGEST = 2**63 * SECOND
"""The longest duration; a longer one is null."""

CYCLE_YEARS, CYCLE = 400, 146_097
"""The Gregorian calendar repeats after so many years, which are so many days and whole weeks."""
LAST_DAY = date.max.toordinal() - CYCLE
FIRST_DAY = CYCLE


def date_of(year: int, month: int, day: int) -> AnyDate | None:
    """Return the day of a year, month and day of the month; None where there is none."""
    if abs(year) > LAST_YEAR:
        return None
    try:
        proxy = date((year - 1) % CYCLE_YEARS + 1, month, day)
    except (ValueError, OverflowError):
        return None
    return proxy.replace(year=year) if 1 <= year <= date.max.year else WideDate(year, month, day)


def ordinal(value: AnyDay) -> int:
    """Return a day's number."""
    if isinstance(value, date):
        return value.toordinal()
    day = value.day if isinstance(value, WideInstant) else value
    if isinstance(day, date):
        return day.toordinal()
    cycles, rest = divmod(day.year - 1, CYCLE_YEARS)
    return date(rest + 1, day.month, day.day).toordinal() + cycles * CYCLE


def date_at(number: int) -> AnyDate | None:
    """Return the day of a number; None where its year is out of range."""
    cycles, rest = divmod(number - 1, CYCLE)
    proxy = date.fromordinal(rest + 1)
    return date_of(proxy.year + cycles * CYCLE_YEARS, proxy.month, proxy.day)


def near(number: int) -> date:
    """Return a day Python knows, of the same weekday and place in the calendar's cycle: the day itself if it can."""
    if FIRST_DAY <= number <= LAST_DAY:
        return date.fromordinal(number)
    base = FIRST_DAY if number < FIRST_DAY else LAST_DAY - CYCLE + 1
    return date.fromordinal(base + (number - base) % CYCLE)


def nanos_of(value: AnyTime | AnyInstant) -> int:
    """Return the nanoseconds since midnight that the clock shows."""
    clock = value.clock if isinstance(value, WideInstant) else value
    fine = clock.nanosecond if isinstance(clock, WideTime) else clock.microsecond * MICRO
    return clock.hour * HOUR + clock.minute * MINUTE + clock.second * SECOND + fine


def time_at(nanos: int, zone: tzinfo | None) -> AnyTime:
    """Return the time of day so many nanoseconds after midnight; a day's worth of them begins anew."""
    minutes, rest = divmod(nanos % DAY, MINUTE)
    second, fine = divmod(rest, SECOND)
    if fine % MICRO:
        return WideTime(minutes // 60, minutes % 60, second, fine, zone)
    return time(minutes // 60, minutes % 60, second, fine // MICRO, tzinfo=zone)


def instant(on: AnyDate, at: AnyTime) -> AnyInstant:
    """Return the date and time of a day and a time of day."""
    if isinstance(on, date) and isinstance(at, time):
        return datetime.combine(on, at)
    return WideInstant(on, at)


def instant_at(day: int, nanos: int, zone: tzinfo | None) -> AnyInstant | None:
    """Return the date and time of a day's number and the time passed since its midnight, of any length."""
    on = date_at(day + nanos // DAY)
    return None if on is None else instant(on, time_at(nanos, zone))


def day_of(value: AnyDay) -> AnyDate:
    """Return the day of a date, or of a date and time."""
    if isinstance(value, WideInstant):
        return value.day
    return value.date() if isinstance(value, datetime) else value


def time_of(value: AnyInstant) -> AnyTime:
    """Return the time of day of a date and time, with its offset or zone."""
    return value.clock if isinstance(value, WideInstant) else value.timetz()


def duration_at(nanos: int) -> AnyDuration | None:
    """Return the duration of so many nanoseconds; None where it is too long."""
    if abs(nanos) > LONGEST:
        return None
    if nanos % MICRO == 0:
        try:
            return timedelta(microseconds=nanos // MICRO)
        except OverflowError:
            pass
    return WideDuration(nanos)


def length(value: AnyDuration) -> int:
    """Return a duration's nanoseconds."""
    if isinstance(value, WideDuration):
        return value.nanoseconds
    return (value.days * 86_400 + value.seconds) * SECOND + value.microseconds * MICRO


def zone_of(value: AnyTime | AnyInstant) -> tzinfo | None:
    """Return what a time's offset is told by: a fixed offset, a named zone, or None."""
    clock = value.clock if isinstance(value, WideInstant) else value
    return clock.zone if isinstance(clock, WideTime) else clock.tzinfo


def offset(value: AnyTime | AnyInstant) -> int | None:
    """Return the nanoseconds a time is ahead of UTC, None where it has neither offset nor zone.

    A time of day in a named zone has no day to tell summer from winter: it counts with the zone's standard offset.
    """
    zone = zone_of(value)
    if zone is None:
        return None
    if isinstance(zone, timezone):
        return length(zone.utcoffset(None))
    if isinstance(value, time | WideTime):
        found = datetime(2000, 1, 1, tzinfo=zone)
        return _nanos(found.utcoffset()) - _nanos(found.dst())
    return _nanos(_near(value).replace(tzinfo=zone).utcoffset())


def _near(value: AnyInstant) -> datetime:
    return datetime.combine(near(ordinal(value)), time()) + timedelta(microseconds=nanos_of(value) // MICRO)


def _nanos(found: timedelta | None) -> int:
    return 0 if found is None else length(found)


def since(value: AnyInstant) -> int:
    """Return the nanoseconds of an instant on the line of time, in UTC where it has an offset."""
    return ordinal(value) * DAY + nanos_of(value) - (offset(value) or 0)


def from_since(nanos: int, zone: tzinfo | None) -> AnyInstant | None:
    """Return the instant at a place on the line of time, as clocks in the zone show it."""
    day, rest = divmod(nanos, DAY)
    if zone is None or isinstance(zone, timezone):
        return instant_at(day, rest + (length(zone.utcoffset(None)) if zone else 0), zone)
    utc = datetime.combine(near(day), time(), tzinfo=UTC) + timedelta(microseconds=rest // MICRO)
    local = utc.astimezone(zone)
    return instant_at(day, rest + _nanos(local.utcoffset()), zone)
