"""Read a whole table of a department, piece by piece: only the columns asked for, and never the table in memory.

Each column comes as two: the value as a text, and under its name and KIND what it was in the department's system, so
that a whole table is believed by the same rules as one record (`datasets.believing`).

    t  text        i  whole number    n  decimal    f  floating point    b  truth value ("True", "False")
    d  date        m  time            z  time with its zone              x  anything else
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

import pyarrow as pa

from yimen.datasets.sources.base import Connection

KIND = "·kind"
"""What stands behind a column's name in the name of the column with the kinds of its values."""
AT_ONCE = 20_000
"""Rows in one piece, at most."""
Row = Sequence[object]
Scanner = Callable[[Connection, Mapping[str, str], Sequence[str], float], Iterator[pa.RecordBatch]]
SCANNERS: dict[str, Scanner] = {}


class NotScannable(Exception):
    """The source answers about one subject at a time, and was not told how to list them all."""


def scans(kind: str) -> Callable[[Scanner], Scanner]:
    """Enter how a kind of source is read as a whole."""

    def enter(scanner: Scanner) -> Scanner:
        SCANNERS[kind] = scanner
        return scanner

    return enter


def scan(
    kind: str, connection: Connection, settings: Mapping[str, str], columns: Sequence[str], *, timeout_s: float
) -> Iterator[pa.RecordBatch]:
    """Return these columns of every row, in pieces of the schema `schema_of(columns)`.

    `columns` are the department's own names; no other is fetched. `timeout_s` is how long any piece may take.

    Raises:
        Silent: no answer. Nonsense: not in the form agreed. NotScannable: such a source cannot be read as a whole.
    """
    scanner = SCANNERS.get(kind)
    if scanner is None:
        raise NotScannable(f"“{kind}”类数据源不能整表读取")
    return scanner(connection, settings, list(dict.fromkeys(columns)), timeout_s)


def schema_of(columns: Sequence[str]) -> pa.Schema:
    """Return the schema of every piece."""
    return pa.schema([(name, pa.string()) for one in columns for name in (one, one + KIND)])


def pieces(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Return rows of Python's own values as pieces; each row has a value for each column, in order."""
    schema, waiting = schema_of(columns), iter(rows)
    while some := list(islice(waiting, AT_ONCE)):
        arrays: list[pa.Array] = []
        for cells in zip(*some, strict=True):
            arrays += _arrays(cells)
        yield pa.record_batch(arrays, schema=schema)


def _arrays(cells: Row) -> tuple[pa.Array, pa.Array]:
    types = set(map(type, cells)) - {type(None)}
    try:
        if types <= {str}:
            return pa.array(cells, pa.string()), same("t", len(cells))
        if len(types) == 1 and (kind := KINDS.get(next(iter(types)))):
            texts = pa.array([None if one is None else str(one) for one in cells], pa.string())
            return texts, same(kind, len(cells))
    except UnicodeEncodeError:
        pass  # half a surrogate pair somewhere: value by value
    told = [_told(one) for one in cells]
    return pa.array([text for text, _ in told], pa.string()), pa.array([kind for _, kind in told], pa.string())


KINDS: Mapping[type, str] = {int: "i", Decimal: "n", float: "f", bool: "b", date: "d"}


def _told(value: object) -> tuple[str | None, str]:
    """Return a value as text and its kind."""
    match value:
        case None:
            return None, "t"
        case bool():
            return str(value), "b"
        case str():
            return (value, "t") if _is_writable(value) else ("", "x")
        case int():
            return str(value), "i"
        case Decimal():
            return str(value), "n"
        case float():
            return str(value), "f"
        case datetime():
            return value.isoformat(sep=" "), "z" if value.tzinfo else "m"
        case date():
            return value.isoformat(), "d"
        case _:
            return "", "x"


def _is_writable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def same(kind: str, count: int) -> pa.Array:
    """Return a column of one kind."""
    return pa.repeat(pa.scalar(kind, pa.string()), count)
