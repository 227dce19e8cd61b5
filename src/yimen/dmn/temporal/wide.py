"""The values Python's `date`, `time`, `datetime` and `timedelta` cannot hold (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.6).

Never made directly: `make.py` gives a Python value wherever there is one. Two of them may stand for the same instant
in different offsets; `order.py` compares.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True, order=True)
class WideDate:
    """A day before year 1 or after year 9999, in the Gregorian calendar continued; there is a year 0."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class WideTime:
    """A time of day finer than a microsecond."""

    hour: int
    minute: int
    second: int
    nanosecond: int
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class WideInstant:
    """A date and time whose day or whose time of day is too wide for Python."""

    day: date | WideDate
    clock: time | WideTime


@dataclass(frozen=True, slots=True, order=True)
class WideDuration:
    """A days and time duration finer than a microsecond, or longer than some 2.7 million years."""

    nanoseconds: int


AnyDate = date | WideDate
AnyTime = time | WideTime
AnyInstant = datetime | WideInstant
AnyDuration = timedelta | WideDuration
AnyDay = date | WideDate | WideInstant
"""Whatever has a day: a date, or a date and time of either class."""
