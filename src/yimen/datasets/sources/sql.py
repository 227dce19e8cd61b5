"""A department's database, read through one relation it opened to us."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from yimen.datasets.logic import columns_of
from yimen.datasets.sources.base import Connection, Keys, Nonsense, RawRecord, Silent, register

_kept = threading.local()
"""Each thread keeps its lines: opening one costs more than the read."""


@dataclass(slots=True)
class _Line:
    """An open connection, and after how many milliseconds a statement on it is given up."""

    connection: psycopg.Connection[tuple[object, ...]]
    timeout_ms: int = 0

    def limit(self, timeout_ms: int) -> None:
        """Give up statements after this time; told to the department's server only when it changes."""
        if timeout_ms != self.timeout_ms:
            self.connection.execute(sql.SQL("SET statement_timeout = {}").format(timeout_ms))
            self.timeout_ms = timeout_ms


def hang_up() -> None:
    """Close the connections this thread keeps; the next read opens its own."""
    for line in _kept.__dict__.pop("lines", {}).values():
        line.connection.close()


@register("sql")
class SqlSource:
    """Reads one row of a relation by its key.

    Settings: `relation`; `key`, the column of the key, or `org=column,project.code=column` where there are several;
    and `as_of` for the time stamp's column.
    """

    def __init__(self, connection: Connection, settings: Mapping[str, str]) -> None:
        """Remember where to read; nothing is opened yet."""
        self._url = connection.url
        self._relation = settings["relation"]
        self._key = settings["key"]
        self._as_of = [settings["as_of"]] if settings.get("as_of") else []

    def read(self, keys: Keys, fields: Sequence[str], *, timeout_s: float) -> RawRecord | None:
        """Return these columns of the row."""
        columns = columns_of(self._key, list(keys))
        wanted = (*fields, *self._as_of)
        statement = _statement(self._relation, wanted, tuple(columns[name] for name in keys))
        try:
            rows = self._rows(statement, list(keys.values()), timeout_s)
        except (psycopg.errors.UndefinedColumn, psycopg.errors.UndefinedTable, psycopg.errors.DataError) as error:
            raise Nonsense("关系或字段不存在") from error
        except psycopg.Error as error:
            raise Silent(type(error).__name__) from error
        if len(rows) > 1:
            raise Nonsense("同一个主体有多条记录")
        return rows[0] if rows else None

    def _rows(self, statement: bytes, keys: list[str], timeout_s: float) -> list[dict[str, object]]:
        line = self._line(timeout_s)
        try:
            line.limit(int(timeout_s * 1000))
            with line.connection.cursor(row_factory=dict_row) as cursor:
                cursor.execute(statement, keys)
                return cursor.fetchall()
        except psycopg.OperationalError:
            line.connection.close()
            raise

    def _line(self, timeout_s: float) -> _Line:
        lines: dict[str, _Line] = _kept.__dict__.setdefault("lines", {})
        kept = lines.get(self._url)
        if kept is not None and not kept.connection.closed and not kept.connection.broken:
            return kept
        opened = psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=max(2, round(timeout_s)),  # libpq counts whole seconds, from two
            options="-c default_transaction_read_only=on",
        )
        lines[self._url] = _Line(opened)
        return lines[self._url]


@cache
def _statement(relation: str, wanted: tuple[str, ...], columns: tuple[str, ...]) -> bytes:
    """Return the query for one record, put together once."""
    composed = sql.SQL("SELECT {wanted} FROM {relation} WHERE {keys} LIMIT 2").format(
        wanted=sql.SQL(", ").join(map(sql.Identifier, wanted)),
        relation=sql.Identifier(*relation.split(".")),
        keys=sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in columns),
    )
    return composed.as_bytes()
