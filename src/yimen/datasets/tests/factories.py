"""A source of data that lives in memory: what departments would answer, and what they were asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from yimen.datasets.sources import Connection, Keys, Nonsense, RawRecord, Silent, register
from yimen.datasets.sources.scan import pieces, scans


@dataclass
class Department:
    """A department in memory. `trouble` is "", "silent" or "nonsense"."""

    records: dict[str, dict[str, object]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    trouble: str = ""
    url: str = "memory:"
    key: str | None = None


@register("memory")
class MemorySource:
    """Reads a Department; the dataset's `relation` is only a name for what was asked."""

    def __init__(self, connection: Connection, settings: Mapping[str, str]) -> None:
        assert isinstance(connection, Department)
        self._department, self._relation = connection, settings["relation"]

    def read(self, keys: Keys, fields: Sequence[str], *, timeout_s: float) -> RawRecord | None:
        self._department.asked += [(self._relation, name) for name in fields]
        if self._department.trouble == "silent":
            raise Silent("TimeoutError")
        if self._department.trouble == "nonsense":
            raise Nonsense("不是 JSON")
        record = self._department.records.get("/".join(keys.values()))
        return None if record is None else {name: record.get(name) for name in fields}


@scans("memory")
def everybody(
    connection: Connection, settings: Mapping[str, str], columns: Sequence[str], timeout_s: float
) -> Iterator[pa.RecordBatch]:
    """Every record of a Department; the column named by the dataset's `key` is the key it is kept under."""
    assert isinstance(connection, Department)
    if connection.trouble == "silent":
        raise Silent("TimeoutError")
    if connection.trouble == "nonsense":
        raise Nonsense("不是 JSON")
    key = settings["key"]
    rows = (
        [one if name == key else record.get(name) for name in columns] for one, record in connection.records.items()
    )
    yield from pieces(rows, columns)
