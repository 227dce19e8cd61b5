"""Numbers as documents write them: 二十万元, 贰拾万元整, 1.5亿元, 百分之八十, 满6个月, 二〇二六年三月二日."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

import cn2an

CHINESE = "零〇一二三四五六七八九十百千两壹贰叁肆伍陆柒捌玖拾佰仟"
NUMBER = rf"(?:\d[\d,]{{0,15}}(?:\.\d{{1,6}})?|[{CHINESE}]{{1,16}})"
"""Bounded, so that a text of nothing but digits takes no longer than another."""
MONEY = (
    rf"(?:{NUMBER}亿)?(?:{NUMBER}(?:千|百|十)?万)?(?:{NUMBER}(?:千|百)?)?"
    rf"(?<=[\d{CHINESE}千百万亿])(?:多)?元(?:人民币)?整?"
)
PERCENT = rf"(?:{NUMBER}(?:%|个百分点)|百分之{NUMBER})"
PERIOD = rf"(?:{NUMBER}(?:个月|年|天|日|个工作日)|半年)"
COUNT = rf"{NUMBER}(?:人|名|项|家|次|个(?!月|工作日|百分点)|件|户|种|孩)"
POINTS = rf"{NUMBER}分(?!之)"
VALUE = rf"(?:{MONEY}|{PERCENT}|{PERIOD}|{COUNT}|{POINTS})"
LEAST = r"不低于|不少于|不小于|不得低于|不得少于|应?达到|已?满|至少|最低"
MOST = r"不超过|不高于|不多于|不大于|不得超过|不得高于|最高(?:不超过)?|最长(?:不超过)?|控制在"
ABOVE = r"高于|超过|大于|多于"
BELOW = r"未满|不满|低于|少于|小于|不足|未达到"
COMPARED = (
    rf"(?P<than>{BELOW}|{LEAST}|{MOST}|{ABOVE}|达)?(?:{LEAST}|到)?"
    rf"(?P<value>{VALUE})(?P<after>及?以上|及?以下|以内|之内|内)?"
)
"""以上, 以下, 以内, 届满 include the number itself; 不满, 超过, 以外 do not (民法典 art. 1259)."""


class Unit(StrEnum):
    """What a number counts, and so what a fact it is compared with must be kept in."""

    YUAN = "yuan"
    PERCENT = "percent"
    MONTHS = "months"
    YEARS = "years"
    DAYS = "days"
    COUNT = "count"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit; periods are kept as written: in months, years or days."""

    number: Decimal
    unit: Unit

    def as_(self, unit: Unit) -> Decimal | None:
        """Return it in another unit; None where one does not become the other."""
        if unit is self.unit:
            return self.number
        match self.unit, unit:
            case Unit.YEARS, Unit.MONTHS:
                return self.number * 12
            case Unit.MONTHS, Unit.YEARS:
                return self.number / 12
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison with a number: `>=`, `>`, `<=` or `<`."""

    operator: str
    quantity: Quantity


def number(text: str) -> Decimal | None:
    """Return the number written in digits, in words or in words of account; None where it is none."""
    plain = text.replace(",", "")
    if re.fullmatch(r"\d+(\.\d+)?", plain):
        return Decimal(plain)
    try:
        return Decimal(str(cn2an.cn2an(plain.replace("\u3007", "零"), "smart")))
    except (ValueError, KeyError):
        return None


_SCALES = {
    "亿": 100_000_000,
    "千万": 10_000_000,
    "百万": 1_000_000,
    "十万": 100_000,
    "万": 10_000,
    "千": 1000,
    "百": 100,
}
_PART = re.compile(rf"({NUMBER})(亿|千万|百万|十万|万|千|百)?")


def yuan(text: str) -> Decimal | None:
    """Return an amount of money in yuan: 二十万元, 贰拾万元整, 1亿2000万元; None where it is none."""
    total = Decimal(0)
    for digits, scale in _PART.findall(re.sub(r"多?元.*", "", text)):
        found = number(digits)
        if found is None:
            return None
        total += found * _SCALES.get(scale, 1)
    return total or None


def quantity(text: str) -> Quantity | None:
    """Return what a value says; None where it cannot be read."""
    if "元" in text:
        found, unit = yuan(text), Unit.YUAN
    elif "百分" in text or "%" in text:
        found, unit = number(re.sub(r"百分之|%|个百分点", "", text)), Unit.PERCENT
    elif text == "半年":
        found, unit = Decimal(6), Unit.MONTHS
    else:
        units = {"个月": Unit.MONTHS, "年": Unit.YEARS, "天": Unit.DAYS, "日": Unit.DAYS, "分": Unit.POINTS}
        unit = next((one for word, one in units.items() if text.endswith(word)), Unit.COUNT)
        digits = re.match(NUMBER, text)
        found = number(digits.group()) if digits else None
    return None if found is None else Quantity(found, unit)


def compared(found: re.Match[str], *, default: str = "") -> Compared | None:
    """Return the comparison a match of COMPARED says; `default` is the operator of a number that says none.

    None where it names a number, compares with nothing, and there is no default.
    """
    value = quantity(found["value"])
    if value is None:
        return None
    than, after = found["than"] or "", found["after"] or ""
    if after.endswith("以上"):
        operator = ">="
    elif after or re.fullmatch(MOST, than):
        operator = "<="
    elif re.fullmatch(BELOW, than):
        operator = "<"
    elif re.fullmatch(ABOVE, than):
        operator = ">"
    elif than:
        operator = ">="
    else:
        operator = default
    return Compared(operator, value) if operator else None


_YEAR = r"(?P<year>\d{4}|[〇零一二三四五六七八九]{4})年"
_ONE_OR_TWO = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
DAY = rf"(?:{_YEAR})?(?P<month>{_ONE_OR_TWO})月(?P<day>{_ONE_OR_TWO})日"
_DIGITS = {one: str(n) for n, one in enumerate("〇一二三四五六七八九")} | {"零": "0"}


def year(text: str) -> int:
    """Return a year written in digits or in characters (二〇二六)."""
    return int("".join(_DIGITS.get(one, one) for one in text))


def day(found: re.Match[str], *, year_of: int | None = None) -> date | None:
    """Return the day a match of DAY names, in `year_of` where it names no year; None where there is no such day."""
    said = year(found["year"]) if found["year"] else year_of
    month, of_month = number(found["month"]), number(found["day"])
    if said is None or month is None or of_month is None:
        return None
    try:
        return date(said, int(month), int(of_month))
    except ValueError:
        return None
