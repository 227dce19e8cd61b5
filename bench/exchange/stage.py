"""Set the stage: the platform's database, a department's table in a database of its own, a dataset and a grant."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from bench.approve.site import run
from yimen.core import postgres

OWNER, USER = "11440300MB2X00055P", "11440300MB2X00012A"
ITEM, DATASET, CONNECTION = "bench-item", "bench-people", "bench"
FIELDS = ("name", "birth_date", "household")
DEPARTMENT = "bench_department"


@contextmanager
def server(home: Path) -> Iterator[postgres.Server]:
    """Run a server of our own in this folder."""
    running = postgres.ensure(home)
    try:
        yield running
    finally:
        running.release()
        postgres.stop(home, force=True)


@contextmanager
def database(home: Path) -> Iterator[postgres.Server]:
    """Run a server with the platform's tables; the environment leads there."""
    os.environ.update(YIMEN_HOME=str(home), DJANGO_SETTINGS_MODULE="yimen.config.settings")
    with server(home) as running:
        run("yimen.config.cli", "migrate")
        yield running


def department(running: postgres.Server, numbers: Sequence[str]) -> str:
    """Return the address of a department's database that knows these people."""
    with psycopg.connect(running.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DEPARTMENT)))
    address = running.url(DEPARTMENT, "postgres")
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE people (sfz text PRIMARY KEY, xm text, csrq text, hj text, gxsj text)")
        with connection.cursor().copy("COPY people FROM STDIN") as copy:
            for number in numbers:
                copy.write_row((number, "林晓", "20030514", "430102", "20261124220000"))
        connection.execute("ANALYZE")
    return make_conninfo(address)


def catalogue() -> None:
    """Put the agencies, the dataset and the grant in; Django is set up."""
    from yimen.datasets import services  # noqa: PLC0415 - Django first
    from yimen.datasets.logic import DatasetDefinition, FieldDefinition, GrantDefinition  # noqa: PLC0415
    from yimen.parties import services as parties  # noqa: PLC0415
    from yimen.parties.logic import AgencyDefinition  # noqa: PLC0415

    for code, name in ((OWNER, "公安局"), (USER, "市人力资源保障局")):
        parties.put_agency(AgencyDefinition(code, name, name, "440300"))
    columns = zip(FIELDS, ("xm", "csrq", "hj"), ("string", "date", "string"), strict=True)
    fields = tuple(FieldDefinition(name, name, type_, column) for name, column, type_ in columns)
    source = {"relation": "people", "key": "sfz", "as_of": "gxsj"}
    services.put_dataset(DatasetDefinition(DATASET, "人口", OWNER, "conditional", "sql", CONNECTION, source, fields))
    services.put_grant(GrantDefinition(DATASET, USER, ITEM, FIELDS, "测量", date(2020, 1, 1)))
