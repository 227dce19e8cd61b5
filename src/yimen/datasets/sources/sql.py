"""A department's database, read through one relation it opened to us: PostgreSQL here, MariaDB and MySQL next door."""

import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypeVar

import psycopg
from psycopg import sql
from psycopg.abc import PQGen
from psycopg.rows import dict_row

from yimen.datasets.logic import columns_of
from yimen.datasets.sources.base import (
    Changed,
    Connection,
    Keys,
    Nonsense,
    RawRecord,
    Silent,
    Source,
    Trouble,
    register,
)
from yimen.datasets.sources.mysql import MySqlSource

_kept = threading.local()
"""Each thread keeps its lines: opening one costs more than the read."""


GRACE_S = 0.5
"""How much longer than the server we wait: one that is well ends a slow statement itself, and says so."""
Answer = TypeVar("Answer")


class _Line(psycopg.Connection[tuple[object, ...]]):
    """An open connection on which nothing is waited for for ever: a server that hangs ends no statement itself."""

    _until = 0.0
    _told_ms = 0

    def limit(self, timeout_s: float) -> None:
        """Give up what is asked from now on after this time; told to the server as well, only when it changes."""
        self._until = time.monotonic() + timeout_s + GRACE_S
        if (timeout_ms := int(timeout_s * 1000)) != self._told_ms:
            self.execute(sql.SQL("SET statement_timeout = {}").format(timeout_ms))
            self._told_ms = timeout_ms

    def wait(self, gen: PQGen[Answer], interval: float = 0.1, timeout: float | None = None) -> Answer:
        """Wait until the time is up.

        Raises:
            psycopg.OperationalError: no answer by then.
        """
        del timeout
        return super().wait(gen, interval, timeout=max(0.0, self._until - time.monotonic()))


def hang_up() -> None:
    """Close the connections this thread keeps; the next read opens its own."""
    for line in _kept.__dict__.pop("lines", {}).values():
        line.close()


NOT_LET_IN = (psycopg.errors.InvalidAuthorizationSpecification, psycopg.errors.InsufficientPrivilege)


@register("sql")
def of_address(connection: Connection, settings: Mapping[str, str]) -> Source:
    """Return the source for the kind of database the address names."""
    if connection.url.partition(":")[0] in {"mysql", "mariadb"}:
        return MySqlSource(connection, settings)
    return SqlSource(connection, settings)


class SqlSource:
    """Reads one row of a relation of a PostgreSQL database by its key.

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
        except psycopg.Error as error:
            raise trouble(error) from error
        if len(rows) > 1:
            raise Nonsense("同一个主体有多条记录")
        return rows[0] if rows else None

    def _rows(self, statement: bytes, keys: list[str], timeout_s: float) -> list[dict[str, object]]:
        kept = _lines().get(self._url)
        if kept is not None and not kept.closed:
            try:
                return _answer(kept, statement, keys, timeout_s)
            except psycopg.OperationalError:
                if not kept.broken:
                    raise
                # The server hung up some time ago, as when it was started anew: it may well answer on a new line.
        return _answer(self._opened(timeout_s), statement, keys, timeout_s)

    def _opened(self, timeout_s: float) -> _Line:
        opened = _Line.connect(
            self._url,
            autocommit=True,
            connect_timeout=max(2, round(timeout_s)),  # libpq counts whole seconds, from two
            options="-c default_transaction_read_only=on",
        )
        _lines()[self._url] = opened
        return opened


def trouble(error: psycopg.Error) -> Exception:
    """Return what a failure of the driver means to us."""
    match error:
        case psycopg.errors.UndefinedColumn() | psycopg.errors.UndefinedTable() | psycopg.errors.InvalidSchemaName():
            return Changed("关系或字段不存在")
        case psycopg.errors.UndefinedFunction():
            return Changed("查询依据的列类型变了")  # the key is a text, and the column is not any more
        case psycopg.errors.DataError():
            return Nonsense("查询依据的值不合列的类型")
        case psycopg.errors.QueryCanceled() | psycopg.errors.LockNotAvailable():
            return Silent(type(error).__name__)
        case _ if isinstance(error, NOT_LET_IN) or "authentication failed" in str(error):
            return Silent(type(error).__name__, Trouble.NOT_LET_IN)
        case psycopg.errors.ConnectionTimeout() | psycopg.errors._WaitTimeout():  # noqa: SLF001 - what `wait` raises
            return Silent(type(error).__name__)
        case psycopg.OperationalError():
            return Silent(type(error).__name__, Trouble.UNREACHABLE, is_passing=error.sqlstate is None)
        case _:
            return Silent(type(error).__name__)


def _lines() -> dict[str, _Line]:
    lines: dict[str, _Line] = _kept.__dict__.setdefault("lines", {})
    return lines


def _answer(line: _Line, statement: bytes, keys: list[str], timeout_s: float) -> list[dict[str, object]]:
    """Ask on this line. After a failure it is closed, and `broken` where it was the server that hung up."""
    try:
        line.limit(timeout_s)
        with line.cursor(row_factory=dict_row) as cursor:
            cursor.execute(statement, keys)
            return cursor.fetchall()
    except psycopg.OperationalError:
        line.close()
        raise


@cache
def _statement(relation: str, wanted: tuple[str, ...], columns: tuple[str, ...]) -> bytes:
    """Return the query for one record, put together once."""
    composed = sql.SQL("SELECT {wanted} FROM {relation} WHERE {keys} LIMIT 2").format(
        wanted=sql.SQL(", ").join(map(sql.Identifier, wanted)),
        relation=sql.Identifier(*relation.split(".")),
        keys=sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in columns),
    )
    return composed.as_bytes()
