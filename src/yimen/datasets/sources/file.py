"""Files a department drops into a folder: CSV or XLSX, each complete only with its digest beside it.

A drop is `name.csv` (or `.xlsx`) and `name.csv.sha256`, the digest as `sha256sum` writes it, put there last. While the
two do not fit the drop is still being written, or was broken on the way; until they do, what was read last stands.
"""

import csv
import hashlib
import io
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from openpyxl import load_workbook

from yimen.datasets.logic import columns_of
from yimen.datasets.sources.base import Connection, Keys, Nonsense, RawRecord, Silent, register

LARGEST_DROP = 200 * 1024 * 1024
ENCODINGS = ("utf-8-sig", "gb18030")
"""Tried in order. GB18030 reads nearly anything, so a file must also have the columns it is said to have."""


@dataclass(frozen=True, slots=True)
class Drop:
    """One whole drop: its rows by the value of the key columns, and when it was put there."""

    digest: str
    rows: Mapping[tuple[str, ...], Sequence[Mapping[str, object]]]
    columns: frozenset[str]
    dropped_at: datetime


_kept: dict[tuple[Path, tuple[str, ...]], Drop] = {}
_reading = threading.Lock()


def forget() -> None:
    """Forget every drop read so far; the next read opens its file."""
    _kept.clear()


@register("file")
class FileSource:
    """Looks a row up in the newest whole drop.

    Settings: `file`, its name in the folder; `key`, the column of the key, or `org=column,person=column`; `as_of`, the
    column with the time stamp, without which the time of the drop counts.
    """

    def __init__(self, connection: Connection, settings: Mapping[str, str]) -> None:
        """Remember where to look."""
        self._path = Path(unquote(urlsplit(connection.url).path)) / Path(settings["file"]).name
        self._key = settings["key"]
        self._as_of = settings.get("as_of", "")

    def read(self, keys: Keys, fields: Sequence[str], *, timeout_s: float) -> RawRecord | None:
        """Return these columns of the row."""
        del timeout_s  # a file answers at once or not at all
        named = columns_of(self._key, list(keys))
        columns = tuple(named[name] for name in keys)
        drop = _newest(self._path, columns)
        if absent := [name for name in (*fields, *columns) if name not in drop.columns]:
            raise Nonsense(f"缺少列 {'、'.join(absent)}")
        rows = drop.rows.get(tuple(keys.values()), ())
        if len(rows) > 1:
            raise Nonsense("同一个主体有多行")
        if not rows:
            return None
        return {**{name: rows[0].get(name) for name in fields}, **self._stamp(rows[0], drop)}

    def _stamp(self, row: Mapping[str, object], drop: Drop) -> dict[str, object]:
        return {self._as_of: row.get(self._as_of) or drop.dropped_at} if self._as_of else {}


def _newest(path: Path, columns: tuple[str, ...]) -> Drop:
    """Return the drop in the folder, read again only when its digest changed; the last whole one where it is broken.

    Raises:
        Silent: there is no whole drop, and never was one. Nonsense: a whole drop cannot be read.
    """
    kept = _kept.get((path, columns))
    try:
        stated = path.with_name(f"{path.name}.sha256").read_text(encoding="ascii").split()[0].lower()
        if kept is not None and kept.digest == stated:
            return kept
        if path.stat().st_size > LARGEST_DROP:
            raise Nonsense("文件过大")
        content = path.read_bytes()
        at = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    except (OSError, ValueError, IndexError) as error:
        if kept is not None:
            return kept
        raise Silent("没有收到完整的文件") from error
    if hashlib.sha256(content).hexdigest() != stated:
        if kept is not None:
            return kept
        raise Silent("文件还没有写完，或传输中损坏")
    with _reading:
        drop = Drop(stated, *_indexed(path, content, columns), at)
        _kept[path, columns] = drop
    return drop


def _indexed(
    path: Path, content: bytes, columns: tuple[str, ...]
) -> tuple[Mapping[tuple[str, ...], Sequence[Mapping[str, object]]], frozenset[str]]:
    table = _sheet(content) if path.suffix.lower() == ".xlsx" else _text(content, columns)
    head = [str(name or "").strip() for name in next(table, ())]
    rows: dict[tuple[str, ...], list[Mapping[str, object]]] = {}
    for line in table:
        row = dict(zip(head, line, strict=False))
        rows.setdefault(tuple(str(row.get(name) or "").strip() for name in columns), []).append(row)
    return rows, frozenset(head)


def _text(content: bytes, columns: tuple[str, ...]) -> Iterator[Sequence[object]]:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        table = csv.reader(io.StringIO(text, newline=""))
        try:
            head = next(table, [])
            if all(name in [one.strip() for one in head] for name in columns):
                yield head
                yield from table
                return
        except csv.Error as error:
            raise Nonsense(f"第 {table.line_num} 行不是 CSV") from error
    raise Nonsense("编码不是 UTF-8 或 GB18030，或者缺少查询依据的列")


def _sheet(content: bytes) -> Iterator[Sequence[object]]:
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for line in sheet.iter_rows(values_only=True):
            yield [plain(value) for value in line]
    except Exception as error:  # damaged bytes fail anywhere in unzipping, parsing or openpyxl's own types
        raise Nonsense("不是 XLSX 文件") from error


def plain(value: object) -> object:
    """Return a cell as the other sources give values: text, None, a date; a whole number without its point."""
    match value:
        case datetime() if value.time() == datetime.min.time():
            return value.date()
        case None | bool() | date():
            return value
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
