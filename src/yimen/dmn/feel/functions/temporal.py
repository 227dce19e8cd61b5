"""Functions of dates, times and durations (DMN 1.5, 10.3.4.1, 10.3.4.7)."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TypeGuard

from yimen.dmn.feel import literals
from yimen.dmn.feel.functions.registry import function
from yimen.dmn.temporal.arithmetic import whole_months
from yimen.dmn.temporal.make import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    date_of,
    day_of,
    instant,
    near,
    ordinal,
    time_at,
    time_of,
)
from yimen.dmn.temporal.wide import AnyDay, WideDate, WideDuration, WideInstant, WideTime
from yimen.dmn.values import YearsMonths

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = "January February March April May June July August September October November December"
MONTH_NAMES = tuple(MONTHS.split())


@function("date", "from", "year,month,day")
def to_date(first: object, month: object = None, day: object = None) -> object:
    """Return the date written, the day of an instant, or that of a year, month and day."""
    match first, month, day:
        case str(), None, None:
            return literals.to_date(first)
        case date() | WideDate() | WideInstant(), None, None:
            return day_of(first)
        case Decimal(), Decimal(), Decimal():
            return date_of(int(first), int(month), int(day))
        case _:
            return None


@function("time", "from", "hour,minute,second,offset?")
def to_time(first: object, minute: object = None, second: object = None, offset: object = None) -> object:
    """Return the time written, the time of an instant (a date is its midnight in UTC), or that of its parts."""
    match first, minute, second:
        case str(), None, None:
            return literals.to_time(first)
        case datetime() | WideInstant(), None, None:
            return time_of(first)
        case date() | WideDate(), None, None:
            return time(tzinfo=UTC)
        case time() | WideTime(), None, None:
            return first
        case Decimal(), Decimal(), Decimal() if isinstance(offset, timedelta | None):
            return _time(int(first), int(minute), second, offset)
        case _:
            return None


def _time(hour: int, minute: int, second: Decimal, offset: timedelta | None) -> object:
    nanos = hour * HOUR + minute * MINUTE + int(second * SECOND)
    if not (0 <= hour < DAY // HOUR and 0 <= minute < HOUR // MINUTE and 0 <= second < MINUTE // SECOND):
        return None
    if offset is None:
        return time_at(nanos, None)
    return time_at(nanos, timezone(offset)) if abs(offset) <= literals.WIDEST else None


@function("date and time", "from", "date,time")
def to_date_and_time(first: object, *of_day: object) -> object:
    """Return the instant written, or that of a date and a time."""
    match first, of_day:
        case str(), ():
            return literals.to_date_and_time(first)
        case datetime() | WideInstant(), ():
            return first
        case date() | WideDate(), ():
            return instant(first, time())
        case (date() | WideDate() | WideInstant(), (time() | WideTime() as clock,)):
            return instant(day_of(first), clock)
        case _:
            return None


@function("duration", "from")
def to_duration(text: object) -> object:
    """Return the duration written, of either kind."""
    if isinstance(text, timedelta | WideDuration | YearsMonths):
        return text
    return literals.to_duration(text) if isinstance(text, str) else None


@function("years and months duration", "from,to")
def years_and_months(start: object, end: object) -> object:
    """Return the whole months between two days; completed years are its `years`."""
    match start, end:
        case (date() | WideDate() | WideInstant(), date() | WideDate() | WideInstant()):
            return YearsMonths(whole_months(start, end))
        case _:
            return None


@function("day of year", "date")
def day_of_year(value: object) -> object:
    """Return which day of its year it is."""
    return Decimal(near(ordinal(value)).timetuple().tm_yday) if _has_day(value) else None


@function("day of week", "date")
def day_of_week(value: object) -> object:
    """Return the English name of its day."""
    return DAY_NAMES[near(ordinal(value)).weekday()] if _has_day(value) else None


@function("month of year", "date")
def month_of_year(value: object) -> object:
    """Return the English name of its month."""
    return MONTH_NAMES[day_of(value).month - 1] if _has_day(value) else None


@function("week of year", "date")
def week_of_year(value: object) -> object:
    """Return its week by ISO 8601."""
    return Decimal(near(ordinal(value)).isocalendar().week) if _has_day(value) else None


def _has_day(value: object) -> TypeGuard[AnyDay]:
    return isinstance(value, date | WideDate | WideInstant)


@function("today", "")
def today() -> object:
    """Return the day it is. A rule that must be replayed takes the day as a fact instead."""
    return datetime.now(UTC).astimezone().date()


@function("now", "")
def now() -> object:
    """Return the instant it is, in the machine's offset."""
    return datetime.now(UTC).astimezone()
