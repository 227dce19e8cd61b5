"""Which datasets are islands (信息孤岛): by agency, what is registered, shared with others, really used, and reused.

Law: 政务数据共享条例 (2025): what can be had by sharing is not collected again.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from yimen.datasets.catalogue import in_force
from yimen.datasets.logic import BATCH_PURPOSES
from yimen.datasets.models import Dataset, Grant
from yimen.ledger import queries as ledger

REUSED = 2
"""A dataset that serves so many items is reused."""


@dataclass(frozen=True, slots=True)
class IslandRow:
    """One published dataset in the report. `reads` are those of the period; `items` what it is granted or read for.

    `is_shared` tells that a grant to another agency is in force, `was_shared` that there ever was one.
    """

    code: str
    title: str
    agency: str
    agency_name: str
    is_shared: bool
    was_shared: bool
    reads: int
    items: tuple[str, ...]

    @property
    def is_used(self) -> bool:
        """Tell whether it was read in the period."""
        return self.reads > 0

    @property
    def is_reused(self) -> bool:
        """Tell whether it serves two items or more."""
        return len(self.items) >= REUSED


@dataclass(frozen=True, slots=True)
class AgencyIslands:
    """An agency's figures: how many of its datasets are published, shared, used, reused, and were never shared."""

    code: str
    name: str
    registered: int
    shared: int
    used: int
    reused: int
    never_shared: int
    reads: int


def rows(*, since: datetime, until: datetime, on: date) -> list[IslandRow]:
    """Return every published dataset with its use in the period (which ends exclusively), by agency and code.

    What the data bureau takes to keep the base libraries and to look at quality serves nobody yet: it is left out.
    """
    datasets = Dataset.objects.filter(status=Dataset.Status.PUBLISHED).select_related("agency").defer("search")
    use = ledger.use_of_datasets(since=since, until=until, but=BATCH_PURPOSES)
    granted: dict[str, set[str]] = defaultdict(set)
    shared: set[str] = set()
    ever: set[str] = set()
    now = set(in_force(on).values_list("pk", flat=True))
    for pk, code, grantee, owner, item in Grant.objects.exclude(item__in=list(BATCH_PURPOSES)).values_list(
        "pk", "dataset_id", "grantee_id", "dataset__agency_id", "item"
    ):
        if pk in now:
            granted[code].add(item)
        if grantee != owner:
            ever.add(code)
            shared |= {code} if pk in now else set()
    return [
        IslandRow(
            code=one.code,
            title=one.title,
            agency=one.agency_id,
            agency_name=one.agency.short_name,
            is_shared=one.code in shared,
            was_shared=one.code in ever,
            reads=use[one.code].reads if one.code in use else 0,
            items=tuple(sorted(granted[one.code] | (use[one.code].items if one.code in use else set()) - {""})),
        )
        for one in datasets.order_by("agency_id", "code")
    ]


def by_agency(datasets: list[IslandRow]) -> list[AgencyIslands]:
    """Return the figures of each agency that has published anything, the one with most datasets first."""
    grouped: Mapping[str, list[IslandRow]] = _grouped(datasets)
    figures = [
        AgencyIslands(
            code=code,
            name=own[0].agency_name,
            registered=len(own),
            shared=sum(one.is_shared for one in own),
            used=sum(one.is_used for one in own),
            reused=sum(one.is_reused for one in own),
            never_shared=sum(not one.was_shared for one in own),
            reads=sum(one.reads for one in own),
        )
        for code, own in grouped.items()
    ]
    return sorted(figures, key=lambda one: (-one.registered, one.code))


def _grouped(datasets: list[IslandRow]) -> dict[str, list[IslandRow]]:
    grouped: dict[str, list[IslandRow]] = defaultdict(list)
    for one in datasets:
        grouped[one.agency].append(one)
    return grouped


SHORTEST_TERM = 3
"""A shorter word stands in too many names to say anything."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a published dataset holds, as words and data elements: to find what people are still asked for."""

    dataset: str
    title: str
    agency_name: str
    terms: frozenset[str]
    elements: frozenset[str]


def held() -> list[Held]:
    """Return what each published dataset holds, by code."""
    found = Dataset.objects.filter(status=Dataset.Status.PUBLISHED).select_related("agency").prefetch_related("fields")
    return [
        Held(
            dataset=one.code,
            title=one.title,
            agency_name=one.agency.short_name,
            terms=frozenset(_terms(one)),
            elements=frozenset(field.element for field in one.fields.all() if field.element),
        )
        for one in found.defer("search").order_by("code")
    ]


def _terms(dataset: Dataset) -> Iterator[str]:
    for term in (*dataset.keywords, *(field.title for field in dataset.fields.all())):
        if len(term) >= SHORTEST_TERM:
            yield term
