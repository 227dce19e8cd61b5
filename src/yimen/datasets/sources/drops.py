"""Files a department drops into a folder: CSV, XLSX or Parquet, each complete only with its digest beside it.

A drop is `name.csv` (`.xlsx`, `.parquet`) and `name.csv.sha256`, the digest as `sha256sum` writes it, put there last.
While the two do not fit the drop is still being written, or was broken on the way; until they do, what was read last
stands. A Parquet file is not kept in memory but asked each time, so while it is being replaced it is silent.
"""

import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from yimen.datasets.sources import parquet, tables
from yimen.datasets.sources.base import Nonsense, Silent, Trouble

LARGEST_DROP = 200 * 1024 * 1024
MOST_ROWS = 500_000
"""What a CSV or a sheet may have, since its rows are kept in memory; a Parquet file may be of any size."""
LARGEST_PARQUET = 8 * 1024 * 1024 * 1024
PIECE = 1024 * 1024
SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d+")

LARGE = 8 * 1024 * 1024
"""Bytes from which a file is read beside the call that asks, which waits for it no longer than it may."""

Row = bytes | Sequence[object]
"""A row of a text is kept packed, as JSON: so half a million of them need a fraction of the memory."""
Rows = Mapping[str, Row]
TWICE = b""
"""In place of a row whose key another has too."""


@dataclass(frozen=True, slots=True)
class Drop:
    """One whole drop: its rows by the value of the key columns (`joined`), and when it was put there.

    `places` is where each column stands in a row. Of a Parquet file there are no rows: the file itself is asked.
    """

    digest: str
    rows: Rows
    places: Mapping[str, int]
    repeated: frozenset[str]
    dropped_at: datetime


_kept: dict[tuple[Path, tuple[str, ...]], Drop] = {}
_reading = threading.Lock()
_beside: dict[tuple[Path, tuple[str, ...], str], Future[Drop]] = {}
_reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drops")


def forget() -> None:
    """Forget every drop read so far; the next read opens its file."""
    _kept.clear()
    _beside.clear()


def joined(keys: tuple[str, ...]) -> str:
    """Return the values of a row's key columns as the one text rows are kept by."""
    return keys[0] if len(keys) == 1 else json.dumps(keys)


def cell(row: Sequence[object], place: int) -> object:
    """Return the value at this place of a row, None where the row is shorter."""
    return row[place] if place < len(row) else None


def newest(path: Path, columns: tuple[str, ...], *, timeout_s: float = 60.0) -> Drop:
    """Return the drop in the folder, read again only when its digest changed; the last whole one where it is broken.

    A large file is read beside: until it is, the last one stands, or there is none.

    Raises:
        Silent: there is no whole drop, and never was one. Nonsense: a whole drop cannot be read.
    """
    kept = _kept.get((path, columns))
    stands = kept if kept is not None and path.suffix.lower() != ".parquet" else None
    try:
        stated = path.with_name(f"{path.name}.sha256").read_text(encoding="ascii").split()[0].lower()
        if kept is not None and kept.digest == stated and (stands or _is_as_read(path, kept)):
            return kept
        if path.stat().st_size < LARGE:
            with _reading:
                drop = _read(path, stated, columns)
        else:
            drop = _read_beside(path, stated, columns, timeout_s)
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


def _read_beside(path: Path, stated: str, columns: tuple[str, ...], timeout_s: float) -> Drop:
    """Wait for the file to be read; whoever comes next finds it read, or waits for the same reading.

    Raises:
        Silent: it is not read in this time, or is not whole; the next to ask tries anew. Nonsense: it makes no sense,
            and is not read again until it is another.
    """
    key = (path, columns, stated)
    with _reading:
        for other in [one for one in _beside if one[:2] == key[:2] and one != key]:
            del _beside[other]
        reading = _beside.get(key) or _beside.setdefault(key, _reader.submit(_read, path, stated, columns))
    try:
        drop = reading.result(timeout=timeout_s)
    except TimeoutError as error:
        raise Silent("文件较大，正在读入", Trouble.INCOMPLETE) from error
    except (OSError, Silent):
        _beside.pop(key, None)
        raise
    _beside.pop(key, None)
    return drop


def leads_out(path: Path) -> bool:
    """Tell whether what lies in the folder is a link to somewhere else: whoever drops files names no other's."""
    return not path.resolve().is_relative_to(path.parent.resolve())


def _read(path: Path, stated: str, columns: tuple[str, ...]) -> Drop:
    if leads_out(path):
        raise Nonsense("文件是指向投递目录之外的链接")
    with path.open("rb") as file:
        return _read_whole(path, file, stated, columns)


def _read_whole(path: Path, file: IO[bytes], stated: str, columns: tuple[str, ...]) -> Drop:
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
        return _by_key(tables.sheet(path), columns, _as_it_is, is_needed=False) or ({}, [])
    return first_readable(file, lambda table: _by_key(table, columns, _packed, is_needed=True))


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


def _packed(row: Sequence[object]) -> Row:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")


def _as_it_is(row: Sequence[object]) -> Row:
    return row


def _by_key(
    table: Iterator[Sequence[object]],
    columns: tuple[str, ...],
    kept_as: Callable[[Sequence[object]], Row],
    *,
    is_needed: bool,
) -> Found | None:
    head = [str(name or "").strip() for name in next(table, ())]
    if absent := [name for name in columns if name not in head]:
        return None if is_needed else ({}, [name for name in head if name not in absent])
    places = [head.index(name) for name in columns]
    rows: dict[str, Row] = {}
    for number, row in enumerate(table, start=2):
        if number > MOST_ROWS + 1:
            raise Nonsense(f"超过 {MOST_ROWS} 行。请改为 Parquet 文件，或开放数据库。")
        keys = tuple(_key(cell(row, place), number) for place in places)
        if any(keys):
            key = joined(keys)
            rows[key] = TWICE if key in rows else kept_as(row)
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
