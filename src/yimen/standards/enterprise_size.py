"""The size of an enterprise (企业规模), by the official table as a decision model.

Source: 统计上大中小微型企业划分办法（2017）; the same bounds as 工信部联企业 2011 年 300 号. Its table stands in
`lists/enterprise-size.dmn`, a row an industry; the grade is that of the worst indicator. Finance, education, health,
rail, public administration and international organisations have no grade here.
"""

import bisect
from decimal import Decimal
from functools import cache

from yimen import dmn
from yimen.core.errors import Invalid
from yimen.standards.national import FOLDER

Amount = int | float | Decimal | None
SECTIONS = "ABCDEFGHIJKLMNOPQRST"
LAST_DIVISIONS = (5, 12, 43, 46, 50, 52, 60, 62, 65, 69, 70, 72, 75, 79, 82, 83, 85, 90, 96, 97)
"""The last division (大类) of each section (门类) of GB/T 4754-2017; the letter is no part of the number."""
DIVISION_DIGITS, GROUP_DIGITS, CLASS_DIGITS = 2, 3, 4


class UnknownIndustry(Invalid):
    """It is no code of GB/T 4754."""

    code = "standards.unknown-industry"
    title = "行业代码有误。"


def section_of(code: str) -> str:
    """Return the section letter of an industry code: a letter, two to four digits, or a letter before digits.

    Raises:
        UnknownIndustry: it is no code of GB/T 4754-2017.
    """
    letter, digits = (code[:1], code[1:]) if code[:1].isalpha() else ("", code)
    if letter and letter not in SECTIONS:
        raise UnknownIndustry(f"“{code}”不是 GB/T 4754 的门类，应为 A 至 T 的一个字母。", value=code)
    if letter and not digits:
        return letter
    if not (digits.isascii() and digits.isdecimal() and DIVISION_DIGITS <= len(digits) <= CLASS_DIGITS):
        raise UnknownIndustry(f"“{code}”不是 GB/T 4754 的代码，应为二至四位数字。", value=code)
    number = int(digits[:DIVISION_DIGITS])
    if not 1 <= number <= LAST_DIVISIONS[-1]:
        raise UnknownIndustry(f"“{code}”的大类应在 01 至 97 之间。", value=code)
    section = SECTIONS[bisect.bisect_left(LAST_DIVISIONS, number)]
    if letter and letter != section:
        raise UnknownIndustry(f"“{code}”的门类应为 {section}。", value=code)
    return section


def enterprise_size(
    industry: str, *, employees: Amount = None, revenue: Amount = None, assets: Amount = None
) -> tuple[str | None, tuple[str, ...]]:
    """Return the size, a code of the list `enterprise-size`, and what is missing to tell it.

    `industry` is a code of GB/T 4754, `employees` in persons, `revenue` and `assets` in 10,000 yuan (万元); None is
    unknown. The size is None while an unknown figure could change it, and only then is something missing.

    Raises:
        UnknownIndustry: it is no code of GB/T 4754-2017.
    """
    section = section_of(industry)
    digits = industry.lstrip(SECTIONS)
    given: dict[str, object] = {
        "enterprise.section": section,
        "enterprise.division": digits[:DIVISION_DIGITS] if len(digits) >= DIVISION_DIGITS else dmn.UNKNOWN,
        "enterprise.group": digits[:GROUP_DIGITS] if len(digits) >= GROUP_DIGITS else dmn.UNKNOWN,
        "enterprise.employees": dmn.UNKNOWN if employees is None else employees,
        "enterprise.revenue": dmn.UNKNOWN if revenue is None else revenue,
        "enterprise.assets": dmn.UNKNOWN if assets is None else assets,
    }
    outcome = dmn.evaluate(_model(), "size", given)
    if not outcome.determined:
        return None, tuple(outcome.missing)
    assert isinstance(outcome.value, str)
    return outcome.value, ()


@cache
def _model() -> dmn.Model:
    return dmn.load(FOLDER / "enterprise-size.dmn")
