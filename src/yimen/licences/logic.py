"""Licence types as a pack states them, and how a licence stands on a day."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

CODE = re.compile(r"[0-9A-Z]{18}\d{3}")
COLOURS = frozenset({"brand", "good", "wait", "warn"})
VERIFICATION_CODE = re.compile(r"[A-Za-z0-9_-]{22,43}")
"""At least 128 random bits in URL-safe characters."""
EXPIRED_LABEL = "已过期"


@dataclass(frozen=True, slots=True)
class FaceField:
    """One line of a licence's face (照面信息项): its name and its Chinese title."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class LicenceTypeDefinition:
    """A licence type as a content pack states it. `valid_months` None is long-term (长期)."""

    code: str
    name: str
    agency: str
    valid_months: int | None
    face: tuple[FaceField, ...]
    colour: str = "brand"


def validate(definition: LicenceTypeDefinition) -> list[str]:
    """Return what is wrong with a licence type, each with its remedy; empty when it is right."""
    problems = []
    if not CODE.fullmatch(definition.code):
        problems.append(f"证照类型代码“{definition.code}”应为 18 位统一社会信用代码加 3 位数字。")
    elif not definition.code.startswith(definition.agency):
        problems.append(f"证照类型代码“{definition.code}”应以定义机构 {definition.agency} 开头。")
    if definition.colour not in COLOURS:
        problems.append(f"colour 为“{definition.colour}”，应为 {'、'.join(sorted(COLOURS))} 之一。")
    if definition.valid_months is not None and definition.valid_months < 1:
        problems.append("valid_months 应为正整数；长期有效请省略。")
    if not definition.name.strip():
        problems.append("name 为空，请填写证照类型名称。")
    names = [one.name for one in definition.face]
    problems += [f"照面信息项“{name}”重复，请只保留一项。" for name in sorted(set(names)) if names.count(name) > 1]
    problems += [
        f"照面信息项“{one.name}”的 name 和 title 都要填写。"
        for one in definition.face
        if not one.name.strip() or not one.title.strip()
    ]
    return problems


def unknown_fields(face: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return the face fields that the licence type does not have, in order: they would be signed and never shown."""
    return sorted(set(face) - set(known))


def is_expired(valid_until: date | None, *, on: date) -> bool:
    """Tell whether the last valid day is past; a licence without one never expires."""
    return valid_until is not None and on > valid_until


def last_valid_day(start: date, months: int | None) -> date | None:
    """Return the last valid day of so many months from a day; None for long-term."""
    if months is None:
        return None
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in range(start.day, 0, -1):
        try:
            end = date(year, month + 1, day)
        except ValueError:
            continue
        return date.fromordinal(end.toordinal() - 1)
    raise AssertionError("every month has a first day")
