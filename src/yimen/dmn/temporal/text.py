"""Temporal values as FEEL writes them (DMN 1.5, 10.3.4.1): what is read back gives the same value."""

from datetime import datetime, timezone

from yimen.dmn.temporal.make import DAY, HOUR, MINUTE, SECOND, day_of, length, nanos_of, time_of, zone_of
from yimen.dmn.temporal.wide import AnyDate, AnyDuration, AnyInstant, AnyTime, WideInstant


def date_text(value: AnyDate) -> str:
    """Return a date with at least four digits for its year."""
    sign = "-" if value.year < 0 else ""
    return f"{sign}{abs(value.year):04d}-{value.month:02d}-{value.day:02d}"


def clock_text(value: AnyTime | AnyInstant) -> str:
    """Return a time of day, after its date where it has one, with its offset or zone."""
    if isinstance(value, datetime | WideInstant):
        return f"{date_text(day_of(value))}T{clock_text(time_of(value))}"
    shown = f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{_fraction(nanos_of(value) % SECOND)}"
    zone = zone_of(value)
    if zone is None:
        return shown
    if not isinstance(zone, timezone):
        return f"{shown}@{getattr(zone, 'key', zone)}"
    offset = length(zone.utcoffset(None))
    if offset == 0:
        return shown + "Z"
    hours, rest = divmod(abs(offset), HOUR)
    minutes, seconds = divmod(rest, MINUTE)
    finest = f":{seconds // SECOND:02d}" if seconds else ""
    return f"{shown}{'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}{finest}"


def duration_text(value: AnyDuration) -> str:
    """Return a days and time duration, parts that are zero left out."""
    nanos = length(value)
    days, rest = divmod(abs(nanos), DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds = f"{rest // SECOND}{_fraction(rest % SECOND)}S" if rest else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + seconds
    if not days and not clock:
        return "PT0S"
    return f"{'-' if nanos < 0 else ''}P{f'{days}D' if days else ''}{'T' + clock if clock else ''}"


def _fraction(nanos: int) -> str:
    return f".{nanos:09d}".rstrip("0") if nanos else ""
