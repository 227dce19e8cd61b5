"""YAML read with its lines: every wrong value is found at its place, and reading goes on."""

import difflib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from yimen.items.packs.model import Finding, Place

LARGEST_FILE = 1024 * 1024
LONG_AGO = date(1949, 10, 1)
"""Stands in for a date that is missing; the missing date itself is a finding."""
BEYOND = 1e15
"""No number of a pack is so large: neither an amount in yuan nor, least of all, days."""


class DatesAsText(RoundTripConstructor):
    """Leaves dates as they are written: one that never was is then found at its place, not lost to the whole file."""


DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", DatesAsText.construct_scalar)


class Findings(list[Finding]):
    """What was found wrong, in the order found; `unread` are the files that could not be read at all."""

    def __init__(self) -> None:
        """Begin with nothing wrong."""
        super().__init__()
        self.unread: list[str] = []

    def unreadable(self, place: Place, what: str, remedy: str) -> None:
        """Keep that a file could not be read: what it defines may be there all the same."""
        self.unread.append(place.file)
        self.at(place, what, remedy)

    def at(self, place: Place, what: str, remedy: str) -> None:
        """Keep something wrong."""
        self.append(Finding(place, what, remedy))


def load(path: Path, root: Path, findings: Findings) -> object:
    """Return the content of a YAML file, None (and a finding) where it cannot be read."""
    file = str(path.relative_to(root)) if path.is_relative_to(root) else path.name
    if not path.is_file():
        findings.unreadable(Place(file), "没有这个文件。", "请补上，格式见 docs/reference/content-packs.md。")
        return None
    if path.stat().st_size > LARGEST_FILE:
        findings.unreadable(Place(file), f"文件超过 {LARGEST_FILE:,} 字节。", "请拆成几个文件。")
        return None
    try:
        yaml = YAML(typ="rt")
        yaml.Constructor = DatesAsText
        return yaml.load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        findings.unreadable(Place(file, line), "不是 UTF-8 编码。", "请另存为 UTF-8 后重试。")
    except MarkedYAMLError as error:
        # What is never closed is noticed at the end of the file; where it was opened is the place to look.
        is_open = "stream" in (error.problem or "")
        mark = (error.context_mark if is_open else None) or error.problem_mark
        line = (mark.line if mark else 0) + 1
        findings.unreadable(
            Place(file, line),
            f"YAML 写法有误：{str(error.problem or error).splitlines()[0]}。",
            "请检查缩进、引号和重复的键。",
        )
    except (YAMLError, ValueError, RecursionError) as error:
        findings.unreadable(Place(file), f"YAML 写法有误：{str(error).splitlines()[0]}。", "请检查写法。")
    return None


class Entry:
    """One mapping of a file. Ask for its values by name; `finish` then reports names nobody asked for."""

    def __init__(self, content: CommentedMap, file: str, findings: Findings) -> None:
        """Begin with no name asked for."""
        self._content, self._file, self.findings = content, file, findings
        self._asked: set[str] = set()
        self.place = Place(file, content.lc.line + 1)

    def place_of(self, name: str) -> Place:
        """Return where a name's value stands; the entry's own place where it has none."""
        try:
            return Place(self._file, self._content.lc.key(name)[0] + 1)
        except (KeyError, TypeError, AttributeError):  # it is not there, or comes from the pack below
            return self.place

    def wrong(self, name: str, what: str, remedy: str) -> None:
        """Keep something wrong with a name's value."""
        self.findings.at(self.place_of(name), what, remedy)

    def has(self, name: str) -> bool:
        """Tell whether the name is there."""
        return self._content.get(name) is not None

    def _value(self, name: str, *, is_required: bool) -> object:
        self._asked.add(name)
        value = self._content.get(name)
        if value is None and is_required:
            self.wrong(name, f"缺少 {name}。", "请补上。")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; numbers count as text. Required unless there is a default."""
        value = self._value(name, is_required=default is None)
        if value is None:
            return default or ""
        if isinstance(value, bool | Mapping | list):
            self.wrong(name, f"{name} 应为文字。", "如果是 true 或 false，请加引号。")
            return default or ""
        return str(value).strip()

    def number(self, name: str, default: float | None = None) -> float:
        """Return a number."""
        value = self._value(name, is_required=default is None)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < BEYOND:
            return float(value)
        if value is not None:
            self.wrong(name, f"{name} 应为数字，现在是“{str(value)[:60]}”。", "请改正。")
        return float(default or 0.0)

    def count(self, name: str, default: int | None = None) -> int:
        """Return a whole number, from zero. Required unless there is a default."""
        number = self.number(name, default)
        if number < 0 or not number.is_integer():
            self.wrong(name, f"{name} 应为不小于零的整数，现在是“{number:g}”。", "请改正。")
            return 0
        return int(number)

    def day(self, name: str, *, is_required: bool = True) -> date | None:
        """Return a date, written with or without quotes."""
        value = self._value(name, is_required=is_required)
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                self.wrong(name, f"{name} 不是真实存在的日期：“{value}”。", "请写成 2026-01-01 的样子。")
                return None
        if value is not None and not isinstance(value, date):
            self.wrong(name, f"{name} 应为日期，现在是“{value}”。", "请写成 2026-01-01 的样子。")
            return None
        return value

    def texts(self, name: str, *, is_required: bool = False) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._value(name, is_required=is_required)
        if value is None:
            return ()
        if not isinstance(value, list) or any(isinstance(one, Mapping | list) for one in value):
            self.wrong(name, f"{name} 应为文字的列表。", "请写成 [甲, 乙] 或逐行以“- ”开头。")
            return ()
        return tuple(str(one).strip() for one in value)

    def pairs(self, name: str) -> dict[str, str]:
        """Return a mapping of text to text, empty where there is none."""
        value = self._value(name, is_required=False)
        if value is None:
            return {}
        if not isinstance(value, Mapping) or any(isinstance(one, Mapping | list | bool) for one in value.values()):
            self.wrong(name, f"{name} 应为“代码: 名称”的对照。", '是否值请加引号，如 "true"。')
            return {}
        return {str(key): str(one) for key, one in value.items()}

    def flag(self, name: str) -> bool:
        """Return a truth value, false where there is none."""
        value = self._value(name, is_required=False)
        if value is not None and not isinstance(value, bool):
            self.wrong(name, f"{name} 应为 true 或 false，现在是“{value}”。", "请改正，不加引号。")
        return value is True

    def choice(self, name: str, choices: list[str]) -> str:
        """Return one of these texts; the first of them (and a finding) where it is none."""
        value = self.text(name)
        if value and value not in choices:
            self.wrong(name, f"{name} 为“{value}”。", f"应为 {'、'.join(choices)} 之一。")
        return value if value in choices else choices[0]

    def values(self, name: str) -> dict[str, object]:
        """Return a mapping whose values are as written."""
        value = self._value(name, is_required=True)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.wrong(name, f"{name} 应为“名称: 值”的对照。", "请改正。")
            return {}
        return {str(key): one for key, one in value.items()}

    def everything(self) -> dict[str, object]:
        """Return every name with its value as written."""
        self._asked.update(map(str, self._content))
        return {str(name): value for name, value in self._content.items()}

    def entry(self, name: str) -> "Entry | None":
        """Return the mapping under a name, None (and a finding) where there is none."""
        value = self._value(name, is_required=True)
        if isinstance(value, CommentedMap):
            return Entry(value, self._file, self.findings)
        if value is not None:
            self.wrong(name, f"{name} 应为“名称: 值”的对照。", "请改正。")
        return None

    def entries(self, name: str, *, is_required: bool = False) -> list["Entry"]:
        """Return the list of mappings under a name."""
        value = self._value(name, is_required=is_required)
        return [] if value is None else list(entries_of(value, self._file, self.findings, self.place_of(name)))

    def finish(self) -> None:
        """Report names that nobody asked for, each with the nearest one that would have been understood."""
        for name in self._content:
            if name not in self._asked:
                near = difflib.get_close_matches(str(name), self._asked, n=1)
                remedy = f"是不是“{near[0]}”？" if near else f"这里可以写 {'、'.join(sorted(self._asked))}。"
                self.wrong(str(name), f"不认识“{name}”。", remedy)


def entries_of(content: object, file: str, findings: Findings, place: Place | None = None) -> Iterator[Entry]:
    """Yield the mappings of a list; whatever is no mapping is a finding."""
    where = place or Place(file)
    if not isinstance(content, CommentedSeq):
        note = findings.at if place else findings.unreadable
        note(where, "这里应为列表。", "请逐项以“- ”开头。")
        return
    for index, one in enumerate(content):
        if isinstance(one, CommentedMap):
            yield Entry(one, file, findings)
        else:
            line = content.lc.data[index][0] + 1 if index in (content.lc.data or {}) else where.line
            findings.at(Place(file, line), "列表中的每一项应为“名称: 值”的对照。", "请改正。")


def entry_of(content: object, file: str, findings: Findings) -> Entry | None:
    """Return a file's one mapping, None (and a finding) where it holds something else."""
    if isinstance(content, CommentedMap):
        return Entry(content, file, findings)
    if content is not None:
        findings.unreadable(Place(file), "文件内容应为“名称: 值”的对照。", "请改正。")
    return None
