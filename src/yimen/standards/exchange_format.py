"""Code lists as CSV files: read with every mistake at its line, and written so that they can be read again."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date

from yimen.core.errors import Invalid
from yimen.standards.logic import CodeEntry

COLUMNS = ("code", "name", "parent", "valid_from", "valid_until", "replaced_by")
HEADINGS = {
    "代码": "code",
    "名称": "name",
    "上级代码": "parent",
    "生效日期": "valid_from",
    "失效日期": "valid_until",
    "后继代码": "replaced_by",
}
LARGEST_FILE = 5 * 1024 * 1024
MOST_SAID = 20


class BadList(Invalid):
    """A file holds no code list; the sentences say what is wrong in which line."""

    code = "standards.bad-list"
    title = "代码集文件有误，没有导入。"


def read_codes(content: bytes) -> tuple[CodeEntry, ...]:
    """Return the codes of a CSV file in UTF-8 or GB18030 with the columns code and name, and others of COLUMNS.

    Raises:
        BadList: it is too large, of another encoding, without these columns, or has wrong lines.
    """
    if len(content) > LARGEST_FILE:
        raise BadList(f"文件超过 {LARGEST_FILE // 1024 // 1024} MB。请拆成几个代码集。")
    table = csv.DictReader(io.StringIO(_text(content), newline=""), restkey="更多的列")
    try:
        names = [HEADINGS.get((name or "").strip(), (name or "").strip()) for name in table.fieldnames or ()]
    except csv.Error as error:
        raise BadList("第 1 行不是 CSV。") from error
    if absent := [name for name in ("code", "name") if name not in names]:
        raise BadList(
            f"第 1 行缺少列 {'、'.join(absent)}。第一行应为列名 code、name，可以有 {'、'.join(COLUMNS[2:])}。"
        )
    table.fieldnames = names
    problems: list[str] = []
    entries: list[tuple[int, CodeEntry]] = []
    try:
        for row in table:
            line = table.line_num
            try:
                entries.append((line, _entry(row)))
            except ValueError as error:
                problems.append(f"第 {line} 行：{error}")
    except csv.Error as error:
        problems.append(f"第 {table.line_num} 行不是 CSV：{error}。")
    problems += _across(entries)
    if not entries and not problems:
        problems.append("文件里没有代码。")
    if problems:
        more = f" 另有 {len(problems) - MOST_SAID} 处。" if len(problems) > MOST_SAID else ""
        raise BadList("\n".join(problems[:MOST_SAID]) + more, problems=problems[:MOST_SAID])
    return tuple(entry for _, entry in entries)


def write_codes(entries: tuple[CodeEntry, ...]) -> str:
    """Return the codes as a CSV file that `read_codes` reads back."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in entries:
        writer.writerow(
            [one.code, one.name, one.parent, one.valid_from or "", one.valid_until or "", " ".join(one.replaced_by)]
        )
    return text.getvalue()


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            raise BadList("文件里有空字符（NUL），可能是表格文件或另一种编码。请另存为 UTF-8 编码的 CSV。")
        return text
    raise BadList("文件的编码不是 UTF-8，也不是 GB18030。请另存为 UTF-8 编码的 CSV。")


def _entry(row: dict[str, str | None]) -> CodeEntry:
    given = {name: (row.get(name) or "").strip() for name in COLUMNS}
    for name in ("code", "name", "parent"):
        if given[name][:1] in {"=", "+", "@"} or given[name].startswith("-="):
            raise ValueError(f"{name} 是公式“{given[name][:20]}”，请换成它的值。")
        if "E+" in given[name]:
            raise ValueError(f"{name} 被表格软件写成了“{given[name][:20]}”，请把这一列设为文本。")
    if not given["code"]:
        raise ValueError("缺少代码。")
    if not given["name"]:
        raise ValueError(f"代码“{given['code'][:20]}”缺少名称。")
    return CodeEntry(
        given["code"],
        given["name"],
        given["parent"],
        _day(given["valid_from"]),
        _day(given["valid_until"]),
        tuple(given["replaced_by"].split()),
    )


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise ValueError(f"“{written[:20]}”不是日期，请写成 2026-01-01 的样子。") from error


def _across(entries: list[tuple[int, CodeEntry]]) -> Iterator[str]:
    """Yield what is wrong between the lines: codes that come twice, parents that are not there."""
    codes = {one.code for _, one in entries}
    times = Counter(one.code for _, one in entries if one.valid_until is None)
    for line, one in entries:
        if one.valid_until is None and times[one.code] > 1:
            yield f"第 {line} 行：代码“{one.code}”出现了 {times[one.code]} 次。"
        if one.parent and one.parent not in codes:
            yield f"第 {line} 行：上级代码“{one.parent}”不在文件里。"
