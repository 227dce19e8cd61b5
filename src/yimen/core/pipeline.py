"""Several statements to the database at once: sent together, answered together (PostgreSQL's pipeline mode).

    with pipeline.transaction() as line:
        locked = line.ask("SELECT status FROM cases_case WHERE id = %s FOR UPDATE", [case.pk])
        locked.row()                       # the first round trip
        line.update(case, ["status"])
        line.insert([decision, *entries])  # the second, with the commit

The rows are those of models built in memory, so that the same rows can be written by the ORM: tests hold one against
the other.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, Field, Model
from psycopg.rows import tuple_row

Row = TypeVar("Row", bound=Model)


class Asked:
    """A statement sent and not yet answered."""

    def __init__(self, cursor: psycopg.RawCursor[tuple[object, ...]]) -> None:
        """Keep what will hold the answer."""
        self._cursor = cursor

    def row(self) -> tuple[object, ...] | None:
        """Return the first row of the answer, None where there is none; the first to be called waits for all."""
        return self._cursor.fetchone()

    def rows(self) -> list[tuple[object, ...]]:
        """Return every row of the answer."""
        return self._cursor.fetchall()


class Line:
    """A transaction whose statements are not waited for one by one."""

    def __init__(self, conn: psycopg.Connection[tuple[object, ...]]) -> None:
        """Keep the connection."""
        self._conn = conn

    def ask(self, statement: str, values: Sequence[object] = ()) -> Asked:
        """Send a statement; `%s` stands for each value."""
        cursor = psycopg.RawCursor(self._conn, row_factory=tuple_row)
        cursor.execute(_numbered(statement), values, prepare=True)
        return Asked(cursor)

    def insert(self, instances: Sequence[Model]) -> None:
        """Send the rows of these instances, of whatever models, complete, as one statement.

        Where the key is made by the database it stays unknown, unless it was drawn before and is given. The order in
        which the database writes the rows is its own.
        """
        statement, columns = _insertions(tuple((type(one), one.pk is not None) for one in instances))
        wrapper = _wrapper()
        values = [
            _value(one, field, wrapper) for one, fields in zip(instances, columns, strict=True) for field in fields
        ]
        self.ask(statement, values)

    def update(self, instance: Model, names: Sequence[str]) -> None:
        """Send the new values of these fields of a row that is there."""
        statement, fields = _change(type(instance), tuple(names))
        wrapper = _wrapper()
        self.ask(statement, [*(_value(instance, field, wrapper) for field in fields), instance.pk])


def _wrapper() -> BaseDatabaseWrapper:
    """Return Django's connection itself: through its proxy every look-up of an attribute costs as much as a call."""
    return connections[DEFAULT_DB_ALIAS]


def ask_now(statement: str, values: Sequence[object] = ()) -> tuple[object, ...] | None:
    """Ask one thing at once, in whatever transaction there is, and return the first row, None where there is none.

    For what is asked on every click: the statement is kept prepared, and no query is put together anew. The first
    question of a click finds out as well whether the connection kept from the last one is alive, and asks on a new one
    where the database was started anew meanwhile.
    """
    connection = _wrapper()
    is_first = connection.connection is not None and not connection.health_check_done  # type: ignore[attr-defined]  # not in the stubs
    try:
        row = _answer(connection, statement, values)
    except OperationalError:
        if not is_first or connection.is_usable():
            raise
        connection.close()
        row = _answer(connection, statement, values)
    connection.health_check_done = True  # type: ignore[attr-defined]  # as above; Django need not ask for itself
    return row


def _answer(connection: BaseDatabaseWrapper, statement: str, values: Sequence[object]) -> tuple[object, ...] | None:
    connection.ensure_connection()
    conn = connection.connection
    assert isinstance(conn, psycopg.Connection)
    with connection.wrap_database_errors:
        return Line(conn).ask(statement, values).row()


def loaded(model: type[Row], row: Sequence[object]) -> Row:
    """Return the instance of a row that has the model's columns in their order (`columns`)."""
    names, converters = _reading(model)
    connection, values = _wrapper(), list(row)
    for place, convert in converters:
        values[place] = convert(values[place], None, connection)
    return model.from_db(connection.alias, names, values)


def columns(model: type[Model], alias: str) -> str:
    """Return the model's columns as a SELECT names them."""
    return ", ".join(f'{alias}."{one.column}"' for one in model._meta.concrete_fields)  # noqa: SLF001 - as above


def insert_now(instances: Sequence[Model]) -> None:
    """Write these rows of one model and commit them, in one round trip, and set their keys.

    Raises:
        RuntimeError: a transaction is open: the rows could still be rolled back.
    """
    connection = _wrapper()
    must_be_free(connection)
    connection.ensure_connection()
    conn = connection.connection
    assert isinstance(conn, psycopg.Connection)
    first = instances[0]
    statement, fields = _insertion(type(first), first.pk is not None, len(instances))
    key = first._meta.pk  # noqa: SLF001 - Django's public API despite its name
    values = [_value(one, field, connection) for one in instances for field in fields]
    with connection.wrap_database_errors:
        asked = Line(conn).ask(f'{statement} RETURNING "{key.column}"', values)
    for one, row in zip(instances, asked.rows(), strict=True):
        setattr(one, key.attname, row[0])


def must_be_free(connection: BaseDatabaseWrapper | None = None) -> None:
    """Raise a RuntimeError where a transaction is open that is none of a test's own."""
    if any(not getattr(block, "_from_testcase", False) for block in (connection or _wrapper()).atomic_blocks):
        raise RuntimeError("a row that must be committed now cannot be written inside a transaction")


def is_in_test() -> bool:
    """Tell whether this thread's connection is in a transaction of a test's, which no other thread can see into."""
    return bool(_wrapper().atomic_blocks)


# Sent as statements among the others: psycopg's own transactions wait for each of theirs.
TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK")
SAVEPOINT = ("SAVEPOINT pipeline", "RELEASE SAVEPOINT pipeline", "ROLLBACK TO SAVEPOINT pipeline")


@contextmanager
def transaction() -> Iterator[Line]:
    """Open a transaction on Django's own connection, every statement of it sent through one pipeline.

    Inside another transaction (in tests) it is a savepoint of that. Errors of the database come as Django's.
    """
    connection = _wrapper()
    connection.ensure_connection()
    conn = connection.connection
    assert isinstance(conn, psycopg.Connection)
    begin, commit, undo = SAVEPOINT if connection.in_atomic_block else TRANSACTION
    line = Line(conn)
    with connection.wrap_database_errors:
        try:
            with conn.pipeline():
                line.ask(begin)
                yield line
                line.ask(commit)
        except BaseException:
            conn.execute(undo)
            raise


def _value(instance: Model, field: "Field[object, object]", connection: BaseDatabaseWrapper) -> object:
    value = field.pre_save(instance, add=True) if getattr(field, "auto_now_add", False) else None
    given = value if value is not None else getattr(instance, field.attname)
    return field.get_db_prep_save(given, connection)


@cache
def _reading(model: type[Model]) -> tuple[list[str], list[tuple[int, Callable[..., object]]]]:
    """Return the attributes of the columns in order, and by place what a value must go through, as JSON does."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's public API despite its name
    read = [(place, getattr(one, "from_db_value", None)) for place, one in enumerate(fields)]
    return [one.attname for one in fields], [(place, convert) for place, convert in read if convert is not None]


@cache
def _insertion(model: type[Model], has_key: bool, count: int = 1) -> tuple[str, tuple["Field[object, object]", ...]]:  # noqa: FBT001 - a claim
    fields = tuple(one for one in model._meta.concrete_fields if has_key or not isinstance(one, AutoField))  # noqa: SLF001 - Django's public API despite its name
    columns = ", ".join(f'"{one.column}"' for one in fields)
    marks = ", ".join([f"({', '.join('%s' for _ in fields)})"] * count)
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES {marks}', fields  # noqa: S608, SLF001 - names of our own models


@cache
def _numbered(statement: str) -> bytes:
    """Return the statement with $1, $2 … for each %s: long ones are not parsed anew each time."""
    first, *parts = statement.split("%s")
    return "".join([first, *(f"${place}{part}" for place, part in enumerate(parts, 1))]).encode()


@cache
def _insertions(shape: tuple[tuple[type[Model], bool], ...]) -> tuple[str, list[tuple["Field[object, object]", ...]]]:
    made = [_insertion(model, has_key) for model, has_key in shape]
    *first, (last, _) = made
    before = ", ".join(f"r{place} AS ({statement})" for place, (statement, _) in enumerate(first))
    return f"WITH {before} {last}" if before else last, [fields for _, fields in made]


@cache
def _change(model: type[Model], names: tuple[str, ...]) -> tuple[str, tuple["Field[object, object]", ...]]:
    fields = tuple(model._meta.get_field(name) for name in names)  # noqa: SLF001 - as above
    changes = ", ".join(f'"{one.column}" = %s' for one in fields if isinstance(one, Field))
    key = model._meta.pk.column  # noqa: SLF001 - as above
    statement = f'UPDATE "{model._meta.db_table}" SET {changes} WHERE "{key}" = %s'  # noqa: S608, SLF001 - as above
    return statement, tuple(one for one in fields if isinstance(one, Field))
