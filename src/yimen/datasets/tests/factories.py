"""A source of data that lives in memory: what departments would answer, and what they were asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from yimen.datasets.sources import Connection, Keys, Nonsense, RawRecord, Silent, register


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
