"""Reads of base libraries as configured (基础库): their attributes with titles, and what the last building gave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from yimen.core.errors import NotFound
from yimen.datasets.base import Attribute, SourceField
from yimen.datasets.models import BaseLibrary, DatasetField
from yimen.lake import store
from yimen.parties.queries import Desk
from yimen.standards import masking


class LibraryNotFound(NotFound):
    """No such base library."""

    code = "base.library-not-found"
    title = "没有找到这个基础库。"


TABLE = "base."
"""What stands before a library's code in the name of its table in the lake, and in the ledger."""
HIDDEN_FROM, MASKED_FROM = 4, 3
"""The levels of sensitivity from which a value is not shown, and from which only its ends are."""


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """One attribute as configured: its title and level, and its sources in order of authority as (dataset, field)."""

    name: str
    title: str
    type: str
    level: int
    sources: tuple[tuple[str, str], ...]
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """How much of a library one source of an attribute covers; shares are percent of all records."""

    attribute: str
    title: str
    source: str
    known: int
    chosen: int
    known_share: float
    chosen_share: float


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """Two sources that know different things of an attribute; examples are masked, as (record, one, other)."""

    title: str
    first: str
    second: str
    count: int
    examples: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """A base library with what its last building gave; `built_at` is None while there was none."""

    code: str
    title: str
    is_of_people: bool
    agency: str
    agency_name: str
    attributes: tuple[AttributeRow, ...]
    built_at: datetime | None
    records: int
    missing: tuple[str, ...]
    coverage: tuple[CoverageRow, ...]
    conflicts: tuple[ConflictRow, ...]

    @property
    def conflicting(self) -> int:
        """Return how many times two sources know different things."""
        return sum(one.count for one in self.conflicts)


def library(code: str) -> BaseLibrary:
    """Return a library.

    Raises:
        LibraryNotFound: there is none.
    """
    found = BaseLibrary.objects.select_related("agency").filter(pk=code).first()
    if found is None:
        raise LibraryNotFound("请从基础库页面进入。")
    return found


def codes() -> list[str]:
    """Return the code of every library."""
    return list(BaseLibrary.objects.values_list("code", flat=True))


def may_see(by: Desk, agency: str) -> bool:
    """Tell whether a desk may look into a library: the agency that builds it, stewards and auditors. Counts only."""
    return by.is_steward or by.is_auditor or by.agency == agency


def libraries(by: Desk) -> list[LibraryRow]:
    """Return the libraries this desk may look into."""
    return [described(one) for one in BaseLibrary.objects.select_related("agency") if may_see(by, one.agency_id)]


def attributes_of(one: BaseLibrary) -> list[AttributeRow]:
    """Return the attributes as configured; sources of which there is no field are left out."""
    places = [tuple(place.split(".", 1)) for row in one.attributes for place in row["sources"]]
    rows = DatasetField.objects.filter(dataset_id__in={dataset for dataset, _ in places})
    fields = {(row.dataset_id, row.name): row for row in rows}
    found = []
    for row in one.attributes:
        sources = [(dataset, name) for dataset, _, name in (place.partition(".") for place in row["sources"])]
        known = [fields[place] for place in sources if place in fields]
        if known:
            first = known[0]
            found.append(
                AttributeRow(
                    name=row["name"],
                    title=first.title,
                    type=first.type,
                    level=max(field.level for field in known),
                    sources=tuple((field.dataset_id, field.name) for field in known),
                    codes={},
                )
            )
    return found


def as_built(one: BaseLibrary, taken: set[str]) -> list[Attribute]:
    """Return the attributes with those sources only that were taken; an attribute without any is left out."""
    rows = attributes_of(one)
    wanted = {place for row in rows for place in row.sources}
    fields = {
        (field.dataset_id, field.name): field
        for field in DatasetField.objects.filter(dataset_id__in={dataset for dataset, _ in wanted})
    }
    found = []
    for row in rows:
        sources = tuple(
            SourceField(dataset, name, row.type, fields[dataset, name].when_absent)
            for dataset, name in row.sources
            if dataset in taken and fields[dataset, name].type == row.type
        )
        if sources:
            found.append(Attribute(row.name, sources))
    return found


def described(one: BaseLibrary) -> LibraryRow:
    """Return a library with what its last building gave."""
    attributes = attributes_of(one)
    titles = {row.name: row.title for row in attributes}
    built = newest(one.code)
    notes: Mapping[str, object] = built.notes if built else {}
    records = built.rows if built else 0
    names = _dataset_titles(attributes)
    coverage = [_coverage(row, titles, names, records or 1) for row in _rows(notes, "coverage")]
    conflicts = [_conflict(row, titles, names) for row in _rows(notes, "conflicts") if row["count"]]
    missing = notes.get("missing")
    return LibraryRow(
        code=one.code,
        title=one.title,
        is_of_people=one.key == BaseLibrary.Key.PERSON,
        agency=one.agency_id,
        agency_name=one.agency.short_name,
        attributes=tuple(attributes),
        built_at=built.taken_at if built else None,
        records=records,
        missing=tuple(names.get(str(code), str(code)) for code in missing) if isinstance(missing, list) else (),
        coverage=tuple(coverage),
        conflicts=tuple(conflicts),
    )


def newest(code: str) -> store.Snapshot | None:
    """Return the newest building of a library; None while there is none."""
    try:
        return store.newest(TABLE + code)
    except store.NoSnapshot:
        return None


def attribute_titles() -> dict[tuple[str, str], str]:
    """Return the title of each attribute by the library's name in the ledger and its own."""
    return {(TABLE + one.code, row.name): row.title for one in BaseLibrary.objects.all() for row in attributes_of(one)}


def _coverage(
    row: Mapping[str, object], titles: Mapping[str, str], names: Mapping[str, str], records: int
) -> CoverageRow:
    attribute, known, chosen = str(row["attribute"]), row["known"], row["chosen"]
    assert isinstance(known, int)
    assert isinstance(chosen, int)
    return CoverageRow(
        attribute=attribute,
        title=titles.get(attribute, attribute),
        source=names.get(str(row["dataset"]), str(row["dataset"])),
        known=known,
        chosen=chosen,
        known_share=100.0 * known / records,
        chosen_share=100.0 * chosen / records,
    )


def _conflict(row: Mapping[str, object], titles: Mapping[str, str], names: Mapping[str, str]) -> ConflictRow:
    attribute, count, examples = str(row["attribute"]), row["count"], row["examples"]
    assert isinstance(count, int)
    assert isinstance(examples, list)
    return ConflictRow(
        title=titles.get(attribute, attribute),
        first=names.get(str(row["first"]), str(row["first"])),
        second=names.get(str(row["second"]), str(row["second"])),
        count=count,
        examples=tuple((str(record), str(one), str(other)) for record, one, other in examples),
    )


def _rows(notes: Mapping[str, object], name: str) -> list[dict[str, object]]:
    rows = notes.get(name)
    return rows if isinstance(rows, list) else []


def _dataset_titles(attributes: list[AttributeRow]) -> dict[str, str]:
    codes = {dataset for row in attributes for dataset, _ in row.sources}
    rows = DatasetField.objects.filter(dataset_id__in=codes).values_list("dataset_id", "dataset__title").distinct()
    return dict(rows)


def text_of(value: object, attribute: str, level: int) -> str:
    """Return a value as a page shows it: names masked, sensitive values masked or hidden by their level."""
    if value is None:
        return "—"
    if level >= HIDDEN_FROM:
        return "已记录，不显示"
    if isinstance(value, list):
        value = "、".join(str(one) for one in value)
    text = {True: "是", False: "否", "true": "是", "false": "否"}.get(value, str(value))
    if attribute == "name":
        return masking.name(text)
    return text[:1] + "*" * max(len(text) - 3, 2) + text[-2:] if level >= MASKED_FROM else text
