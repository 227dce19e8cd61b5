"""A department's MariaDB or MySQL, a relation of it read row by row through a cursor of the server (SSCursor)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import pyarrow as pa
from sqlalchemy import create_engine, exc, pool, select
from sqlalchemy.engine import make_url

from yimen.datasets.sources.base import Connection
from yimen.datasets.sources.mysql import relation, trouble
from yimen.datasets.sources.scan.base import AT_ONCE, pieces


def rows(
    connection: Connection, settings: Mapping[str, str], columns: Sequence[str], timeout_s: float
) -> Iterator[pa.RecordBatch]:
    """Return the columns of every row; nothing is held but the piece at hand."""
    table = relation(settings["relation"], columns)
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
            found = streamed.execute(select(*(table.c[one] for one in columns)))
            yield from pieces(chain.from_iterable(found.partitions(AT_ONCE)), columns)
    except exc.SQLAlchemyError as error:
        raise trouble(error) from error
