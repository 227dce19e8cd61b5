"""Functions of dates, times and durations (DMN 1.5, 10.3.4.1, 10.3.4.7)."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from yimen.dmn.feel import literals
from yimen.dmn.feel.functions.registry import function
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
        case datetime(), None, None:
            return first.date()
        case date(), None, None:
            return first
        case Decimal(), Decimal(), Decimal():
            try:
                return date(int(first), int(month), int(day))
            except (ValueError, OverflowError):
                return None
        case _:
            return None


@function("time", "from", "hour,minute,second,offset?")
def to_time(first: object, minute: object = None, second: object = None, offset: object = None) -> object:
    """Return the time written, the time of an instant, or that of an hour, minute and second."""
    match first, minute, second:
        case str(), None, None:
            return literals.to_time(first)
        case datetime(), None, None:
            return first.timetz()
        case date(), None, None:
            return time(tzinfo=UTC)
        case time(), None, None:
            return first
        case Decimal(), Decimal(), Decimal():
            try:
                zone = timezone(offset) if isinstance(offset, timedelta) else None
                micro = int((second - int(second)) * 1_000_000)
                return time(int(first), int(minute), int(second), micro, tzinfo=zone)
            except (ValueError, OverflowError):
                return None
        case _:
            return None


@function("date and time", "from", "date,time")
def to_date_and_time(first: object, *of_day: object) -> object:
    """Return the instant written, or that of a date and a time."""
    match first, of_day:
        case str(), ():
            return literals.to_date_and_time(first)
        case datetime(), ():
            return first
        case date(), ():
            return datetime.combine(first, time())
        case date(), (time() as clock,):
            return datetime.combine(first.date() if isinstance(first, datetime) else first, clock)
        case _:
            return None


@function("duration", "from")
def to_duration(text: object) -> object:
    """Return the duration written, of either kind."""
    if isinstance(text, timedelta | YearsMonths):
        return text
    return literals.to_duration(text) if isinstance(text, str) else None


@function("years and months duration", "from,to")
def years_and_months(start: object, end: object) -> object:
    """Return the whole months between two days; completed years are its `years`."""
    if not isinstance(start, date) or not isinstance(end, date):
        return None
    if _wall(end) < _wall(start):
        return YearsMonths(-_whole_months(_day(end), _day(start)))
    return YearsMonths(_whole_months(_day(start), _day(end)))


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _wall(value: date) -> datetime:
    """Return what calendar and clock show, whatever the offset."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else datetime.combine(value, time())


def _whole_months(start: date, end: date) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if end.day >= start.day else months - 1


@function("day of year", "date")
def day_of_year(value: object) -> object:
    """Return which day of its year it is."""
    return Decimal(value.timetuple().tm_yday) if isinstance(value, date) else None


@function("day of week", "date")
def day_of_week(value: object) -> object:
    """Return the English name of its day."""
    return DAY_NAMES[value.weekday()] if isinstance(value, date) else None


@function("month of year", "date")
def month_of_year(value: object) -> object:
    """Return the English name of its month."""
    return MONTH_NAMES[value.month - 1] if isinstance(value, date) else None


@function("week of year", "date")
def week_of_year(value: object) -> object:
    """Return its week by ISO 8601."""
    return Decimal(value.isocalendar().week) if isinstance(value, date) else None


@function("today", "")
def today() -> object:
    """Return the day it is. A rule that must be replayed takes the day as a fact instead."""
    return datetime.now(UTC).astimezone().date()


@function("now", "")
def now() -> object:
    """Return the instant it is, in the machine's offset."""
    return datetime.now(UTC).astimezone()
