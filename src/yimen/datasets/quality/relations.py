"""A table as DuckDB sees it: a snapshot, a file somebody gave, an Arrow table. Nothing else can be reached from it."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import charset_normalizer
import duckdb
import pyarrow as pa
from openpyxl import load_workbook

from yimen.core.errors import Invalid

ROW_NAME = "·row"
ROW = f'"{ROW_NAME}"'
"""The number of a row from 0, as SQL."""
LARGEST_FILE = 1024 * 1024 * 1024
ENCODINGS = ("utf-8-sig", "gb18030")
MEMORY = "2GB"


class UnreadableTable(Invalid):
    """A file is no table we can read."""

    code = "quality.unreadable-table"
    title = "文件不是可以读取的表。"


@dataclass(frozen=True, slots=True)
class Relation:
    """One table: the connection that has it, its name there as SQL, and the database's type of each column.

    `extra` are columns that rules read though no field describes them. `ragged` are the numbers of the lines, from 1,
    that have more or fewer cells than the head.
    """

    connection: duckdb.DuckDBPyConnection
    name: str
    types: dict[str, str]
    extra: tuple[str, ...] = ()
    ragged: tuple[int, ...] = field(default=())


@contextmanager
def parquet(path: Path, *, extra: Sequence[str] = ()) -> Iterator[Relation]:
    """Open a Parquet file.

    Raises:
        UnreadableTable: it is none.
    """
    with _closed_world(path) as connection:
        where = str(path).replace("'", "''")
        source = f"read_parquet('{where}', file_row_number=true)"
        try:
            connection.execute(f"CREATE VIEW given AS SELECT * RENAME (file_row_number AS {ROW}) FROM {source}")  # noqa: S608
            types = _types(connection)
        except duckdb.Error as error:
            raise UnreadableTable("不是 Parquet 文件，或已经损坏。") from error
        yield Relation(connection, "given", types, tuple(extra))


@contextmanager
def arrow(table: pa.Table, *, ragged: tuple[int, ...] = ()) -> Iterator[Relation]:
    """Open an Arrow table."""
    with _closed_world() as connection:
        numbered = table.append_column(ROW_NAME, pa.array(range(table.num_rows), pa.int64()))
        connection.register("given", numbered)
        yield Relation(connection, "given", _types(connection), ragged=ragged)


@contextmanager
def file(path: Path) -> Iterator[Relation]:
    """Open a CSV (UTF-8, GB18030 or what it is found to be), XLSX or Parquet file; cells of the first two are text.

    Raises:
        UnreadableTable: it cannot be read; the sentence says why.
    """
    if not path.is_file():
        raise UnreadableTable(f"没有文件 {path.name}。请检查路径。")
    if path.stat().st_size > LARGEST_FILE:
        raise UnreadableTable("文件超过 1 GB。请拆分，或先转成 Parquet。")
    match path.suffix.lower():
        case ".parquet":
            with parquet(path) as relation:
                yield relation
        case ".xlsx":
            with _lines(_sheet(path)) as relation:
                yield relation
        case ".csv" | ".tsv" | ".txt":
            with _lines(_text(path)) as relation:
                yield relation
        case _:
            raise UnreadableTable(f"不认识扩展名 {path.suffix or '（无）'}。可以是 .csv、.xlsx、.parquet。")


@contextmanager
def _closed_world(*allowed: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory that reaches these files and nothing else, and whose settings stand."""
    connection = duckdb.connect(config={"memory_limit": MEMORY})
    try:
        paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in allowed)
        connection.execute(f"SET allowed_paths = [{paths}]")
        for setting in (
            "enable_external_access = false",
            "autoinstall_known_extensions = false",
            "TimeZone = 'Asia/Shanghai'",
        ):
            connection.execute(f"SET {setting}")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def _types(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return {str(name): str(kind) for name, kind, *_ in connection.execute("DESCRIBE given").fetchall()}


@contextmanager
def _lines(lines: Iterator[Sequence[str | None]]) -> Iterator[Relation]:
    head = [str(name or "").strip() for name in next(lines, ())]
    if not any(head):
        raise UnreadableTable("没有表头。第一行应为列名。")
    if repeated := sorted({name for name in head if name and head.count(name) > 1}):
        raise UnreadableTable(f"列名重复：{'、'.join(repeated)}。请改名后再试。")
    cells: list[list[str | None]] = [[] for _ in head]
    ragged = []
    for number, line in enumerate(lines, start=1):
        if not line:
            continue  # an empty line, as at the end of many files
        if len(line) != len(head):
            ragged.append(number)
        for index, column in enumerate(cells):
            column.append(line[index] if index < len(line) else None)
    named = {name: pa.array(column, pa.string()) for name, column in zip(head, cells, strict=True) if name}
    with arrow(pa.table(named), ragged=tuple(ragged)) as relation:
        yield relation


def _text(path: Path) -> Iterator[Sequence[str | None]]:
    content = path.read_bytes()
    text = decoded(content)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise UnreadableTable("不是 CSV：引号或换行不成对。") from error


def decoded(content: bytes) -> str:
    """Return bytes as text: UTF-8, else GB18030, else what they are found to be.

    Raises:
        UnreadableTable: they are no text.
    """
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    best = charset_normalizer.from_bytes(content).best()
    if best is None:
        raise UnreadableTable("编码无法识别。请另存为 UTF-8 或 GB18030。")
    return str(best)


def _sheet(path: Path) -> Iterator[Sequence[str | None]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        lines = [list(line) for line in book.worksheets[0].iter_rows(values_only=True)]
    except Exception as error:  # damaged bytes fail anywhere in unzipping, parsing or openpyxl's own types
        raise UnreadableTable("不是 XLSX 文件，或已经损坏。") from error
    for line in lines:
        yield [_cell(value) for value in line]


def _cell(value: object) -> str | None:
    """Return a cell as text: a whole number without its point, a day without its time."""
    match value:
        case None:
            return None
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value).removesuffix(" 00:00:00")
