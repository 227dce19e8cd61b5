"""What a fact is, and what a value given for it must look like. Pure functions over values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from yimen.core.errors import Invalid
from yimen.standards import divisions

NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
MOST_DIGITS = 34
"""How many digits a number may have, before the point or after it: as many as the engine reckons with."""
APPLICANT = "applicant"
SYSTEM = "system"

Value = str | bool | Decimal | date | datetime | list["Value"]


class FactType(StrEnum):
    """The kinds of value a fact can have."""

    STRING = "string"
    CODE = "code"
    BOOLEAN = "boolean"
    DATE = "date"
    NUMBER = "number"


class Sensitivity(StrEnum):
    """How much harm a leak would do (个人信息保护法 art. 28)."""

    ORDINARY = "ordinary"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


@dataclass(frozen=True, slots=True)
class FactSource:
    """Where a department keeps this fact: a dataset's code and the field in it."""

    dataset: str
    field: str


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """One line of the dictionary (数据项).

    `authority` is whose word counts: an agency's code, APPLICANT or SYSTEM. `values` maps each allowed code to its
    label, empty where any value of the type will do. `sources` in the order they are tried; where the applicant is the
    authority they only fill in beforehand what the applicant may change. With `agree` all of them are asked, and where
    two known values differ nothing is known: a contradiction is shown, never guessed away. `element` is the identifier
    of the data element it is a value of, empty where none is named.
    """

    name: str
    title: str
    type: FactType
    authority: str
    sensitivity: Sensitivity = Sensitivity.PERSONAL
    values: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    sources: tuple[FactSource, ...] = ()
    agree: bool = False
    element: str = ""


class InvalidFact(Invalid):
    """A value that cannot be this fact."""

    code = "facts.invalid-value"
    title = "数据项的值有误。"


class UnknownFact(Invalid):
    """A name that is not in the dictionary."""

    code = "facts.unknown-fact"
    title = "数据字典中没有这个数据项。"


TRUE_WORDS = {"true", "是", "yes", "1"}
FALSE_WORDS = {"false", "否", "no", "0"}


def convert(definition: FactDefinition, raw: object) -> Value:
    """Return the value as the engine wants it: text, boolean, Decimal, date.

    `raw` is what a file, a form or a department gave: a value of the type already, or its text.

    Raises:
        InvalidFact: it cannot be this fact; the sentence names the fact and what is expected, never the value of a
            personal fact.
    """
    match definition.type:
        case FactType.BOOLEAN:
            return _boolean(definition, raw)
        case FactType.DATE:
            return _date(definition, raw)
        case FactType.NUMBER:
            return _number(definition, raw)
        case FactType.CODE | FactType.STRING:
            return _text(definition, raw)


def _refuse(definition: FactDefinition, expected: str, raw: object) -> InvalidFact:
    shown = f"，收到“{raw}”" if definition.sensitivity is Sensitivity.ORDINARY else ""
    return InvalidFact(
        f"“{definition.title}”（{definition.name}）应为{expected}{shown}。请改正后再试。", fact=definition.name
    )


def _boolean(definition: FactDefinition, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise _refuse(definition, "“是”或“否”（true 或 false）", raw)


def _date(definition: FactDefinition, raw: object) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = str(raw).strip()
    try:
        return date.fromisoformat(f"{text}-01" if re.fullmatch(r"\d{4}-\d{2}", text) else text)
    except ValueError as error:
        raise _refuse(definition, "真实存在的日期，如 2026-06-30", raw) from error


def _number(definition: FactDefinition, raw: object) -> Decimal:
    if not isinstance(raw, bool):
        try:
            number = Decimal(str(raw).strip())
        except InvalidOperation:
            number = Decimal("NaN")
        # "1e999999999" is ten characters to send and a gigabyte to write out.
        if number.is_finite() and max(abs(number.adjusted()), len(number.as_tuple().digits)) <= MOST_DIGITS:
            return number
    raise _refuse(definition, f"数字（至多 {MOST_DIGITS} 位），不带千分位逗号和单位", raw)


def _text(definition: FactDefinition, raw: object) -> str:
    if not isinstance(raw, str | int) or isinstance(raw, bool):
        raise _refuse(definition, "文字", raw)
    text = str(raw).strip()
    if definition.values and text not in definition.values:
        raise _refuse(definition, f"以下之一：{'、'.join(definition.values)}", raw)
    return text


def label(definition: FactDefinition, value: object) -> str:
    """Return the value as a person reads it: a code's label, a division's name, 是 or 否, a date, a number."""
    if definition.type is FactType.CODE and not definition.values:
        return divisions.name(str(value)) or str(value)
    match value:
        case bool():
            return "是" if value else "否"
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case Decimal():
            return f"{value:,f}{definition.unit}"
        case _:
            return definition.values.get(str(value), str(value))


def validate(definition: FactDefinition) -> list[str]:
    """Return what is wrong with a line of the dictionary, each with its remedy; empty when it is right."""
    problems = []
    if not NAME.fullmatch(definition.name):
        problems.append(f"数据项名“{definition.name}”应为“主体.名称”的小写形式，如 person.birth_date。")
    if not definition.title:
        problems.append(f"数据项 {definition.name} 缺少 title，请写上中文名称。")
    if definition.type is FactType.CODE and not definition.values and not definition.sources:
        problems.append(f"代码型数据项 {definition.name} 缺少 values，请列出每个代码及其名称。")
    if definition.agree and len(definition.sources) <= 1:
        problems.append(f"{definition.name} 要求各来源一致（agree），至少要有两个 sources。")
    return problems
