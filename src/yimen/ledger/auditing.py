"""What an auditor sees of the ledger (审计): who read what for what, and whether the rows are sealed.

Rows are shown without whose data they are about: an auditor looks at those who read, not at those read about.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from yimen.ledger.models import Entry, Seal, SealedEntry
from yimen.parties import queries as parties
from yimen.parties.queries import Desk

PAGE = 30


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What rows to show. Empty texts and None are no filter; `before` is the number of a row, to go on from there."""

    dataset: str = ""
    agency: str = ""
    result: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the ledger as an auditor reads it (留痕)."""

    id: int
    at: datetime
    actor: str
    action: str
    dataset: str
    fields: tuple[str, ...]
    purpose: str
    result: str
    result_label: str
    is_sealed: bool


@dataclass(frozen=True, slots=True)
class Sealing:
    """How far the seals have come (封存): the last ones, newest first, and the rows that wait for the next."""

    seals: tuple[Seal, ...]
    count: int
    waiting: int
    oldest_waiting_at: datetime | None


def rows(by: Desk, wanted: AuditFilter, *, datasets: Collection[str] = ()) -> list[AuditRow]:
    """Return a page of rows, newest first: all of them to an auditor, reads of `datasets` to any other desk.

    `datasets` are those of the desk's own agency; without any, a desk that is no auditor's sees nothing.
    """
    found = _seen(by, datasets)
    for name, value in (
        ("dataset", wanted.dataset),
        ("actor_agency", wanted.agency),
        ("result", wanted.result),
        ("action", wanted.action),
        ("recorded_at__gte", wanted.since),
        ("recorded_at__lt", wanted.until),
        ("pk__lt", wanted.before),
    ):
        if value:
            found = found.filter(**{name: value})
    page = list(found.order_by("-pk")[:PAGE])
    sealed = set(SealedEntry.objects.filter(entry__in=page).values_list("entry_id", flat=True))
    return [
        AuditRow(
            id=entry.pk,
            at=entry.recorded_at,
            actor=entry.actor_label,
            action=entry.action,
            dataset=entry.dataset,
            fields=tuple(entry.fields),
            purpose=entry.purpose,
            result=entry.result,
            result_label=entry.get_result_display(),
            is_sealed=entry.pk in sealed,
        )
        for entry in page
    ]


@dataclass(frozen=True, slots=True)
class Reader:
    """How often one agency read in a period, and how often it was refused."""

    code: str
    name: str
    reads: int
    refused: int


def readers(by: Desk, *, since: datetime, datasets: Collection[str] = ()) -> list[Reader]:
    """Return which agencies read since then, the most eager first; the citizens' own reads are left out."""
    found = (
        _seen(by, datasets)
        .filter(recorded_at__gte=since)
        .exclude(kind=Entry.Kind.ACT)
        .exclude(actor_agency="")
        .values("actor_agency")
        .annotate(reads=Count("pk"), refused=Count("pk", filter=Q(result=Entry.Result.REFUSED)))
        .order_by("-reads", "actor_agency")
    )
    names = parties.agency_names()
    return [
        Reader(row["actor_agency"], names.get(row["actor_agency"], row["actor_agency"]), row["reads"], row["refused"])
        for row in found
    ]


def sealing(*, limit: int = 10) -> Sealing:
    """Return how far the seals have come."""
    waiting = Entry.objects.filter(sealed=None)
    last = Seal.objects.order_by("-number").first()
    if last is not None:  # rows committed late are few and lie near the end: no need to look through all
        waiting = waiting.filter(recorded_at__gte=last.sealed_at - timedelta(days=1))
    oldest = waiting.order_by("recorded_at").values_list("recorded_at", flat=True).first()
    return Sealing(
        seals=tuple(Seal.objects.order_by("-number")[:limit]),
        count=Seal.objects.count(),
        waiting=waiting.count(),
        oldest_waiting_at=oldest,
    )


def _seen(by: Desk, datasets: Collection[str]) -> QuerySet[Entry]:
    if by.is_auditor:
        return Entry.objects.all()
    return Entry.objects.filter(dataset__in=datasets)
