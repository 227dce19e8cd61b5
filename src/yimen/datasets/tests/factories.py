"""A source of data that lives in memory: what departments would answer, and what they were asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from yimen.core import memo
from yimen.datasets import services
from yimen.datasets.logic import DatasetDefinition, FieldDefinition, GrantDefinition
from yimen.datasets.models import Dataset
from yimen.datasets.sources import Connection, Keys, Nonsense, RawRecord, Silent, register
from yimen.datasets.sources.scan import pieces, scans
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.tests import factories as parties


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


BASE = Purpose("base-library", "建设基础库")
TAKER = Actor("system", "lake.take", "市人力资源保障局（批量交换）", parties.HR)
PEOPLE = (
    FieldDefinition("name", "姓名", "string", "xm"),
    FieldDefinition("born_on", "出生日期", "date", "csrq"),
    FieldDefinition("alive", "是否在世", "boolean", "swbs", {"0": "true", "1": "false"}),
    FieldDefinition("bank_account", "银行账户", "string", "yhzh", level=3),
)


def memory_dataset(
    settings, code: str, records: dict[str, dict[str, object]], *fields: FieldDefinition, key="person", as_of=""
):
    """A dataset in memory with these records by their key, and a grant to take all of it for a base library."""
    parties.agency()
    settings.YIMEN_SOURCES = {**settings.YIMEN_SOURCES, code: Department(records=records)}
    services.put_dataset(
        DatasetDefinition(
            code,
            f"资源{code}",
            parties.HR,
            "conditional",
            "sql",
            code,
            {"relation": "r", "key": "sfz", "as_of": as_of},
            fields,
            keyed_by=(key,),
        )
    )
    Dataset.objects.filter(pk=code).update(source_kind="memory")
    memo.forget()
    names = tuple(one.name for one in fields)
    services.put_grant(GrantDefinition(code, parties.HR, BASE.item, names, "条例", date(2026, 1, 1)))
    return settings.YIMEN_SOURCES[code]


def taken(settings, lake: Path, records: dict[str, dict[str, object]], *, at: datetime) -> services.Snapshot:
    """A batch of these people, by ID number, in a lake of its own."""
    settings.YIMEN_LAKE = str(lake)
    memory_dataset(settings, "population", records, *PEOPLE)
    return services.take("population", fields=["name", "born_on"], purpose=BASE, actor=TAKER, grantee=parties.HR, at=at)
