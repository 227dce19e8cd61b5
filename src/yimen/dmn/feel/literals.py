"""Temporal values from their text (DMN 1.5, 10.3.4.1; ISO 8601 as XML Schema writes it)."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from yimen.dmn.temporal.make import DAY, HOUR, MINUTE, SECOND, date_of, duration_at, instant_at, ordinal, time_at
from yimen.dmn.temporal.wide import AnyDate, AnyDuration, AnyInstant, AnyTime
from yimen.dmn.values import YearsMonths

AMOUNT = r"\d{1,18}"
DAYS_TIME = re.compile(
    rf"(-)?P(?:({AMOUNT})D)?(?:T(?:({AMOUNT})H)?(?:({AMOUNT})M)?(?:({AMOUNT})(?:\.(\d*))?S)?)?", re.ASCII
)
YEARS_MONTHS = re.compile(rf"(-)?P(?:({AMOUNT})Y)?(?:({AMOUNT})M)?", re.ASCII)
WIDEST = timedelta(hours=18)
DATE = re.compile(r"(-?(?:\d{4}|[1-9]\d{4,8}))-(\d{2})-(\d{2})", re.ASCII)
TIME = re.compile(
    r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2}(?::\d{2})?|@[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*)?",
    re.ASCII,
)
FINEST = 9
"""How many digits of a second's fraction are kept."""


def at_literal(text: str) -> object:
    """Return the value of `@"…"`: a date, a time, a date and time or a duration; null where it is none of them."""
    for read in (to_date, to_date_and_time, to_time, to_duration):
        value = read(text)
        if value is not None:
            return value
    return None


def to_date(text: str) -> AnyDate | None:
    """Return the date written, None where it is none or never was."""
    found = DATE.fullmatch(text)
    return date_of(int(found[1]), int(found[2]), int(found[3])) if found else None


def to_time(text: str) -> AnyTime | None:
    """Return the time of day written, None where it is none; 24:00:00 is the midnight that begins a day."""
    found = _clock(text)
    return None if found is None else time_at(*found)


def to_date_and_time(text: str) -> AnyInstant | None:
    """Return the date and time written (a date alone is its midnight), None where it is none; 24:00:00 ends the day."""
    day, separator, rest = text.partition("T")
    clock = _clock(rest) if separator else (0, None)
    on = to_date(day)
    return None if on is None or clock is None else instant_at(ordinal(on), *clock)


def _clock(text: str) -> tuple[int, tzinfo | None] | None:
    """Return the nanoseconds since midnight and the offset or zone of a time written."""
    found = TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second, fraction = int(found[1]), int(found[2]), int(found[3]), found[4] or ""
    nanos = hour * HOUR + minute * MINUTE + second * SECOND + int(fraction[:FINEST].ljust(FINEST, "0"))
    if minute > 59 or second > 59 or nanos > DAY or (hour == 24 and nanos != DAY):  # noqa: PLR2004 - as a clock shows
        return None
    try:
        return nanos, _zone(found[5])
    except (ValueError, KeyError, OSError):
        return None


def to_duration(text: str) -> AnyDuration | YearsMonths | None:
    """Return the duration written, of either kind, None where it is none."""
    if (found := YEARS_MONTHS.fullmatch(text)) and (found[2] or found[3]):
        months = 12 * int(found[2] or 0) + int(found[3] or 0)
        return YearsMonths(-months if found[1] else months)
    found = DAYS_TIME.fullmatch(text)
    if found is None or not any(found.groups()[1:5]) or text.endswith("T"):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:5])
    nanos = days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND
    nanos += int((found[6] or "")[:FINEST].ljust(FINEST, "0"))
    return duration_at(-nanos if found[1] else nanos)


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    if text.startswith("@"):
        return ZoneInfo(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    if offset > WIDEST or minutes > 59 or (seconds and seconds[0] > 59):  # noqa: PLR2004 - as an offset is written
        raise ValueError(text)
    return timezone(-offset if text[0] == "-" else offset)
