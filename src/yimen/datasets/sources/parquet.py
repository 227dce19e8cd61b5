"""Parquet files: read with a filter, so that a file of any size costs no more memory than what is asked of it."""

import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from pyarrow.lib import ArrowException

from yimen.datasets.sources.base import Nonsense, Silent

MEMORY = "512MB"
THREADS = 2


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """Return the process's engine, which holds no data of its own."""
    return duckdb.connect(config={"memory_limit": MEMORY, "threads": THREADS, "autoinstall_known_extensions": False})


def columns(path: Path) -> dict[str, str]:
    """Return the columns and their types, from the file's foot alone.

    Raises:
        Nonsense: it is no Parquet file.
    """
    try:
        schema = pq.read_schema(path)
    except (ArrowException, OSError, ValueError) as error:
        raise Nonsense("不是 Parquet 文件") from error
    return {one.name: str(one.type) for one in schema}


def find(path: Path, keys: dict[str, str], wanted: Sequence[str], *, timeout_s: float) -> list[dict[str, object]]:
    """Return these columns of at most two rows whose key columns have these values.

    Raises:
        Silent: it takes longer than that. Nonsense: it is no Parquet file.
    """
    types = columns(path)
    conditions, values = [], []
    for column, value in keys.items():
        if types[column].startswith(("int", "uint")):
            if not (value.isascii() and value.isdigit()):
                return []  # no number at all is this text
            values.append(int(value) if len(value) < 19 else value)  # noqa: PLR2004 - the digits 64 bits hold
            conditions.append(f"{quoted(column)} = ?")
        else:
            # Compared as it stands where it is a text, so that whole row groups are passed over.
            is_text = "string" in types[column]
            conditions.append(f"{quoted(column)} = ?" if is_text else f"CAST({quoted(column)} AS VARCHAR) = ?")
            values.append(value)
    names = ", ".join(quoted(one) for one in dict.fromkeys(wanted))
    query = f"SELECT {names} FROM read_parquet(?) WHERE {' AND '.join(conditions)} LIMIT 2"  # noqa: S608 - names are quoted
    cursor = _engine().cursor()
    bell = threading.Timer(timeout_s, cursor.interrupt)
    bell.start()
    try:
        found = cursor.execute(query, [str(path), *values])
        names_given = [one[0] for one in found.description or ()]
        return [dict(zip(names_given, row, strict=True)) for row in found.fetchall()]
    except duckdb.InterruptException as error:
        raise Silent("Parquet") from error
    except duckdb.Error as error:
        raise Nonsense("Parquet 文件读不出来") from error
    finally:
        bell.cancel()
        cursor.close()


def quoted(name: str) -> str:
    """Return the name as DuckDB's SQL takes it, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'
