"""Files a department drops into a folder: CSV, XLSX or Parquet, each complete only with its digest beside it.

A drop is `name.csv` (`.xlsx`, `.parquet`) and `name.csv.sha256`, the digest as `sha256sum` writes it, put there last.
While the two do not fit the drop is still being written, or was broken on the way; until they do, what was read last
stands. A Parquet file is not kept in memory but asked each time, so while it is being replaced it is silent.
"""

import hashlib
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

from yimen.datasets.logic import columns_of
from yimen.datasets.sources import parquet, tables
from yimen.datasets.sources.base import (
    Changed,
    Connection,
    Keys,
    Nonsense,
    RawRecord,
    Silent,
    Trouble,
    register,
)

LARGEST_DROP = 200 * 1024 * 1024
MOST_ROWS = 500_000
"""What a CSV or a sheet may have, since its rows are kept in memory; a Parquet file may be of any size."""
LARGEST_PARQUET = 8 * 1024 * 1024 * 1024
PIECE = 1024 * 1024
SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d+")

Rows = Mapping[tuple[str, ...], Sequence[tuple[object, ...]]]


@dataclass(frozen=True, slots=True)
class Drop:
    """One whole drop: its rows by the value of the key columns, and when it was put there.

    `places` is where each column stands in a row. Of a Parquet file there are no rows: the file itself is asked.
    """

    digest: str
    rows: Rows
    places: Mapping[str, int]
    repeated: frozenset[str]
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
        self._path = folder_of(connection) / Path(settings["file"]).name
        self._key = settings["key"]
        self._as_of = settings.get("as_of", "")

    def read(self, keys: Keys, fields: Sequence[str], *, timeout_s: float) -> RawRecord | None:
        """Return these columns of the row."""
        named = columns_of(self._key, list(keys))
        columns = tuple(named[name] for name in keys)
        drop = newest(self._path, columns)
        if absent := [name for name in (*fields, *columns) if name not in drop.places]:
            raise Changed(f"缺少列 {'、'.join(absent)}")
        if twice := [name for name in (*fields, *columns) if name in drop.repeated]:
            raise Nonsense(f"有几列都叫 {'、'.join(twice)}")
        wanted = [*fields, *([self._as_of] if self._as_of in drop.places else [])]
        if self._path.suffix.lower() == ".parquet":
            rows = parquet.find(self._path, dict(zip(columns, keys.values(), strict=True)), wanted, timeout_s=timeout_s)
            rows = [{name: tables.plain(value) for name, value in row.items()} for row in rows]
        else:
            found = drop.rows.get(tuple(keys.values()), ())
            rows = [{name: _at(row, drop.places[name]) for name in wanted} for row in found]
        if len(rows) > 1:
            raise Nonsense("同一个主体有多行")
        if not rows:
            return None
        for name, value in rows[0].items():
            if isinstance(value, tables.Unclear):
                raise Nonsense(f"列 {name}：{value.words}")
        stamp = {self._as_of: rows[0].get(self._as_of) or drop.dropped_at} if self._as_of else {}
        return {**{name: rows[0][name] for name in fields}, **stamp}


def folder_of(connection: Connection) -> Path:
    """Return the folder drops are put into."""
    return Path(unquote(urlsplit(connection.url).path))


def _at(row: tuple[object, ...], place: int) -> object:
    return row[place] if place < len(row) else None


def newest(path: Path, columns: tuple[str, ...]) -> Drop:
    """Return the drop in the folder, read again only when its digest changed; the last whole one where it is broken.

    Raises:
        Silent: there is no whole drop, and never was one. Nonsense: a whole drop cannot be read.
    """
    kept = _kept.get((path, columns))
    stands = kept if kept is not None and path.suffix.lower() != ".parquet" else None
    try:
        stated = path.with_name(f"{path.name}.sha256").read_text(encoding="ascii").split()[0].lower()
        if kept is not None and kept.digest == stated and (stands or _is_as_read(path, kept)):
            return kept
        with _reading, path.open("rb") as file:
            again = _kept.get((path, columns))
            if again is not None and again.digest == stated and again is not kept:
                return again  # somebody else read it while we waited
            drop = _read(path, file, stated, columns)
    except (OSError, ValueError, IndexError) as error:
        if stands is not None:
            return stands
        raise Silent("没有收到完整的文件", Trouble.INCOMPLETE) from error
    except Silent:
        if stands is not None:
            return stands
        raise
    _kept[path, columns] = drop
    return drop


def _is_as_read(path: Path, kept: Drop) -> bool:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC) == kept.dropped_at


def _read(path: Path, file: IO[bytes], stated: str, columns: tuple[str, ...]) -> Drop:
    before = os.fstat(file.fileno())
    is_parquet = path.suffix.lower() == ".parquet"
    if before.st_size > (LARGEST_PARQUET if is_parquet else LARGEST_DROP):
        limit = f"{(LARGEST_PARQUET if is_parquet else LARGEST_DROP) >> 20} MB"
        raise Nonsense(f"文件超过 {limit}。" + ("" if is_parquet else "请改为 Parquet 文件，或开放数据库。"))
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    if digest.hexdigest() != stated:
        raise Silent("文件还没有写完，或传输中损坏", Trouble.INCOMPLETE)
    at = datetime.fromtimestamp(before.st_mtime, tz=UTC)
    if is_parquet:
        return Drop(stated, {}, {name: place for place, name in enumerate(parquet.columns(path))}, frozenset(), at)
    rows, head = _indexed(path, file, columns)
    after = os.fstat(file.fileno())
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise Silent("文件正在改写", Trouble.INCOMPLETE)
    places: dict[str, int] = {}
    for place, name in enumerate(head):
        places.setdefault(name, place)
    repeated = frozenset(name for name in places if head.count(name) > 1)
    return Drop(stated, rows, places, repeated, at)


def _indexed(path: Path, file: IO[bytes], columns: tuple[str, ...]) -> tuple[Rows, list[str]]:
    """Return the rows by their keys, and the names at the head.

    Of the encodings a text may be in the first counts in which all of it can be read and the key columns are there.
    """
    if path.suffix.lower() == ".xlsx":
        return _by_key(tables.sheet(path), columns, is_needed=False) or ({}, [])
    return first_readable(file, lambda table: _by_key(table, columns, is_needed=True))


Found = tuple[Rows, list[str]]


def first_readable(file: IO[bytes], read: Callable[[Iterator[list[str]]], Found | None]) -> Found:
    """Return what `read` makes of the first encoding in which it makes something of the rows.

    Raises:
        Nonsense: of none; or the text is no CSV in any that fits.
    """
    file.seek(0)
    trouble: Nonsense | None = None
    for encoding in tables.encodings(file.read(tables.SAMPLE)):
        try:
            found = read(tables.lines(file, encoding))
        except (UnicodeDecodeError, LookupError):
            continue
        except Nonsense as error:
            trouble = trouble or error
            continue
        if found is not None:
            return found
    raise trouble or Nonsense("认不出文件的编码（UTF-8、GB18030、UTF-16 都读不通），或者缺少查询依据的列")


def _by_key(table: Iterator[Sequence[object]], columns: tuple[str, ...], *, is_needed: bool) -> Found | None:
    head = [str(name or "").strip() for name in next(table, ())]
    if absent := [name for name in columns if name not in head]:
        return None if is_needed else ({}, [name for name in head if name not in absent])
    places = [head.index(name) for name in columns]
    rows: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
    for number, row in enumerate(table, start=2):
        if number > MOST_ROWS + 1:
            raise Nonsense(f"超过 {MOST_ROWS} 行。请改为 Parquet 文件，或开放数据库。")
        keys = tuple(_key(_at(tuple(row), place), number) for place in places)
        if any(keys):
            rows.setdefault(keys, []).append(tuple(row))
    return rows, head


def _key(value: object, number: int) -> str:
    """Return the value of a key column as a text.

    Raises:
        Nonsense: it is no key; were it passed over, somebody who is in the file would seem not to be.
    """
    if isinstance(value, tables.Unclear):
        raise Nonsense(f"第 {number} 行的查询依据：{value.words}")
    text = str("" if value is None else value).strip()
    if SCIENTIFIC.fullmatch(text):
        raise Nonsense(f"第 {number} 行的查询依据被表格软件写成了科学计数法，末几位已经丢失")
    return text
