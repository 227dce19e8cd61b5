"""What a department's system holds, as it says itself: relations and their columns. No value of any record is read."""

import codecs
import csv
import io
from pathlib import Path

import sqlalchemy
from sqlalchemy import exc
from sqlalchemy.engine import Inspector, make_url
from sqlalchemy.types import Boolean, Date, DateTime, Integer, Numeric, String

from yimen.datasets.sources import mysql, openapi, parquet, tables
from yimen.datasets.sources.base import Changed, Connection, Nonsense, Silent, Trouble
from yimen.datasets.sources.described import MOST_COLUMNS, SourceColumn, SourceRelation
from yimen.datasets.sources.drops import leads_out
from yimen.datasets.sources.file import folder_of

__all__ = ["KINDS", "MOST_COLUMNS", "SourceColumn", "SourceRelation", "describe", "relations"]

KINDS = frozenset({"sql", "file", "rest"})
MYSQL = frozenset({"mysql", "mariadb"})
MOST_RELATIONS = 500
FILES = frozenset({".csv", ".xlsx", ".parquet"})
PRIVILEGE = "permission denied"


def relations(kind: str, connection: Connection, *, timeout_s: float) -> list[SourceRelation]:
    """Return what can be read there, by name, at most `MOST_RELATIONS`.

    Raises:
        Silent, Nonsense: the system cannot be asked, or nobody understands it.
    """
    match kind:
        case "sql":
            return _sql_relations(connection, timeout_s)
        case "file":
            return _files(folder_of(connection))
        case "rest":
            return sorted(
                (one for one, _ in openapi.operations(openapi.document(connection, timeout_s))),
                key=lambda one: one.name,
            )
        case _:
            raise Nonsense(f"不支持的类型 {kind}")


def describe(kind: str, connection: Connection, relation: str, *, timeout_s: float) -> list[SourceColumn]:
    """Return the columns of a relation in their order, at most `MOST_COLUMNS`.

    Raises:
        Changed: there is no such relation. Silent, Nonsense: the system cannot be asked, or nobody understands it.
    """
    if not relation.isprintable():
        raise Changed("关系或字段不存在")
    match kind:
        case "sql":
            found = _sql_columns(connection, relation, timeout_s)
        case "file":
            found = _file_columns(folder_of(connection) / Path(relation).name)
        case "rest":
            found = next(
                (cs for one, cs in openapi.operations(openapi.document(connection, timeout_s)) if one.name == relation),
                [],
            )
        case _:
            raise Nonsense(f"不支持的类型 {kind}")
    if not found:
        raise Changed(f"没有找到 {relation}，或者它没有列")
    return found[:MOST_COLUMNS]


# --- databases


class _Inspected:
    """A database opened for looking at, and closed again."""

    def __init__(self, connection: Connection, timeout_s: float) -> None:
        url = make_url(connection.url)
        self._is_mysql = url.get_backend_name() in MYSQL
        wait = max(2, round(timeout_s))
        ours = {"connect_timeout": wait, "read_timeout": wait, "write_timeout": wait, "charset": "utf8mb4"}
        theirs = {
            "connect_timeout": wait,
            "options": f"-c default_transaction_read_only=on -c statement_timeout={wait}s",
        }
        self._engine = sqlalchemy.create_engine(
            url.set(drivername="mysql+pymysql" if self._is_mysql else "postgresql+psycopg"),
            poolclass=sqlalchemy.NullPool,
            hide_parameters=True,
            connect_args=ours if self._is_mysql else theirs,
        )

    def __enter__(self) -> Inspector:
        try:
            self._line = self._engine.connect()
            return sqlalchemy.inspect(self._line)
        except exc.SQLAlchemyError as error:
            raise self._trouble(error) from error

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._line.close()
        self._engine.dispose()
        if isinstance(error, exc.NoSuchTableError):
            raise Changed("关系不存在") from error
        if isinstance(error, exc.SQLAlchemyError):
            raise self._trouble(error) from error

    def _trouble(self, error: exc.SQLAlchemyError) -> Exception:
        if self._is_mysql:
            return mysql.trouble(error)
        words = str(getattr(error, "orig", ""))
        if "authentication failed" in words or PRIVILEGE in words or "role" in words:
            return Silent("PostgreSQL", Trouble.NOT_LET_IN)
        return Silent("PostgreSQL", Trouble.TIMED_OUT if "timeout" in words else Trouble.UNREACHABLE)


READABLE = {
    "postgresql": """
SELECT n.nspname || '.' || c.relname, c.relkind IN ('v', 'm'), coalesce(obj_description(c.oid, 'pg_class'), '')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND has_schema_privilege(n.oid, 'USAGE')
  AND has_any_column_privilege(c.oid, 'SELECT')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg!_t%%' ESCAPE '!'
ORDER BY 1 LIMIT 500
""",
    "mysql": """
SELECT table_name, table_type = 'VIEW', CASE WHEN table_type = 'VIEW' THEN '' ELSE table_comment END
FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1 LIMIT 500
""",
}
"""What we may read there, at most `MOST_RELATIONS`; a table that is seen and cannot be read would only disappoint."""


def _sql_relations(connection: Connection, timeout_s: float) -> list[SourceRelation]:
    with _Inspected(connection, timeout_s) as inspector:
        line = inspector.bind
        assert isinstance(line, sqlalchemy.Connection)
        rows = line.exec_driver_sql(READABLE["mysql" if line.dialect.name in MYSQL else "postgresql"]).all()
    return [SourceRelation(str(name), "视图" if is_view else "表", str(words)[:100]) for name, is_view, words in rows]


def _sql_columns(connection: Connection, relation: str, timeout_s: float) -> list[SourceColumn]:
    schema, _, name = relation.rpartition(".")
    with _Inspected(connection, timeout_s) as inspector:
        keys = inspector.get_pk_constraint(name, schema=schema or None).get("constrained_columns", [])
        return [
            SourceColumn(
                name=one["name"],
                type=_type(one["type"]),
                said=str(one["type"]).lower(),
                length=getattr(one["type"], "length", None),
                is_nullable=bool(one.get("nullable", True)),
                is_key=one["name"] in keys,
                comment=str(one.get("comment") or "").strip()[:100],
            )
            for one in inspector.get_columns(name, schema=schema or None)
        ]


def _type(kind: object) -> str:
    match kind:
        case Boolean():
            return "boolean"
        case Date() | DateTime():
            return "date"
        case Numeric() | Integer():
            return "number"
        case String() | _:
            return "string"


# --- files


def _files(folder: Path) -> list[SourceRelation]:
    try:
        names = sorted(one.name for one in folder.iterdir() if one.suffix.lower() in FILES and one.is_file())
    except OSError as error:
        raise Silent("folder", Trouble.UNREACHABLE) from error
    return [
        SourceRelation(name, "文件", "" if (folder / f"{name}.sha256").exists() else "还没有摘要文件（.sha256）")
        for name in names[:MOST_RELATIONS]
    ]


def _file_columns(path: Path) -> list[SourceColumn]:
    if leads_out(path):
        raise Nonsense("文件是指向投递目录之外的链接")
    try:
        if path.suffix.lower() == ".parquet":
            return [SourceColumn(name, _arrow(said), said) for name, said in parquet.columns(path).items()]
        if path.suffix.lower() == ".xlsx":
            rows = tables.sheet(path)
            return _headed([str(one or "").strip() for one in next(rows, [])])
        with path.open("rb") as file:
            sample = file.read(tables.SAMPLE)
            for encoding in tables.encodings(sample):
                try:
                    head = codecs.getincrementaldecoder(encoding)().decode(sample)  # its last character may be cut
                except (UnicodeDecodeError, LookupError):
                    continue
                return _headed([one.strip() for one in next(csv.reader(io.StringIO(head, newline="")), [])])
    except FileNotFoundError as error:
        raise Changed(f"没有文件 {path.name}") from error
    except (OSError, csv.Error) as error:
        raise Nonsense("文件读不出来") from error
    raise Nonsense("认不出文件的编码（UTF-8、GB18030、UTF-16 都读不通）")


def _headed(head: list[str]) -> list[SourceColumn]:
    return [SourceColumn(name, "string", "文本") for name in head if name]


def _arrow(said: str) -> str:
    if said.startswith(("int", "uint", "float", "double", "decimal", "half")):
        return "number"
    if said.startswith(("date", "timestamp")):
        return "date"
    return "boolean" if said == "bool" else "string"
