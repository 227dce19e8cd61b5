"""A department's store behind HTTP: one SQLite file, written once, then only read."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

Record = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the path that leads to its records, `{}` standing for each key, and the fields one may ask for.

    The answer to a record in `slow` (by its first key) comes only after `delay_s`. `listed` is the path at which all
    records are given, page by page; empty where they are not.
    """

    path: str
    keys: tuple[str, ...]
    fields: tuple[str, ...]
    delay_s: float = 0.0
    listed: str = ""


Row = Sequence[str | None]
"""The keys, the fields in the table's order, the time the record was last brought up to date, and "1" if slow."""


def batch(path: Path) -> str | None:
    """Return the mark of what the store holds; None when there is no store."""
    if not path.exists():
        return None
    with closing(reader(path)) as store:
        row = store.execute("SELECT mark FROM batch").fetchone()
    return None if row is None else str(row[0])


def build(path: Path, tables: Mapping[str, Table], rows: Mapping[str, Iterable[Row]], *, mark: str) -> None:
    """Write the store anew beside its place and move it there, so that a reader never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as store, store:
        store.execute("CREATE TABLE batch (mark TEXT NOT NULL)")
        store.execute("INSERT INTO batch VALUES (?)", [mark])
        for name, table in tables.items():
            columns = ", ".join(f"{column} TEXT" for column in (*table.keys, *table.fields, "as_of", "slow"))
            store.execute(f"CREATE TABLE {name} ({columns}, PRIMARY KEY ({', '.join(table.keys)})) WITHOUT ROWID")
            marks = ", ".join("?" for _ in range(len(table.keys) + len(table.fields) + 2))
            store.executemany(f"INSERT INTO {name} VALUES ({marks})", rows[name])  # noqa: S608 - our own names
    draft.replace(path)


def reader(path: Path) -> sqlite3.Connection:
    """Return a connection that can only read."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def find(
    store: sqlite3.Connection, name: str, table: Table, keys: Sequence[str], fields: Sequence[str]
) -> tuple[Record, bool] | None:
    """Return the asked fields of a record with `as_of`, and whether it is slow; None when there is no record.

    `fields` must be among the table's: they become part of the statement.
    """
    columns = (*fields, "as_of", "slow")
    where = " AND ".join(f"{key} = ?" for key in table.keys)
    row = store.execute(f"SELECT {', '.join(columns)} FROM {name} WHERE {where}", list(keys)).fetchone()  # noqa: S608 - only names from the table
    if row is None:
        return None
    record = dict(zip(columns, row, strict=True))
    return record, record.pop("slow") == "1"


def page(
    store: sqlite3.Connection, name: str, table: Table, after: str, fields: Sequence[str], *, count: int
) -> list[Record]:
    """Return the next records behind a first key, in order, with their keys and `as_of`.

    `fields` must be among the table's: they become part of the statement.
    """
    columns = tuple(dict.fromkeys((*table.keys, *fields, "as_of")))
    first = table.keys[0]
    rows = store.execute(
        f"SELECT {', '.join(columns)} FROM {name} WHERE {first} > ? ORDER BY {first} LIMIT ?",  # noqa: S608 - only names from the table
        [after, count],
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]
