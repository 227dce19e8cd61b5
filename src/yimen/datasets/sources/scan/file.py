"""The drop in a folder, read as a whole: CSV and sheets row by row, Parquet by row groups; never before it is whole."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from yimen.datasets.sources import tables
from yimen.datasets.sources.base import Changed, Connection, Nonsense, Silent, Trouble
from yimen.datasets.sources.file import folder_of
from yimen.datasets.sources.scan.base import AT_ONCE, pieces

PIECE = 1024 * 1024


def rows(
    connection: Connection, settings: Mapping[str, str], columns: Sequence[str], timeout_s: float
) -> Iterator[pa.RecordBatch]:
    """Return the columns of every row. The column named by `as_of` is the time of the drop where the file has none."""
    del timeout_s  # a file answers at once or not at all
    path = folder_of(connection) / Path(settings["file"]).name
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            _must_be_whole(path, file)
            at = datetime.fromtimestamp(before.st_mtime, tz=UTC)
            match path.suffix.lower():
                case ".parquet":
                    found = _columnar(file)
                case ".xlsx":
                    found = iter(tables.sheet(path))
                case _:
                    found = _text(file, [one for one in columns if one != settings.get("as_of")])
            yield from pieces(_picked(found, columns, {settings.get("as_of", ""): at}), columns)
            after = os.fstat(file.fileno())
            if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
                raise Silent("文件正在改写", Trouble.INCOMPLETE)
    except OSError as error:
        raise Silent("没有收到完整的文件", Trouble.INCOMPLETE) from error


def _must_be_whole(path: Path, file: IO[bytes]) -> None:
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    file.seek(0)
    try:
        stated = path.with_name(f"{path.name}.sha256").read_text(encoding="ascii").split()[0].lower()
    except (OSError, ValueError, IndexError) as error:
        raise Silent("没有收到完整的文件", Trouble.INCOMPLETE) from error
    if digest.hexdigest() != stated:
        raise Silent("文件还没有写完，或传输中损坏", Trouble.INCOMPLETE)


def _picked(
    table: Iterator[Sequence[object]], columns: Sequence[str], instead: Mapping[str, object]
) -> Iterator[Sequence[object]]:
    head = [str(name or "").strip() for name in next(table, ())]
    if absent := [one for one in columns if one not in head and one not in instead]:
        raise Changed(f"缺少列 {'、'.join(absent)}")
    places = {one: head.index(one) for one in columns if one in head}
    for row in table:
        if not all(map(_is_empty, row)):
            yield [_cell(row, places.get(one), instead.get(one)) for one in columns]


def _cell(row: Sequence[object], place: int | None, instead: object) -> object:
    """Return the cell at a place; for one that is empty or not there what stands in for it, if anything does."""
    given = row[place] if place is not None and place < len(row) else None
    return instead if _is_empty(given) and instead is not None else given


def _is_empty(cell: object) -> bool:
    return cell is None or cell == ""


def _text(file: IO[bytes], needed: Sequence[str]) -> Iterator[Sequence[object]]:
    """Return the rows in the first encoding in which all of the text can be read and the columns are there."""
    file.seek(0)
    for encoding in tables.encodings(file.read(tables.SAMPLE)):
        try:
            head = [name.strip() for name in next(tables.lines(file, encoding), [])]
            if not set(needed).issubset(head):
                continue
            for _ in tables.lines(file, encoding):  # the last line may be in no such encoding: first to the end once
                pass
        except (UnicodeDecodeError, LookupError):
            continue
        yield from tables.lines(file, encoding)
        return
    raise Changed("认不出文件的编码（UTF-8、GB18030、UTF-16 都读不通），或者缺少登记的列")


def _columnar(file: IO[bytes]) -> Iterator[Sequence[object]]:
    try:
        opened = pq.ParquetFile(file)
        yield opened.schema_arrow.names
        for batch in opened.iter_batches(batch_size=AT_ONCE):
            yield from zip(*(one.to_pylist() for one in batch.columns), strict=True)
    except pa.ArrowException as error:
        raise Nonsense("不是 Parquet 文件") from error
