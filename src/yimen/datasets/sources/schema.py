"""What a department's system holds, as it says itself: relations and their columns. No value of any record is read."""

import codecs
import csv
import io
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import sqlalchemy
from sqlalchemy import exc
from sqlalchemy.engine import Inspector, make_url
from sqlalchemy.types import Boolean, Date, DateTime, Integer, Numeric, String

from yimen.datasets.sources import mysql, parquet, tables
from yimen.datasets.sources.base import Changed, Connection, Nonsense, Silent, Trouble
from yimen.datasets.sources.file import folder_of
from yimen.datasets.sources.rest import RestSource, answered

KINDS = frozenset({"sql", "file", "rest"})
SYSTEM_SCHEMAS = frozenset({"information_schema", "pg_catalog", "mysql", "performance_schema", "sys"})
MOST_RELATIONS = 500
MOST_COLUMNS = 150
FILES = frozenset({".csv", ".xlsx", ".parquet"})
PRIVILEGE = "permission denied"


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column as the department has it. `type` is one of `logic.TYPES`, `said` the type in the system's own words.

    `length` is in characters, None where there is no limit; `comment` the department's own words for it.
    """

    name: str
    type: str
    said: str
    length: int | None = None
    is_nullable: bool = True
    is_key: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True)
class SourceRelation:
    """A table, a view, a file or a path that can be asked for one record."""

    name: str
    kind: str
    comment: str = ""


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
            return sorted((one for one, _ in _operations(_openapi(connection, timeout_s))), key=lambda one: one.name)
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
            found = next((cs for one, cs in _operations(_openapi(connection, timeout_s)) if one.name == relation), [])
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
        self._is_mysql = url.get_backend_name() in {"mysql", "mariadb"}
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


def _sql_relations(connection: Connection, timeout_s: float) -> list[SourceRelation]:
    found: list[SourceRelation] = []
    with _Inspected(connection, timeout_s) as inspector:
        default = inspector.default_schema_name
        own = make_url(connection.url).get_backend_name() in {"mysql", "mariadb"}
        schemas = [default] if own else [one for one in inspector.get_schema_names() if one not in SYSTEM_SCHEMAS]
        for schema in schemas:
            named = inspector.get_table_names(schema=schema), inspector.get_view_names(schema=schema)
            for kind, names in zip(("表", "视图"), named, strict=True):
                plain = schema == default and own
                found += [SourceRelation(one if plain else f"{schema}.{one}", kind) for one in names]
            if len(found) >= MOST_RELATIONS:
                break
    return sorted(found, key=lambda one: one.name)[:MOST_RELATIONS]


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


# --- services


def _openapi(connection: Connection, timeout_s: float) -> Mapping[str, object]:
    asked = RestSource(connection, {"path": ""})
    status, body = asked.get("/openapi.json", {}, until=time.monotonic() + timeout_s)
    if status == HTTPStatus.NOT_FOUND:
        raise Nonsense("对方没有提供接口说明")  # and is well: many services have none
    try:
        said = json.loads(answered(status, body))
    except (ValueError, RecursionError) as error:
        raise Nonsense("openapi.json 不是 JSON") from error
    if not isinstance(said, dict) or not isinstance(said.get("paths"), dict):
        raise Nonsense("openapi.json 没有列出接口")
    return said


def _operations(said: Mapping[str, object]) -> list[tuple[SourceRelation, list[SourceColumn]]]:
    """Return the paths that give one record by a key, with the properties of their answer."""
    found = []
    paths = said["paths"]
    assert isinstance(paths, dict)
    for path, methods in paths.items():
        if not isinstance(path, str) or "{" not in path or not isinstance(methods, dict):
            continue
        get = methods.get("get")
        shape = _resolved(said, _dig(get, "responses", "200", "content", "application/json", "schema"))
        properties = shape.get("properties")
        if not isinstance(get, dict) or not isinstance(properties, dict):
            continue
        required = shape.get("required")
        needed = required if isinstance(required, list) else []
        columns = [_property(said, str(name), one, str(name) in needed) for name, one in properties.items()]
        found.append((SourceRelation(path, "接口", str(get.get("summary", ""))[:100]), columns))
    return found


def _property(said: Mapping[str, object], name: str, given: object, is_needed: bool) -> SourceColumn:  # noqa: FBT001 - a claim
    one = _resolved(said, given)
    kind, form = str(one.get("type", "string")), str(one.get("format", ""))
    types = {"integer": "number", "number": "number", "boolean": "boolean"}
    type_ = "date" if form in {"date", "date-time"} else types.get(kind, "string")
    length = one.get("maxLength")
    words = str(one.get("title") or one.get("description") or "")[:100]
    return SourceColumn(
        name, type_, form or kind, length if isinstance(length, int) else None, not is_needed, comment=words
    )


def _resolved(said: Mapping[str, object], shape: object) -> Mapping[str, object]:
    """Return a schema, one step behind its reference; empty where it is none."""
    if isinstance(shape, dict) and isinstance(shape.get("$ref"), str):
        shape = _dig(said, *shape["$ref"].removeprefix("#/").split("/"))
    return shape if isinstance(shape, dict) else {}


def _dig(place: object, *names: str) -> object:
    for name in names:
        place = place.get(name) if isinstance(place, dict) else None
    return place


def of_record(text: str) -> list[SourceColumn]:
    """Return the columns of one JSON record that somebody pasted: the names and types; the values are dropped.

    Raises:
        Nonsense: it is no JSON object with plain values.
    """
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Nonsense("粘贴的内容不是 JSON") from error
    if not isinstance(record, dict) or not record:
        raise Nonsense("粘贴的内容不是 JSON 对象，应以 { 开头")
    return [SourceColumn(name[:100], _json_type(value), "JSON") for name, value in record.items()][:MOST_COLUMNS]


def _json_type(value: object) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case _:
            return "string"
