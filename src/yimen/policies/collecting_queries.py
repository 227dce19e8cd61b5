"""Reads of what was collected: documents with their state, versions, differences, feeds, troubles. All is public."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import unquote

from django.db.models import Q

from yimen.core.errors import NotFound
from yimen.policies.collecting.periods import State, state_on
from yimen.policies.collecting.relations import RelationKind
from yimen.policies.models import (
    CollectedDocument,
    CollectedVersion,
    CollectionTrouble,
    DocumentRelation,
    Feed,
    Original,
    Visit,
)

MOST = 200


class NoSuchDocument(NotFound):
    """No such document was collected."""

    code = "policies.no-such-document"
    title = "没有找到这份政策文件。"


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A line of the list of documents; `state` is of the day that was asked for."""

    document_id: int
    title: str
    number: str
    agencies: tuple[str, ...]
    written_on: date | None
    released_on: date | None
    level: str
    topic: str
    kind: str
    state: State
    origins: int
    versions: int
    warnings: int


@dataclass(frozen=True, slots=True)
class RelationRow:
    """A relation as a page shows it; `target_id` is None while the other document is not known."""

    label: str
    title: str
    number: str
    target_id: int | None
    evidence: str
    confidence: float


@dataclass(frozen=True, slots=True)
class OriginRow:
    """Where a document was found."""

    address: str
    publisher: str
    version: int
    first_seen_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A value with the words and the place it was found in; `percent` is how sure, `others` what else was said."""

    label: str
    value: str
    where: str
    words: str
    percent: int
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A document whole: what it says, where it was found, what it does to others and they to it."""

    row: DocumentRow
    version: int
    text: str
    effective_on: date | None
    expires_on: date | None
    index_number: str
    evidence: tuple[EvidenceRow, ...]
    warnings: tuple[str, ...]
    original_digest: str
    taken_at: datetime
    origins: tuple[OriginRow, ...]
    relations: tuple[RelationRow, ...]
    related_from: tuple[RelationRow, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of a comparison: `sign` is "-" where it went, "+" where it came, " " where it stayed."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed with what its last visit brought."""

    name: str
    title: str
    kind: str
    address: str
    is_active: bool
    due_at: datetime
    last_at: datetime | None
    last_status: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class TroubleRow:
    """Something that could not be collected; `is_readable` where an original waits for a person."""

    trouble_id: int
    address: str
    reason: str
    words: str
    met_at: datetime
    is_readable: bool


@dataclass(frozen=True, slots=True)
class TroublePage:
    """A trouble whole; `original` is the digest of its bytes, empty where there are none."""

    row: TroubleRow
    original: str
    settled_at: datetime | None
    settled_by: str


def documents(*, on: date, text: str = "", topic: str = "", level: str = "", limit: int = MOST) -> list[DocumentRow]:
    """Return the documents whose title or number has these words, the newest first."""
    found = CollectedDocument.objects.exclude(current=None).select_related("current")
    if text:
        found = found.filter(Q(title__icontains=text) | Q(number__icontains=text))
    if topic:
        found = found.filter(current__topic__startswith=topic)
    if level:
        found = found.filter(current__level=level)
    rows = list(found.prefetch_related("origins", "versions").order_by("-current__released_on", "-pk")[:limit])
    done = _done_to(rows)
    return [_row(one, done, on=on) for one in rows]


def document(document_id: int, *, on: date) -> DocumentPage:
    """Return a document as its current version has it, with its state on that day.

    Raises:
        NoSuchDocument: there is none.
    """
    found = CollectedDocument.objects.exclude(current=None).select_related("current")
    one = found.prefetch_related("origins__version", "versions", "relations").filter(pk=document_id).first()
    if one is None or one.current is None:
        raise NoSuchDocument(document=document_id)
    version = one.current
    others = DocumentRelation.objects.filter(target=one).select_related("document").order_by("pk")
    return DocumentPage(
        row=_row(one, _done_to([one]), on=on),
        version=version.ordinal,
        text=version.text,
        effective_on=version.effective_on,
        expires_on=version.expires_on,
        index_number=version.index_number,
        evidence=tuple(_evidence(version.evidence)),
        warnings=tuple(version.warnings),
        original_digest=version.original_id,
        taken_at=version.taken_at,
        origins=tuple(
            OriginRow(_place(each.address), each.publisher, each.version.ordinal, each.first_seen_at, each.seen_at)
            for each in one.origins.all()
        ),
        relations=tuple(
            RelationRow(
                each.get_kind_display(), each.title, each.number, each.target_id, each.evidence, each.confidence
            )
            for each in one.relations.all()
        ),
        related_from=tuple(
            RelationRow(
                each.get_kind_display(),
                each.document.title,
                each.document.number,
                each.document_id,
                each.evidence,
                each.confidence,
            )
            for each in others
        ),
    )


def difference(document_id: int, *, old: int, new: int) -> list[Line]:
    """Return the paragraphs of two versions of a document beside each other.

    Raises:
        NoSuchDocument: it has no version of one of these ordinals.
    """
    texts = dict(
        CollectedVersion.objects.filter(document=document_id, ordinal__in=[old, new]).values_list("ordinal", "text")
    )
    if not {old, new} <= texts.keys():
        raise NoSuchDocument("没有这个版本。", document=document_id)
    compared = difflib.ndiff(texts[old].splitlines(), texts[new].splitlines())
    return [Line(line[0], line[2:]) for line in compared if line[0] in "-+ "]


def feeds() -> list[FeedRow]:
    """Return every feed, with what its last visit brought."""
    newest: dict[str, Visit] = {}
    for visit in Visit.objects.exclude(feed=None).order_by("feed_id", "-started_at", "-pk").distinct("feed_id"):
        newest[visit.feed_id or ""] = visit
    return [_feed(one, newest.get(one.name)) for one in Feed.objects.order_by("name")]


@dataclass(frozen=True, slots=True)
class File:
    """The bytes of an original, to be handed on as they came."""

    name: str
    content: bytes


def original(digest: str) -> File:
    """Return the original of this digest, named for it.

    Raises:
        NoSuchDocument: none was kept.
    """
    found = Original.objects.filter(pk=digest).first()
    if found is None:
        raise NoSuchDocument("没有这份原件。", original=digest)
    endings = {"application/pdf": ".pdf", "text/html": ".html", "text/plain": ".txt"}
    return File(f"{found.digest[:12]}{endings.get(found.media_type, '')}", bytes(found.content))


def trouble(trouble_id: int) -> TroublePage:
    """Return what could not be collected, settled or not, with the digest of its original.

    Raises:
        NoSuchDocument: there is no such trouble.
    """
    one = CollectionTrouble.objects.filter(pk=trouble_id).first()
    if one is None:
        raise NoSuchDocument("没有这个采集问题。", trouble=trouble_id)
    return TroublePage(_trouble(one), one.original_id or "", one.settled_at, one.settled_by)


def troubles(*, limit: int = MOST) -> list[TroubleRow]:
    """Return what could not be collected and is not settled, the newest first."""
    found = CollectionTrouble.objects.filter(settled_at=None).order_by("-met_at", "-pk")[:limit]
    return [_trouble(one) for one in found]


def _trouble(one: CollectionTrouble) -> TroubleRow:
    is_readable = one.original_id is not None and one.settled_at is None
    return TroubleRow(one.pk, _place(one.address), one.get_reason_display(), one.words, one.met_at, is_readable)


LABELS = {
    "title": "标题",
    "number": "发文字号",
    "agencies": "发文机关",
    "written_on": "成文日期",
    "released_on": "发布日期",
    "effective_on": "施行日期",
    "expires_on": "失效日期",
    "level": "层级",
    "topic": "主题分类",
    "index_number": "索引号",
}


def _place(address: str) -> str:
    """Return an address as a page may show it: of a file its name, not where on our machines it lies."""
    return f"文件 {unquote(address).rpartition('/')[2]}" if address.startswith("file:") else address


def _evidence(kept: dict[str, dict[str, object]]) -> Iterator[EvidenceRow]:
    """Yield a row for each value, in the order of the labels, of what `services.taking.evidence_of` kept."""
    for name, label in LABELS.items():
        if (one := kept.get(name)) is not None:
            others = one.get("others")
            yield EvidenceRow(
                label,
                _said(one["value"]),
                str(one["where"]),
                str(one["evidence"]),
                round(float(str(one["confidence"])) * 100),
                tuple(f"{_said(other['value'])}（{other['where']}）" for other in others)
                if isinstance(others, list)
                else (),
            )


def _said(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _feed(feed: Feed, visit: Visit | None) -> FeedRow:
    names = ("added", "changed", "joined", "unchanged", "failed")
    return FeedRow(
        feed.name,
        feed.title,
        feed.get_kind_display(),
        feed.address,
        feed.is_active,
        feed.due_at,
        visit.started_at if visit else None,
        visit.get_status_display() if visit else "",
        {name: getattr(visit, name) for name in names} if visit else {},
    )


@dataclass(frozen=True, slots=True)
class _Done:
    """What others did to a document: amended it, or repealed it, from which day."""

    amended_on: date | None = None
    repealed_on: date | None = None


def _done_to(rows: Sequence[CollectedDocument]) -> dict[int, _Done]:
    """Return what known documents did to these."""
    kinds = [RelationKind.AMENDS.value, RelationKind.REPEALS.value]
    relations = DocumentRelation.objects.filter(target__in=rows, kind__in=kinds).select_related("document__current")
    by_target: dict[int, list[DocumentRelation]] = {}
    for one in relations:
        by_target.setdefault(one.target_id or 0, []).append(one)
    return {
        target: _Done(_day(done, RelationKind.AMENDS, latest=True), _day(done, RelationKind.REPEALS, latest=False))
        for target, done in by_target.items()
    }


def _day(relations: Iterable[DocumentRelation], kind: RelationKind, *, latest: bool) -> date | None:
    days = [
        version.effective_on or version.written_on or version.released_on
        for one in relations
        if one.kind == kind.value and (version := one.document.current) is not None
    ]
    known = [day for day in days if day is not None]
    if not known:
        return None
    return max(known) if latest else min(known)


def _row(one: CollectedDocument, done: dict[int, _Done], *, on: date) -> DocumentRow:
    version = one.current
    assert version is not None
    to_it = done.get(one.pk, _Done())
    amended = to_it.amended_on
    if amended is not None and version.revised_on is not None and version.revised_on >= amended:
        amended = None  # the text we have is the amended one
    state = state_on(
        on,
        effective_on=version.effective_on,
        expires_on=version.expires_on,
        amended_on=amended,
        repealed_on=to_it.repealed_on,
    )
    return DocumentRow(
        one.pk,
        version.title,
        version.number,
        tuple(version.agencies),
        version.written_on,
        version.released_on,
        version.level,
        version.topic,
        version.kind,
        state,
        len(one.origins.all()),
        len(one.versions.all()),
        len(version.warnings),
    )
