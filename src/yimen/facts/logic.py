"""What a fact is, and what a value given for it must look like. Pure functions over values."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from yimen.core.errors import Invalid
from yimen.standards import divisions

NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
ROSTER = re.compile(r"[a-z][a-z0-9_]*")
"""The name of a list of records (hire): its parts are the facts of that prefix (hire.category)."""
PLACE = re.compile(r"\[\d+\]")
SEPARATORS = re.compile(r"[,，、;；]")
MOST_ENTRIES = 100_000
"""How many entries a list may have: more people than any employer of the city has."""
MOST_DIGITS = 34
"""How many digits a number may have, before the point or after it: as many as the engine reckons with."""
APPLICANT = "applicant"
SYSTEM = "system"

Value = str | bool | Decimal | date | datetime | list["Value"] | dict[str, "Value"]


class FactType(StrEnum):
    """The kinds of value a fact can have."""

    STRING = "string"
    CODE = "code"
    BOOLEAN = "boolean"
    DATE = "date"
    NUMBER = "number"
    LIST = "list"
    """Several codes at once, in the order of the dictionary: the titles a firm holds."""
    RECORDS = "records"
    """One entry a person or thing, each with facts of its own: the people a firm has hired."""


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
    of the data element it is a value of, empty where none is named. `parts` are the facts each entry of a list of
    records has, by their short names (`category` for hire.category); empty for every other type.
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
    parts: Mapping[str, "FactDefinition"] = field(default_factory=dict)


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
    """Return the value as the engine wants it: text, boolean, Decimal, date, list of codes, list of records.

    `raw` is what a file, a form or a department gave: a value of the type already, or its text. The text of a list
    has its codes between commas, that of records is JSON; an empty text is an empty list. What a record lacks, or has
    as null, is unknown.

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
        case FactType.LIST:
            return _list(definition, raw)
        case FactType.RECORDS:
            return _records(definition, raw)
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


def _list(definition: FactDefinition, raw: object) -> list[Value]:
    given = SEPARATORS.split(raw) if isinstance(raw, str) else raw
    if not isinstance(given, list | tuple) or len(given) > MOST_ENTRIES:
        raise _refuse(definition, "代码的列表，如 [甲, 乙]，或用逗号隔开", raw)
    codes = {_text(definition, one) for one in given if not (isinstance(one, str) and not one.strip())}
    ranks = {code: rank for rank, code in enumerate(definition.values)}
    return [*sorted(codes, key=lambda code: (ranks.get(code, len(ranks)), code))]


def _records(definition: FactDefinition, raw: object) -> list[Value]:
    given = raw
    if isinstance(raw, str):
        try:
            given = json.loads(raw) if raw.strip() else []
        except (ValueError, RecursionError) as error:
            raise _refuse(definition, "JSON 写成的记录列表", raw) from error
    if not isinstance(given, list | tuple) or len(given) > MOST_ENTRIES:
        raise _refuse(definition, "记录的列表，每条一个“名称: 值”的对照", raw)
    return [_record(definition, place, one) for place, one in enumerate(given, 1)]


def _record(definition: FactDefinition, place: int, raw: object) -> dict[str, Value]:
    if not isinstance(raw, Mapping):
        raise InvalidFact(
            f"“{definition.title}”（{definition.name}）第 {place} 条应为“名称: 值”的对照。请改正后再试。",
            fact=definition.name,
        )
    if strange := sorted(str(name)[:60] for name in raw if name not in definition.parts):
        raise InvalidFact(
            f"“{definition.title}”（{definition.name}）第 {place} 条里没有“{strange[0]}”这一项。"
            f"可以有：{'、'.join(definition.parts)}。",
            fact=definition.name,
        )
    return {name: convert(definition.parts[name], one) for name, one in raw.items() if one is not None}


def label(definition: FactDefinition, value: object) -> str:
    """Return the value as a person reads it: a code's label, a division's name, 是 or 否, a date, a number.

    Of records only how many there are: they may be other people's data.
    """
    if definition.type is FactType.CODE and not definition.values:
        return divisions.name(str(value)) or str(value)
    match value:
        case bool():
            return "是" if value else "否"
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case list() if definition.type is FactType.RECORDS:
            return f"{len(value)} {definition.unit or '条'}"
        case Decimal() if definition.type is FactType.RECORDS:  # how many there are, where no more is known
            return f"{value:f} {definition.unit or '条'}"
        case Decimal():
            return f"{value:,f}{definition.unit}"
        case list():
            return "、".join(definition.values.get(str(one), str(one)) for one in value) or "无"
        case _:
            return definition.values.get(str(value), str(value))


def validate(definition: FactDefinition) -> list[str]:
    """Return what is wrong with a line of the dictionary, each with its remedy; empty when it is right."""
    problems = []
    if definition.type is FactType.RECORDS:
        if not ROSTER.fullmatch(definition.name):
            problems.append(f"记录列表“{definition.name}”的名称应为一个小写的词，如 hire。")
        if not definition.parts:
            problems.append(f"记录列表 {definition.name} 没有内容，请定义 {definition.name}.… 的数据项。")
    elif not NAME.fullmatch(definition.name):
        problems.append(f"数据项名“{definition.name}”应为“主体.名称”的小写形式，如 person.birth_date。")
    if not definition.title:
        problems.append(f"数据项 {definition.name} 缺少 title，请写上中文名称。")
    if definition.type is FactType.LIST and not definition.values:
        problems.append(f"列表型数据项 {definition.name} 缺少 values，请列出每个代码及其名称。")
    if definition.type is FactType.CODE and not definition.values and not definition.sources:
        problems.append(f"代码型数据项 {definition.name} 缺少 values，请列出每个代码及其名称。")
    if definition.agree and len(definition.sources) <= 1:
        problems.append(f"{definition.name} 要求各来源一致（agree），至少要有两个 sources。")
    return problems


def base_name(path: str) -> str:
    """Return the dictionary's name of a fact of one entry of a list: hire.category for hire[2].category."""
    return PLACE.sub("", path)


def assembled(definitions: Mapping[str, FactDefinition]) -> dict[str, FactDefinition]:
    """Return the dictionary with the parts of each list of records put in, from the facts of its prefix."""
    return {
        name: replace(one, parts=parts_of(name, definitions.values())) if one.type is FactType.RECORDS else one
        for name, one in definitions.items()
    }


def parts_of(roster: str, among: Iterable[FactDefinition]) -> dict[str, FactDefinition]:
    """Return the facts of one entry of this list by short name; a list inside a list is none of them."""
    head = f"{roster}."
    return {one.name.removeprefix(head): one for one in among if one.name.startswith(head)}


def title_of(path: str, definitions: Mapping[str, FactDefinition]) -> str | None:
    """Return what a fact is called, also one of an entry of a list (hire[2].category); None where nobody knows it."""
    name = base_name(path)
    roster, _, part = name.partition(".")
    whole = definitions.get(name) or (definitions[roster].parts.get(part) if roster in definitions else None)
    return whole.title if whole else None


def titles_of(paths: Iterable[str], definitions: Mapping[str, FactDefinition]) -> list[str]:
    """Return what these facts are called, each once, without those nobody knows."""
    return list(dict.fromkeys(title for path in paths if (title := title_of(path, definitions))))
