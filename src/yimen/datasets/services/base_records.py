"""Read one record of a base library: a verb, with its row in the ledger (基础库记录)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yimen.core.errors import Forbidden, Invalid, NotFound
from yimen.datasets import base, base_queries
from yimen.datasets import queries as dataset_queries
from yimen.datasets.base import Attribute
from yimen.datasets.base_queries import TABLE, AttributeRow, text_of
from yimen.datasets.models import BaseLibrary
from yimen.lake import engine, store
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.parties import queries as parties
from yimen.parties import services as parties_services
from yimen.parties.queries import Desk
from yimen.standards import masking

OPENED = "base.opened"
SHORTEST_REASON, LONGEST_REASON = 4, 200


class RecordNotFound(NotFound):
    """The library has no such record."""

    code = "base.record-not-found"
    title = "基础库里没有这条记录。"


class NotYourLibrary(Forbidden):
    """Only the agency that builds a library, at its data desk, opens records of it."""

    code = "base.not-yours"
    title = "这个岗位不能查看基础库的记录。"


class NoReason(Invalid):
    """Whoever opens a record says why."""

    code = "base.no-reason"
    title = "请写明查看这条记录的事由。"


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One attribute of an opened record, masked by its level; `others` what other sources say, as (source, text)."""

    title: str
    text: str
    source: str
    as_of: datetime | None
    others: tuple[tuple[str, str], ...]
    is_in_conflict: bool


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """One record of a base library as it was opened (基础库记录). `entry` is the number of the ledger row."""

    library: str
    number: str
    built_at: datetime
    values: tuple[ShownValue, ...]
    entry: int


def open_base_record(code: str, *, number: str, reason: str, by: Desk, at: datetime) -> OpenedRecord:
    """Return one record of the library, masked by level; its ledger row is committed first.

    Raises:
        LibraryNotFound: there is none. NotYourLibrary: the desk is not the builder's. NoReason: none is given.
        RecordNotFound: nobody of this number is in it, or it was never built.
    """
    library = base_queries.library(code)
    if by.agency != library.agency_id or not (by.is_steward or by.is_data_officer):
        raise NotYourLibrary("请由建设部门的数据岗位查看。")
    reason, number = reason.replace("\0", "").strip(), number.replace("\0", "").strip().upper()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise NoReason(f"事由应为 {SHORTEST_REASON} 至 {LONGEST_REASON} 个字，本人可以看到。", field="reason")
    built = base_queries.newest(code)
    attributes = _attributes(built) if built else []
    values = None
    if built is not None:
        with engine.connected({"built": built}) as connection:
            values = base.find(connection, "built", number, attributes)
    party = _party(library, number, values)
    if party is not None:
        entry = ledger.record_read(
            actor=by.actor,
            subject=party,
            dataset=TABLE + code,
            fields=[one.name for one in attributes],
            purpose=Purpose("", f"{reason}（查看{library.title}）"),
            result="OK" if values is not None else "ABSENT",
            at=at,
            action=OPENED,
        )
    if values is None or party is None or built is None:
        raise RecordNotFound("请核对号码；新登记的主体要等下一次建库。")
    rows = {row.name: row for row in base_queries.attributes_of(library)}
    titles = dataset_queries.titles()
    shown = tuple(_shown(one, rows[one.attribute], titles) for one in values if one.attribute in rows)
    return OpenedRecord(library.title, masking.id_number(number), built.taken_at, shown, entry)


def _attributes(built: store.Snapshot) -> list[Attribute]:
    rows = built.notes["attributes"]
    assert isinstance(rows, list)
    return [Attribute(row["name"], tuple(base.SourceField(**source) for source in row["sources"])) for row in rows]


def _party(library: BaseLibrary, number: str, values: Sequence[base.Value] | None) -> UUID | None:
    """Return whose record it is. Somebody we did not know yet is kept, so that the read can be told to them."""
    known = parties.numbered(number)
    if known is not None or values is None:
        return known
    name = next((str(one.value) for one in values if one.attribute == "name" and one.value), "")
    if library.key == BaseLibrary.Key.PERSON:
        return parties_services.register_person(id_number=number, name=name).pk
    return parties_services.register_organisation(code=number, name=name).pk


def _shown(one: base.Value, row: AttributeRow, titles: Mapping[str, str]) -> ShownValue:
    return ShownValue(
        title=row.title,
        text=text_of(one.value, one.attribute, row.level),
        source=titles.get(one.dataset, one.dataset),
        as_of=one.as_of,
        others=tuple(
            (titles.get(dataset, dataset), text_of(value, one.attribute, row.level))
            for dataset, value in one.others.items()
            if dataset != one.dataset
        ),
        is_in_conflict=one.is_in_conflict,
    )
