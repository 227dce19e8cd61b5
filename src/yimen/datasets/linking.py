"""Which rows of different datasets are about the same subject (主体关联).

Here it is exact: the same identifier, written the same way once blanks are off and letters are large, as snapshots have
it. Rows without an identifier are linked to nothing. This is the door where linkage by likeness will stand (name,
birth date, address, with the chance of a wrong match stated): whatever finds matches has only to give each relation its
column RECORD, and neither the building of a library nor its pages change.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from yimen.lake.engine import quoted

RECORD, KEY = "record", "own_key"
"""The record a row belongs to, and the identifier it came with."""


@dataclass(frozen=True, slots=True)
class Linked:
    """One dataset to be linked: its relation, and the relation's column with the identifier."""

    dataset: str
    relation: str
    key: str


def link(connection: duckdb.DuckDBPyConnection, sources: Sequence[Linked]) -> dict[str, str]:
    """Return, by dataset, a relation with all of its columns, and RECORD and KEY."""
    named = {}
    for place, one in enumerate(sources):
        name, key = f"linked_{place}", quoted(one.key)
        connection.execute(
            f"CREATE VIEW {name} AS SELECT *, {key} AS {KEY}, {key} AS {RECORD} "  # noqa: S608 - names are quoted
            f"FROM {quoted(one.relation)} WHERE {key} IS NOT NULL"
        )
        named[one.dataset] = name
    return named
