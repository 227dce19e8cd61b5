"""The engine that reads the lake: DuckDB, by itself or through Ibis, within set bounds."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import ibis
from ibis.expr.types import Table

from yimen.lake.store import PRIVATE_FOLDER, STAGING, Snapshot, held, lake

MEMORY = "1GB"
THREADS = 2


def quoted(name: str) -> str:
    """Return a name as SQL, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def connected(
    tables: Mapping[str, Snapshot] | None = None, *, root: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory with these snapshots as views by the given names; it is closed when the block ends.

    What does not fit into memory goes to the disk, inside the lake, and is removed again.
    """
    staging = (root or lake()) / STAGING
    staging.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=staging, prefix="spill-") as spill, held(Path(spill)):
        connection = duckdb.connect(
            config={
                "memory_limit": MEMORY,
                "threads": THREADS,
                "temp_directory": spill,
                "autoinstall_known_extensions": False,
                "preserve_insertion_order": False,
            }
        )
        try:
            connection.execute("SET TimeZone = 'Asia/Shanghai'")
            for name, one in (tables or {}).items():
                source = f"read_parquet({literal(str(one.path))})"
                connection.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM {source}")  # noqa: S608 - quoted
            yield connection
        finally:
            connection.close()


def table(one: Snapshot) -> Table:
    """Return a snapshot as an Ibis table, on an engine of its own."""
    backend = ibis.duckdb.connect(memory_limit=MEMORY, threads=THREADS, temp_directory="")
    return backend.read_parquet(one.path, table_name=one.table.replace("-", "_").replace(".", "_"))
