"""Code lists and data elements as they are stated, how a format is read, and what changed between two editions."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date

DATA_TYPES: Mapping[str, str] = {
    "string": "字符型",
    "number": "数值型",
    "date": "日期型",
    "datetime": "日期时间型",
    "boolean": "布尔型",
    "binary": "二进制",
}
IDENTIFIER = re.compile(r"[a-z][a-z0-9]*([.-][a-z0-9]+)*")
FORMAT = re.compile(r"(?P<kind>a|n|an)(?P<least>\d+)?(?P<to>\.\.)?(?P<most>\d+|ul)?(,(?P<decimals>\d+))?")
DATE_FORMATS = frozenset({"YYYYMMDD", "YYYY-MM-DD", "YYYYMMDDhhmmss"})


@dataclass(frozen=True, slots=True)
class Format:
    """How a value is written (数据格式; GB/T 39046-2020 table 3): an18, an..50, an3..8, n..16,2.

    `kind` is a (letters), n (digits) or an (any characters). `least` and `most` are lengths, `most` None without limit;
    `decimals` is for numbers, 0 else.
    """

    kind: str
    least: int
    most: int | None
    decimals: int = 0


def read_format(written: str) -> Format | None:
    """Return the format, None for an empty one or that of a date.

    Raises:
        ValueError: it is no such notation.
    """
    if not written or written in DATE_FORMATS:
        return None
    found = FORMAT.fullmatch(written)
    if found is None or not (found["least"] or found["most"]):
        raise ValueError(written)
    least, most = int(found["least"] or 0), found["most"]
    if not found["to"]:
        if most:
            raise ValueError(written)
        return Format(found["kind"], least, least, int(found["decimals"] or 0))
    if not most:
        raise ValueError(written)
    longest = None if most == "ul" else int(most)
    if longest is not None and longest < least:
        raise ValueError(written)
    return Format(found["kind"], least, longest, int(found["decimals"] or 0))


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One code as a list states it; without dates it has always been and still is."""

    code: str
    name: str
    parent: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeListDefinition:
    """A code list as a standard or a content pack states it."""

    identifier: str
    name: str
    standard: str
    entries: tuple[CodeEntry, ...]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of everything it says."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ElementDefinition:
    """A data element as a standard or a content pack states it; `data_type` is a key of DATA_TYPES."""

    identifier: str
    name: str
    definition: str
    object_class: str
    property_term: str
    representation: str
    data_type: str
    format: str = ""
    code_list: str = ""
    unit: str = ""
    english_name: str = ""
    owner: str = ""
    synonyms: tuple[str, ...] = ()
    source: str = ""

    @property
    def longest(self) -> int | None:
        """Return how many characters a value may have, None where there is no limit or none is stated."""
        read = read_format(self.format)
        return read.most if read else None


def list_problems(definition: CodeListDefinition) -> Iterator[str]:
    """Yield what is wrong with a code list, each with its remedy."""
    if not IDENTIFIER.fullmatch(definition.identifier):
        yield f"代码集标识“{definition.identifier}”应为小写字母、数字和连字符。"
    if not definition.name:
        yield f"代码集 {definition.identifier} 缺少名称，请写上。"
    if not definition.entries:
        yield f"代码集 {definition.identifier} 是空的，请写出每个代码及其名称。"
    codes = {one.code for one in definition.entries}
    now = [one.code for one in definition.entries if one.valid_until is None]
    for code, times in Counter(now).items():
        if times > 1:
            yield f"代码“{code}”同时出现 {times} 次，请只留一个，或写明各自的有效期。"
    for one in definition.entries:
        if not one.code or not one.name:
            yield f"代码“{one.code}”（{one.name}）缺少代码或名称，请补上。"
        if one.parent and one.parent not in codes:
            yield f"代码“{one.code}”的上级“{one.parent}”不在表中，请补上或改正。"
        if one.parent == one.code and one.code:
            yield f"代码“{one.code}”是自己的上级，请改正。"
        if one.valid_from and one.valid_until and one.valid_until <= one.valid_from:
            yield f"代码“{one.code}”的失效日期不晚于生效日期，请改正。"


def element_problems(definition: ElementDefinition) -> Iterator[str]:
    """Yield what is wrong with a data element, each with its remedy."""
    if not IDENTIFIER.fullmatch(definition.identifier):
        yield f"数据元标识“{definition.identifier}”应为小写字母、数字、点和连字符，如 person.birth-date。"
    for value, label in (
        (definition.name, "名称 name"),
        (definition.definition, "定义 definition"),
        (definition.object_class, "对象类词 object_class"),
        (definition.property_term, "特性词 property"),
        (definition.representation, "表示词 representation"),
    ):
        if not value:
            yield f"数据元 {definition.identifier} 缺少{label}，请补上。"
    if definition.data_type not in DATA_TYPES:
        yield f"数据元 {definition.identifier} 的类型“{definition.data_type}”应为 {'、'.join(DATA_TYPES)} 之一。"
    try:
        read_format(definition.format)
    except ValueError:
        yield f"数据元 {definition.identifier} 的格式“{definition.format}”应如 an18、an..50、n..16,2 或 YYYYMMDD。"


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new edition of a list changes (差异): codes added, renamed or moved (old, new), and ended."""

    added: tuple[CodeEntry, ...]
    changed: tuple[tuple[CodeEntry, CodeEntry], ...]
    ended: tuple[CodeEntry, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing changes."""
        return not (self.added or self.changed or self.ended)


def difference(old: tuple[CodeEntry, ...], new: tuple[CodeEntry, ...]) -> Difference:
    """Return what the new entries change of the old; only codes that are in use today are compared."""
    before = {one.code: one for one in old if one.valid_until is None}
    after = {one.code: one for one in new if one.valid_until is None}
    both = [(before[code], after[code]) for code in before if code in after]
    return Difference(
        added=tuple(one for code, one in after.items() if code not in before),
        changed=tuple((was, is_) for was, is_ in both if (was.name, was.parent) != (is_.name, is_.parent)),
        ended=tuple(one for code, one in before.items() if code not in after),
    )
