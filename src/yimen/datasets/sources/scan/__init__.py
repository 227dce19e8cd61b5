"""Whole tables of departments, one module a kind of source (整表读取)."""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

import pyarrow as pa

from yimen.datasets.sources.base import Connection
from yimen.datasets.sources.scan import file, mysql, postgres, rest
from yimen.datasets.sources.scan.base import KIND, NotScannable, pieces, scan, scans, schema_of

__all__ = ["KIND", "NotScannable", "pieces", "scan", "scans", "schema_of"]

scans("file")(file.rows)
scans("rest")(rest.rows)


@scans("sql")
def _database(
    connection: Connection, settings: Mapping[str, str], columns: Sequence[str], timeout_s: float
) -> Iterator[pa.RecordBatch]:
    scheme = urlsplit(connection.url).scheme.partition("+")[0]
    reader = mysql.rows if scheme in {"mysql", "mariadb"} else postgres.rows
    return reader(connection, settings, columns, timeout_s)
