"""Reads of the ledger: by whose data, by case, by act, and for verification."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from yimen.ledger.logic import digest
from yimen.ledger.models import Entry

COVERED = (
    "kind",
    "action",
    "recorded_at",
    "actor_kind",
    "actor_id",
    "actor_label",
    "actor_agency",
    "subject",
    "dataset",
    "fields",
    "item",
    "case_id",
    "purpose",
    "result",
    "details",
)
"""The columns that a row's digest covers."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One read of a person's data as that person sees it (数据使用记录). `id` is what to quote when asking about it."""

    id: int
    at: datetime
    actor: str
    is_own: bool
    dataset: str
    fields: tuple[str, ...]
    purpose: str
    result: str
    result_label: str


def reads_of(subject: UUID, *, with_own: bool = False, limit: int = 100) -> list[ReadRow]:
    """Return who read this person's data, newest first; the person's own reads only where asked for."""
    entries = Entry.objects.filter(subject=subject, kind=Entry.Kind.READ).order_by("-recorded_at", "-pk")
    if not with_own:
        entries = entries.exclude(actor_kind="citizen")
    return [
        ReadRow(
            id=entry.pk,
            at=entry.recorded_at,
            actor=entry.actor_label,
            is_own=entry.actor_kind == "citizen",
            dataset=entry.dataset,
            fields=tuple(entry.fields),
            purpose=entry.purpose,
            result=entry.result,
            result_label=entry.get_result_display(),
        )
        for entry in entries[:limit]
    ]


def of_case(case_id: UUID) -> list[Entry]:
    """Return everything recorded for the case, in order."""
    return list(Entry.objects.filter(case_id=case_id).order_by("pk"))


def acts(action: str) -> Iterable[Entry]:
    """Return every act of this kind."""
    return Entry.objects.filter(kind=Entry.Kind.ACT, action=action).order_by("pk")


def existing(numbers: Iterable[str]) -> set[str]:
    """Return those of these row numbers that exist."""
    wanted = [int(number) for number in numbers if number.isdecimal()]
    return {str(number) for number in Entry.objects.filter(pk__in=wanted).values_list("pk", flat=True)}


def damaged() -> list[str]:
    """Return a sentence for every row whose content no longer fits its digest."""
    return [
        f"留痕 {entry.pk} 的内容与摘要不符，可能被改动过。"
        for entry in Entry.objects.order_by("pk").iterator(chunk_size=2000)
        if entry.digest
        != digest(
            {**{name: getattr(entry, name) for name in COVERED}, "recorded_at": entry.recorded_at.astimezone(UTC)}
        )
    ]


def count() -> int:
    """Return how many rows there are."""
    return Entry.objects.count()
