"""Working days (工作日): weekdays but holidays, and the weekend days made up for them.

The State Council arranges a year's holidays by a notice in the autumn before (部分节假日安排的通知): the table below is
dated data, to be extended when the next notice is out.
"""

from datetime import date, timedelta

from yimen.core.errors import Unavailable

NOTICES: dict[int, tuple[str, str]] = {
    2018: (
        "0101 0215 0216 0219 0220 0221 0405 0406 0430 0501 0618 0924 1001 1002 1003 1004 1005 1231",
        "0211 0224 0408 0428 0929 0930 1229",
    ),
    2019: (
        "0101 0204 0205 0206 0207 0208 0405 0501 0502 0503 0607 0913 1001 1002 1003 1004 1007",
        "0202 0203 0428 0505 0929 1012",
    ),
    2020: (
        "0101 0124 0127 0128 0129 0130 0131 0406 0501 0504 0505 0625 0626 1001 1002 1005 1006 1007 1008",
        "0119 0426 0509 0628 0927 1010",
    ),
    2021: (
        "0101 0211 0212 0215 0216 0217 0405 0503 0504 0505 0614 0920 0921 1001 1004 1005 1006 1007",
        "0207 0220 0425 0508 0918 0926 1009",
    ),
    2022: (
        "0103 0131 0201 0202 0203 0204 0404 0405 0502 0503 0504 0603 0912 1003 1004 1005 1006 1007",
        "0129 0130 0402 0424 0507 1008 1009",
    ),
    2023: (
        "0102 0123 0124 0125 0126 0127 0405 0501 0502 0503 0622 0623 0929 1002 1003 1004 1005 1006",
        "0128 0129 0423 0506 0625 1007 1008",
    ),
    2024: (
        "0101 0212 0213 0214 0215 0216 0404 0405 0501 0502 0503 0610 0916 0917 1001 1002 1003 1004 1007",
        "0204 0218 0407 0428 0511 0914 0929 1012",
    ),
    2025: (
        "0101 0128 0129 0130 0131 0203 0204 0404 0501 0502 0505 0602 1001 1002 1003 1006 1007 1008",
        "0126 0208 0427 0928 1011",
    ),
    2026: (
        "0101 0102 0216 0217 0218 0219 0220 0223 0406 0501 0504 0505 0619 0925 1001 1002 1005 1006 1007",
        "0104 0214 0228 0509 0920 1010",
    ),
    2027: ("0101 0205 0208 0209 0210 0405 0503 0504 0609 0915 1001 1004 1005", ""),
}
"""By year the weekdays off and the weekend days worked, as MMDD."""
PROVISIONAL = frozenset({2027})
"""Years whose notice is not out: the statutory holidays only (全国年节及纪念日放假办法), no days made up yet."""
FRIDAY = 4


class CalendarGap(Unavailable):
    """The calendar ends before the day asked for."""

    code = "standards.calendar-gap"
    title = "工作日历还没有包含这一年。"


def is_working_day(day: date) -> bool:
    """Tell whether it is a working day.

    Raises:
        CalendarGap: the year is not in the table.
    """
    if day.year not in NOTICES:
        raise CalendarGap(f"请在工作日历中补上 {day.year} 年的放假安排。", year=day.year)
    off, made_up = NOTICES[day.year]
    written = f"{day:%m%d}"
    if day.weekday() <= FRIDAY:
        return written not in off.split()
    return written in made_up.split()


def after(day: date, count: int) -> date:
    """Return the day that is `count` working days after this one, which itself does not count (民法典 art. 201).

    Raises:
        CalendarGap: the table ends before. ValueError: `count` is negative.
    """
    if count < 0:
        raise ValueError(f"count is {count}, expected zero or more")
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def between(first: date, last: date) -> int:
    """Return how many working days come after `first` up to and with `last`; negative where `last` is the earlier.

    Raises:
        CalendarGap: the table ends before.
    """
    if last < first:
        return -between(last, first)
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
