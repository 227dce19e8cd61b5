"""Reads of the ledger: by whose data, by case, by act, and the proof of a row."""

import base64
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from yimen.core.errors import NotFound
from yimen.ledger import merkle
from yimen.ledger.logic import plain
from yimen.ledger.models import Entry, SealedEntry


class NoProof(NotFound):
    """There is no proof for this row, or not for this party."""

    code = "ledger.no-proof"
    title = "暂时没有这一行留痕的证明。"


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
    """One read of a person's data as that person sees it (数据使用记录). `id` is what to quote when asking about it.

    `is_batch` where it was one run over many, theirs among them.
    """

    id: int
    at: datetime
    actor: str
    is_own: bool
    dataset: str
    fields: tuple[str, ...]
    purpose: str
    result: str
    result_label: str
    is_batch: bool = False


def read_row(entry: Entry) -> ReadRow:
    """Return a row of the ledger as the person reads it whose data it is about."""
    return ReadRow(
        id=entry.pk,
        at=entry.recorded_at,
        actor=entry.actor_label,
        is_own=entry.actor_kind == "citizen",
        dataset=entry.dataset,
        fields=tuple(entry.fields),
        purpose=entry.purpose,
        result=entry.result,
        result_label=entry.get_result_display(),
        is_batch=entry.kind == Entry.Kind.BATCH,
    )


def reads_of(subject: UUID, *, with_own: bool = False, items: Collection[str] = (), limit: int = 100) -> list[ReadRow]:
    """Return who read this person's data, newest first; the person's own reads only where asked for.

    Where items are named, only what was read for them.
    """
    entries = _about(subject, items).filter(kind=Entry.Kind.READ).order_by("-recorded_at", "-pk")
    if not with_own:
        entries = entries.exclude(actor_kind="citizen")
    return [read_row(entry) for entry in entries[:limit]]


def read_of(entry_id: int, *, subject: UUID, items: Collection[str] = ()) -> ReadRow | None:
    """Return one read of this person's data, None where there is none of this number about them."""
    entry = _about(subject, items).filter(kind=Entry.Kind.READ, pk=entry_id).first()
    return None if entry is None else read_row(entry)


def of_case(case_id: UUID) -> list[Entry]:
    """Return everything recorded for the case, in order."""
    return list(Entry.objects.filter(case_id=case_id).order_by("pk"))


def acts_about(subject: UUID, *, key: str, value: str) -> list[Entry]:
    """Return what was done or read about a party whose details name this value under this key, in order."""
    return list(Entry.objects.filter(subject=subject, **{f"details__{key}": value}).order_by("pk"))


def batches(*, dataset: str = "", limit: int = 500) -> list[Entry]:
    """Return the newest rows of batches that took something, of this dataset where one is named."""
    found = Entry.objects.filter(kind=Entry.Kind.BATCH, result=Entry.Result.OK).order_by("-recorded_at", "-pk")
    return list((found.filter(dataset=dataset) if dataset else found)[:limit])


def batch(entry_id: int) -> Entry | None:
    """Return the row of a batch by its number; None where there is none, or it took nothing."""
    return Entry.objects.filter(kind=Entry.Kind.BATCH, result=Entry.Result.OK, pk=entry_id).first()


def batch_of(run: str) -> Entry | None:
    """Return the row of the batch of this run; None where there is none."""
    return Entry.objects.filter(kind=Entry.Kind.BATCH, details__run=run).first()


def acts(action: str) -> Iterable[Entry]:
    """Return every act of this kind."""
    return Entry.objects.filter(kind=Entry.Kind.ACT, action=action).order_by("pk")


def existing(numbers: Iterable[str]) -> set[str]:
    """Return those of these row numbers that exist."""
    wanted = [int(number) for number in numbers if number.isdecimal()]
    return {str(number) for number in Entry.objects.filter(pk__in=wanted).values_list("pk", flat=True)}


def _about(subject: UUID, items: Collection[str]) -> QuerySet[Entry]:
    entries = Entry.objects.filter(subject=subject)
    return entries.filter(item__in=items) if items else entries


def proof_of(entry_id: int, *, subject: UUID, items: Collection[str] = ()) -> dict[str, object]:
    """Return, as plain JSON, what proves to anybody that a row about this party stands in the ledger, and unchanged.

    `entry` is the row's number and content, `path` the hashes beside it up to the root, `seal` the signed batch.

    Raises:
        NoProof: there is no such row about them, of these items where any are named, or it is not sealed yet.
    """
    entry = _about(subject, items).filter(pk=entry_id).first()
    if entry is None:
        raise NoProof("请从“谁看过我的数据”进入。")
    return {"format": "yimen-ledger-proof/1", **_standing(entry)}


def batch_proof(entry: Entry) -> dict[str, object]:
    """Return, as plain JSON, what proves that the row of a batch stands in the ledger.

    Whoever gives it to somebody adds `subject`: the proof that their record was in the run.

    Raises:
        NoProof: it is not sealed yet.
    """
    return {"format": "yimen-ledger-batch-proof/1", **_standing(entry)}


def _standing(entry: Entry) -> dict[str, object]:
    member = SealedEntry.objects.select_related("seal").filter(entry=entry).first()
    if member is None:
        raise NoProof("留痕在产生几秒之后封存，请稍后再试。")
    leaves = [
        merkle.leaf(number, digest)
        for number, digest in Entry.objects.filter(sealed__seal=member.seal)
        .order_by("sealed__place")
        .values_list("pk", "digest")
    ]
    seal = member.seal
    return {
        "entry": {"number": entry.pk, "content": plain(_content(entry))},
        "path": told(merkle.path(leaves, member.place)),
        "seal": {
            **seal.says,
            "head": seal.head,
            "public_key": seal.public_key,
            "signature": base64.b64encode(bytes(seal.signature)).decode(),
        },
    }


def told(path: Iterable[merkle.Step]) -> list[dict[str, str]]:
    """Return the steps of a path as plain JSON."""
    return [{"hash": step.hash.hex(), "side": "left" if step.is_left else "right"} for step in path]


def _content(entry: Entry) -> dict[str, object]:
    return {**{name: getattr(entry, name) for name in COVERED}, "recorded_at": entry.recorded_at.astimezone(UTC)}


def cases_that_read(dataset: str, fields: Collection[str], *, since: datetime) -> dict[str, int]:
    """Return how many cases of each item read any of these fields since then; nobody's data are in it."""
    reads = Entry.objects.filter(
        kind=Entry.Kind.READ, dataset=dataset, fields__overlap=list(fields), recorded_at__gte=since
    )
    return dict(reads.order_by().values_list("item").annotate(Count("case_id", distinct=True)))


@dataclass(frozen=True, slots=True)
class DatasetUse:
    """How much a dataset was really used in a period: reads that found something, and the items they were for."""

    reads: int
    agencies: frozenset[str]
    items: frozenset[str]


def use_of_datasets(*, since: datetime, until: datetime, but: Collection[str] = ()) -> dict[str, DatasetUse]:
    """Return the use of each dataset in the period, which ends exclusively.

    Refused and failed reads are no use, nor is what was read for the purposes named in `but`.
    """
    reads = Entry.objects.filter(
        kind=Entry.Kind.READ,
        result__in=[Entry.Result.OK, Entry.Result.ABSENT],
        recorded_at__gte=since,
        recorded_at__lt=until,
    ).exclude(Q(dataset="") | Q(item__in=list(but)))
    found: dict[str, DatasetUse] = {}
    for dataset, agency, item, count in (
        reads.order_by().values_list("dataset", "actor_agency", "item").annotate(Count("pk"))
    ):
        one = found.get(dataset, DatasetUse(0, frozenset(), frozenset()))
        found[dataset] = DatasetUse(one.reads + count, one.agencies | {agency}, one.items | {item})
    return found


def count() -> int:
    """Return how many rows there are."""
    return Entry.objects.count()


def uses_of_grants(*, since: datetime) -> dict[int, tuple[int, int]]:
    """Return for each grant how many reads were tried under it since then, and how many of these were refused."""
    found = (
        Entry.objects.filter(kind=Entry.Kind.READ, recorded_at__gte=since, details__has_key="grant")
        .values("details__grant")
        .annotate(reads=Count("pk"), refused=Count("pk", filter=Q(result=Entry.Result.REFUSED)))
    )
    return {int(row["details__grant"]): (row["reads"], row["refused"]) for row in found}
