"""Temporal values from their text (DMN 1.5, 10.3.4.1; ISO 8601 as XML Schema writes it)."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from yimen.dmn.values import YearsMonths

DAYS_TIME = re.compile(r"(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d*)?)S)?)?")
YEARS_MONTHS = re.compile(r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?")
WIDEST = timedelta(hours=18)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
TIME = re.compile(
    r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2}(?::\d{2})?|@[A-Za-z_]+(?:/[A-Za-z_+-]+)*)?"
)


def at_literal(text: str) -> object:
    """Return the value of `@"…"`: a date, a time, a date and time or a duration; null where it is none of them."""
    for read in (to_date_and_time, to_time, to_duration):
        value = read(text)
        if value is not None:
            return to_date(text) or value if DATE.fullmatch(text) else value
    return None


def to_date(text: str) -> date | None:
    """Return the date written, None where it is none or never was."""
    if not DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def to_time(text: str) -> time | None:
    """Return the time of day written, None where it is none."""
    found = TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second, fraction, zone = found.groups()
    if (hour, minute, second, int(fraction or 0)) == ("24", "00", "00", 0):
        hour = "00"  # the end of the day is the beginning of the next
    try:
        micro = int((fraction or "0").ljust(6, "0")[:6])
        return time(int(hour), int(minute), int(second), micro, tzinfo=_zone(zone))
    except (ValueError, KeyError, OSError):
        return None


def to_date_and_time(text: str) -> datetime | None:
    """Return the date and time written (a date alone is its midnight), None where it is none."""
    day, separator, rest = text.partition("T")
    of_day = to_time(rest) if separator else time()
    on = to_date(day)
    if on is None or of_day is None:
        return None
    midnight = timedelta(days=1) if rest.startswith("24:00:00") else timedelta()
    try:
        return datetime.combine(on, of_day) + midnight
    except OverflowError:
        return None


def to_duration(text: str) -> timedelta | YearsMonths | None:
    """Return the duration written, of either kind, None where it is none."""
    if (found := YEARS_MONTHS.fullmatch(text)) and (found[2] or found[3]):
        months = 12 * int(found[2] or 0) + int(found[3] or 0)
        return YearsMonths(-months if found[1] else months)
    found = DAYS_TIME.fullmatch(text)
    if found is None or not any(found.groups()[1:]) or text.endswith("T"):
        return None
    try:
        length = timedelta(
            days=int(found[2] or 0),
            hours=int(found[3] or 0),
            minutes=int(found[4] or 0),
            microseconds=int(Decimal(found[5] or 0) * 1_000_000),
        )
    except OverflowError:
        return None
    return -length if found[1] else length


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    if text.startswith("@"):
        return ZoneInfo(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    if offset > WIDEST:
        raise ValueError(text)
    return timezone(-offset if text[0] == "-" else offset)
