"""Dates as official documents print them: 2018年10月27日, 二〇〇四年一月十六日, ２０１３年１月１日, 2018-11-09."""

import re
from dataclasses import dataclass
from datetime import date

DIGITS = {one: str(number) for number, one in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
    "O": "0",
    "\uff2f": "0",
}
HAN_YEAR = "[一二三四五六七八九][一二三四五六七八九〇○零O\uff2f]{3}"
HAN_DAY = "[一二三四五六七八九十廿卅元]{1,3}"
DATE = re.compile(
    rf"(?P<year>(?:19|20)\d{{2}}|{HAN_YEAR})\s*(?:年\s*(?P<month>\d{{1,2}}|{HAN_DAY})\s*月\s*(?P<day>\d{{1,2}}|{HAN_DAY})\s*日"
    r"|[-/.](?P<month2>\d{1,2})[-/.](?P<day2>\d{1,2})(?!\d))"
)
YEAR_AND_MONTH = re.compile(r"((?:19|20)\d{2})\s*年\s*(\d{1,2})\s*月(?!\s*\d{1,2}\s*日)")


@dataclass(frozen=True, slots=True)
class DateAt:
    """A date and where in the text it stands."""

    value: date
    start: int
    end: int


NARROW = {ord("\uff10") + digit: str(digit) for digit in range(10)} | {0x3000: " "}
"""Full-width digits and the ideographic space; NFKC would also undo brackets and ideographs that must stay."""


def plain(text: str) -> str:
    """Return the text with full-width digits and spaces made plain, character by character: places stay the same."""
    return text.translate(NARROW)


def dates_in(text: str) -> list[DateAt]:
    """Return every date in the text, in order. What cannot be a day, such as 2月30日, is left out."""
    found = []
    for match in DATE.finditer(plain(text)):
        year = match["year"] if match["year"].isdigit() else "".join(DIGITS[one] for one in match["year"])
        month, day = match["month"] or match["month2"], match["day"] or match["day2"]
        try:
            found.append(DateAt(date(int(year), _number(month), _number(day)), match.start(), match.end()))
        except ValueError:
            continue
    return found


def date_in(text: str) -> date | None:
    """Return the first date in the text; None where there is none."""
    found = dates_in(text)
    return found[0].value if found else None


def is_only_a_date(line: str) -> date | None:
    """Return the date if the line is nothing but one, as under a signature; None otherwise."""
    stripped = re.sub(r"\s", "", plain(line)).strip("()（）")
    found = dates_in(stripped)
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(stripped):
        return found[0].value
    return None


def _number(written: str) -> int:
    """Return 1 to 31 from 十六, 二十三, 廿 or 16.

    Raises:
        ValueError: it is no such number.
    """
    if written.isdigit():
        return int(written)
    plain_tens = written.replace("廿", "二十").replace("卅", "三十").replace("元", "一")
    if "十" not in plain_tens:
        return int("".join(DIGITS[one] for one in plain_tens))
    tens, _, ones = plain_tens.partition("十")
    if "十" in ones:
        raise ValueError(written)
    return int(DIGITS.get(tens, "1")) * 10 + (int(DIGITS[ones]) if ones else 0)
