"""A department's database, read through one relation it opened to us."""

import threading
from collections.abc import Mapping, Sequence

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from yimen.datasets.logic import columns_of
from yimen.datasets.sources.base import Connection, Keys, Nonsense, RawRecord, Silent, register

_kept = threading.local()
"""Each thread keeps its connections: opening one costs more than the read."""


def hang_up() -> None:
    """Close the connections this thread keeps; the next read opens its own."""
    for connection in _kept.__dict__.pop("connections", {}).values():
        connection.close()


@register("sql")
class SqlSource:
    """Reads one row of a relation by its key.

    Settings: `relation`; `key`, the column of the key, or `org=column,project.code=column` where there are several;
    and `as_of` for the time stamp's column.
    """

    def __init__(self, connection: Connection, settings: Mapping[str, str]) -> None:
        """Remember where to read; nothing is opened yet."""
        self._url = connection.url
        self._relation = sql.Identifier(*settings["relation"].split("."))
        self._key = settings["key"]
        self._as_of = [settings["as_of"]] if settings.get("as_of") else []

    def read(self, keys: Keys, fields: Sequence[str], *, timeout_s: float) -> RawRecord | None:
        """Return these columns of the row."""
        columns = columns_of(self._key, list(keys))
        statement = sql.SQL("SELECT {fields} FROM {relation} WHERE {keys} LIMIT 2").format(
            fields=sql.SQL(", ").join(map(sql.Identifier, [*fields, *self._as_of])),
            relation=self._relation,
            keys=sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(columns[name])) for name in keys),
        )
        try:
            rows = self._rows(statement, list(keys.values()), timeout_s)
        except (psycopg.errors.UndefinedColumn, psycopg.errors.UndefinedTable, psycopg.errors.DataError) as error:
            raise Nonsense("关系或字段不存在") from error
        except psycopg.Error as error:
            raise Silent(type(error).__name__) from error
        if len(rows) > 1:
            raise Nonsense("同一个主体有多条记录")
        return rows[0] if rows else None

    def _rows(self, statement: sql.Composed, keys: list[str], timeout_s: float) -> list[dict[str, object]]:
        connection = self._connection(timeout_s)
        try:
            with connection.cursor(row_factory=dict_row) as cursor:
                cursor.execute(sql.SQL("SET statement_timeout = {}").format(int(timeout_s * 1000)))
                cursor.execute(statement, keys)
                return cursor.fetchall()
        except psycopg.OperationalError:
            connection.close()
            raise

    def _connection(self, timeout_s: float) -> psycopg.Connection[tuple[object, ...]]:
        pool: dict[str, psycopg.Connection[tuple[object, ...]]] = _kept.__dict__.setdefault("connections", {})
        kept = pool.get(self._url)
        if kept is not None and not kept.closed and not kept.broken:
            return kept
        opened = psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=max(2, round(timeout_s)),  # libpq counts whole seconds, from two
            options="-c default_transaction_read_only=on",
        )
        pool[self._url] = opened
        return opened
