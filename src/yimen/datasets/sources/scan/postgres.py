"""A department's PostgreSQL, a relation of it copied out (COPY … TO STDOUT)."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from psycopg import sql
from psycopg.abc import PQGen

from yimen.datasets.sources.base import Connection
from yimen.datasets.sources.scan.base import same, schema_of
from yimen.datasets.sources.sql import trouble

BLOCK = 4 * 1024 * 1024
Answer = TypeVar("Answer")
OPTIONS = " ".join(
    f"-c {name}"
    for name in (
        "default_transaction_read_only=on",
        "statement_timeout=0",  # a whole table takes longer than a record; we ourselves wait no longer for any piece
        "TimeZone=Asia/Shanghai",
        "DateStyle=ISO",
    )
)
POSTGRES_KINDS: Mapping[int, str] = {
    16: "b", 20: "i", 21: "i", 23: "i", 26: "i", 700: "f", 701: "f", 1700: "n", 1082: "d", 1114: "m", 1184: "z",
    17: "x", 114: "x", 600: "x", 869: "x", 650: "x", 1083: "x", 1186: "x", 1266: "x", 2950: "x", 3802: "x",
}  # fmt: skip
"""What each of PostgreSQL's own types is to us by its number (pg_type.oid); any other is text."""


class _Line(psycopg.Connection[tuple[object, ...]]):
    """A line on which no answer, and no piece of one, is waited for longer than `patience_s`."""

    patience_s = 30.0

    def wait(self, gen: PQGen[Answer], interval: float = 0.1, timeout: float | None = None) -> Answer:
        """Wait, but not for ever.

        Raises:
            psycopg.OperationalError: no answer by then.
        """
        del timeout
        return super().wait(gen, interval, timeout=self.patience_s)


def rows(
    connection: Connection, settings: Mapping[str, str], columns: Sequence[str], timeout_s: float
) -> Iterator[pa.RecordBatch]:
    """Copy the columns out (COPY … TO STDOUT): as the database sends them, so nothing is held but the piece at hand."""
    query = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(*settings["relation"].split("."))
    )
    try:
        with _Line.connect(
            connection.url,
            autocommit=True,
            connect_timeout=max(2, round(timeout_s)),
            options=OPTIONS,
        ) as line:
            line.patience_s = timeout_s
            described = line.execute(sql.SQL("{} LIMIT 0").format(query)).description or ()
            kinds = [_kind_of(line, one.type_code) for one in described]
            copied = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')").format(query)
            with line.cursor() as cursor, cursor.copy(copied) as lines:
                for read in _comma_separated(_File(lines), columns):
                    yield _with_kinds(read, columns, kinds)
    except psycopg.Error as error:
        raise trouble(error) from error


def _kind_of(line: psycopg.Connection[tuple[object, ...]], number: int) -> str:
    if kind := POSTGRES_KINDS.get(number):
        return kind
    known = line.adapters.types.get(number)
    return "x" if known is not None and (known.array_oid == number or known.name.endswith("range")) else "t"


def _with_kinds(read: pa.RecordBatch, columns: Sequence[str], kinds: Sequence[str]) -> pa.RecordBatch:
    arrays: list[pa.Array] = []
    for place, kind in enumerate(kinds):
        given = read.column(place)
        if kind == "b":
            given = pa.DictionaryArray.fromarrays(
                pc.index_in(given, value_set=pa.array(["t", "f"])), pa.array(["True", "False"])
            ).cast(pa.string())
        arrays += [given, same(kind, read.num_rows)]
    return pa.record_batch(arrays, schema=schema_of(columns))


class _File(io.RawIOBase):
    """What a copy sends, as a file to read from."""

    def __init__(self, parts: Iterable[bytes | bytearray | memoryview]) -> None:
        """Keep where it comes from."""
        super().__init__()
        self._parts, self._rest = iter(parts), b""

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, fewer only at the end."""
        gathered, have = [self._rest], len(self._rest)
        while size < 0 or have < size:
            part = next(self._parts, None)
            if part is None:
                break
            gathered.append(bytes(part))
            have += len(part)
        whole = b"".join(gathered)
        self._rest = whole[size:] if size >= 0 else b""
        return whole[:size] if size >= 0 else whole


def _comma_separated(file: io.RawIOBase, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Read CSV without a head: an empty cell is null, a quoted empty one an empty text."""
    # Arrow reads columns by position; the names are ours to give, so that two the database calls alike do not clash.
    names = [str(place) for place in range(len(columns))]
    try:
        reader = arrow_csv.open_csv(
            pa.PythonFile(file, mode="r"),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=BLOCK, use_threads=False),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return
        raise
    yield from reader
