"""A department's MariaDB or MySQL, a relation of it read row by row through a cursor of the server (SSCursor)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import pyarrow as pa
from sqlalchemy import Column, MetaData, String, Table, create_engine, exc, pool, select
from sqlalchemy.engine import make_url

from yimen.datasets.sources.base import Connection, Nonsense, Silent
from yimen.datasets.sources.scan.base import AT_ONCE, pieces

NO_SUCH = frozenset({1049, 1051, 1054, 1146})


def rows(
    connection: Connection, settings: Mapping[str, str], columns: Sequence[str], timeout_s: float
) -> Iterator[pa.RecordBatch]:
    """Return the columns of every row; nothing is held but the piece at hand."""
    schema, _, plain = settings["relation"].rpartition(".")
    wanted = [Column(one, String(255), quote=True) for one in columns]
    relation = Table(plain, MetaData(), *wanted, schema=schema or None, quote=True)
    waits = {"connect_timeout": max(1, round(timeout_s)), "read_timeout": timeout_s, "write_timeout": timeout_s}
    engine = create_engine(
        make_url(connection.url).set(drivername="mysql+pymysql"),
        poolclass=pool.NullPool,
        hide_parameters=True,
        connect_args={**waits, "charset": "utf8mb4"},
    )
    try:
        with engine.connect() as line:
            line.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
            line.commit()
            streamed = line.execution_options(stream_results=True, yield_per=AT_ONCE)
            found = streamed.execute(select(*(relation.c[one] for one in columns)))
            yield from pieces(chain.from_iterable(found.partitions(AT_ONCE)), columns)
    except exc.SQLAlchemyError as error:
        arguments = getattr(getattr(error, "orig", None), "args", ())
        if arguments and arguments[0] in NO_SUCH:
            raise Nonsense("关系或字段不存在") from error
        raise Silent(type(error).__name__) from error
