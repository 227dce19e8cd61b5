"""A department's MariaDB or MySQL, read through one relation it opened to us."""

import threading
import time
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Protocol

from sqlalchemy import Column, Engine, MetaData, String, Table, and_, cast, create_engine, event, exc, select
from sqlalchemy.engine import URL, make_url

from yimen.datasets.logic import columns_of
from yimen.datasets.sources.base import Changed, Connection, Keys, Nonsense, RawRecord, Silent, Trouble

GRACE_S = 0.5
"""How much longer than the server we wait: one that is well ends a slow statement itself, and says so."""
POOL = 8
POOL_WAIT_S = 2.0
"""How long a read waits for one of the lines, all of them being in use."""
NO_SUCH = frozenset({1054, 1146, 1049, 1051})
NOT_LET_IN = frozenset({1044, 1045, 1142, 1143, 1227, 1698, 1820})
OUT_OF_TIME = frozenset({1969, 3024, 1205, 1317})
HUNG_UP = frozenset({2006, 2013, 2055, 1927, 4031})
TOO_BUSY = frozenset({1040, 1203})
NOT_REACHED = 2003


class _Driven(Protocol):
    """What we say to PyMySQL's own connection: it waits this long for each answer."""

    _read_timeout: float
    _write_timeout: float


class MySqlSource:
    """Reads one row of a relation by its key; the settings are those of `sql.SqlSource`."""

    def __init__(self, connection: Connection, settings: Mapping[str, str]) -> None:
        """Remember where to read; nothing is opened yet."""
        self._url = connection.url
        self._relation = settings["relation"]
        self._key = settings["key"]
        self._as_of = [settings["as_of"]] if settings.get("as_of") else []

    def read(self, keys: Keys, fields: Sequence[str], *, timeout_s: float) -> RawRecord | None:
        """Return these columns of the row."""
        columns = columns_of(self._key, list(keys))
        table = relation(self._relation, (*fields, *self._as_of, *columns.values()))
        wanted = [table.c[name] for name in dict.fromkeys((*fields, *self._as_of))]
        # A column of numbers equals a text that only begins with its number, and long numbers are compared as floating
        # point: the first condition finds the row by its index, the second holds it against the text itself.
        same = [
            condition
            for name, value in keys.items()
            for condition in (table.c[columns[name]] == value, cast(table.c[columns[name]], String(255)) == value)
        ]
        statement = select(*wanted).where(and_(*same)).limit(2)
        try:
            rows = _rows(engine(self._url), statement, timeout_s)
        except exc.SQLAlchemyError as error:
            raise trouble(error) from error
        if len(rows) > 1:
            raise Nonsense("同一个主体有多条记录")
        return rows[0] if rows else None


def relation(name: str, columns: Sequence[str]) -> Table:
    """Return the relation as a statement names it, `database.table` or `table`; names are quoted by the dialect."""
    schema, _, plain = name.rpartition(".")
    kept = [Column(one, String(255), quote=True) for one in dict.fromkeys(columns)]
    return Table(plain, MetaData(), *kept, schema=schema or None, quote=True)


_engines: dict[str, Engine] = {}
_making = threading.Lock()
_patience: ContextVar[float] = ContextVar("patience", default=3.0)
"""How long whoever opens a line now may wait, in seconds."""


def engine(url: str) -> Engine:
    """Return the process's lines to this database: read-only, every statement by itself, none of them for ever."""
    with _making:
        if url not in _engines:
            _engines[url] = _made(url)
        return _engines[url]


def _made(url: str) -> Engine:
    made = create_engine(
        _driver(url),
        isolation_level="AUTOCOMMIT",
        pool_size=POOL,
        max_overflow=POOL,
        pool_timeout=POOL_WAIT_S,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={"charset": "utf8mb4"},
    )

    @event.listens_for(made, "do_connect")
    def _hurried(_dialect: object, _record: object, _args: object, given: dict[str, object]) -> None:
        # Greeting and signing in are waited for no longer than the read itself.
        given.update(dict.fromkeys(("connect_timeout", "read_timeout", "write_timeout"), _patience.get()))

    @event.listens_for(made, "connect")
    def _told(line: object, _record: object) -> None:
        cursor = line.cursor()  # type: ignore[attr-defined]  # PyMySQL's own connection
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        cursor.close()

    return made


def hang_up() -> None:
    """Close every line of this process; the next read opens its own."""
    with _making:
        while _engines:
            _engines.popitem()[1].dispose()


def _driver(url: str) -> URL:
    return make_url(url).set(drivername="mysql+pymysql")


def _rows(lines: Engine, statement: object, timeout_s: float) -> list[dict[str, object]]:
    """Ask; on a line the server hung up some time ago ask once more on a new one."""
    until = time.monotonic() + timeout_s
    try:
        return _asked(lines, statement, timeout_s)
    except exc.DBAPIError as error:
        if not error.connection_invalidated or time.monotonic() >= until or _waited_in_vain(error):
            raise
    return _asked(lines, statement, max(0.1, until - time.monotonic()))


def _asked(lines: Engine, statement: object, timeout_s: float) -> list[dict[str, object]]:
    _patience.set(timeout_s)
    with lines.connect() as line:
        limit(line.connection.driver_connection, timeout_s)
        limited = line.execution_options(stream_results=False)
        limited.exec_driver_sql(time_limit(line.dialect, timeout_s))
        return [dict(row._mapping) for row in limited.execute(statement)]  # type: ignore[call-overload]  # noqa: SLF001 - SQLAlchemy's public name


def limit(driven: object, timeout_s: float) -> None:
    """Wait no longer than this for each answer on this line: a server that hangs ends no statement itself."""
    line: _Driven = driven  # type: ignore[assignment]  # PyMySQL has no other way to say it of an open line
    line._read_timeout = line._write_timeout = timeout_s + GRACE_S  # noqa: SLF001 - as above


def time_limit(dialect: object, timeout_s: float) -> str:
    """Return the statement that makes the server end what takes longer: in seconds, or in thousandths for MySQL."""
    if getattr(dialect, "is_mariadb", False):
        return f"SET SESSION max_statement_time = {timeout_s:.3f}"
    return f"SET SESSION max_execution_time = {max(1, int(timeout_s * 1000))}"


def _waited_in_vain(error: BaseException) -> bool:
    """Tell an answer waited for too long from a line that was lost: PyMySQL gives both the same number."""
    return "timed out" in str(getattr(error, "orig", ""))


def _code(error: BaseException) -> int:
    arguments = getattr(getattr(error, "orig", None), "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else 0


def trouble(error: exc.SQLAlchemyError) -> Exception:
    """Return what a failure of the driver means to us."""
    code = _code(error)
    if isinstance(error, exc.TimeoutError):
        return Silent("every line is in use")
    if code in NO_SUCH:
        return Changed("关系或字段不存在")
    if code in NOT_LET_IN:
        return Silent(f"MySQL {code}", Trouble.NOT_LET_IN)
    if code in OUT_OF_TIME:
        return Silent(f"MySQL {code}")
    if code in HUNG_UP or code in TOO_BUSY or code == NOT_REACHED:
        why = Trouble.TIMED_OUT if _waited_in_vain(error) else Trouble.UNREACHABLE
        return Silent(f"MySQL {code}", why, is_passing=why is Trouble.UNREACHABLE)
    if isinstance(error, exc.DataError | exc.ProgrammingError):
        return Nonsense(f"MySQL {code}")
    return Silent(f"{type(error).__name__} {code}", Trouble.UNREACHABLE, is_passing=True)
