"""Take one page or file into what is known: a new document, a new version, another origin, nothing new, or trouble.

All of it in one transaction, so that a document is whole or not there; the bytes are read before it opens.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import F

from yimen.core import locks
from yimen.policies import events
from yimen.policies.collecting import sameness
from yimen.policies.collecting.agencies import Level
from yimen.policies.collecting.fetching import Seen
from yimen.policies.collecting.found import Chosen, Found
from yimen.policies.collecting.metadata import Metadata, metadata_of
from yimen.policies.collecting.reading import kind_of_content, read
from yimen.policies.collecting.source import Source
from yimen.policies.collecting.trouble import NotCollected, Reason
from yimen.policies.models import (
    CollectedDocument,
    CollectedVersion,
    CollectionTrouble,
    Origin,
    Original,
    Visit,
)
from yimen.policies.services import recognising, relating

MUCH_SHORTER = 0.3
"""A page whose text shrinks below this share of what it was has changed its layout, not its content."""
BY_ITSELF = "采集程序"
NOT_KEPT = {Reason.UNSUPPORTED, Reason.TOO_LARGE}
"""What can never be read here, so that its bytes are not kept either."""


class Outcome(StrEnum):
    """What became of a page or file."""

    ADDED = "added"
    CHANGED = "changed"
    JOINED = "joined"
    UNCHANGED = "unchanged"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """The outcome in Chinese."""
        return {"added": "新文件", "changed": "新版本", "joined": "新出处", "unchanged": "无变化", "failed": "未收"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class Brought:
    """Bytes with where they came from, what the server said of them, and what a feed claims."""

    address: str
    content: bytes
    media_type: str = ""
    publisher: str = ""
    seen: Seen = field(default_factory=Seen)
    claims: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: the document where there is one; for the person: words and warnings."""

    address: str
    outcome: Outcome
    document_id: int | None = None
    title: str = ""
    words: str = ""
    reason: Reason | None = None
    warnings: tuple[str, ...] = ()


def take(brought: Brought, *, visit: Visit, at: datetime) -> Taken:
    """Take it in, and count it in the visit. What cannot be read is kept as trouble, never raised."""
    try:
        kind = kind_of_content(brought.content, address=brought.address, said=brought.media_type)
        brought = replace(brought, media_type=kind.media_type)
        source = replace(read(brought.content, kind=kind), claims=dict(brought.claims))
    except NotCollected as error:
        known = Origin.objects.filter(pk=brought.address).exists()
        changed = known and error.reason is Reason.EMPTY
        reason = Reason.LAYOUT if changed else error.reason
        words = f"{error.words}之前收到的内容仍然保留。" if changed else error.words
        return fail(brought.address, reason, words, visit=visit, at=at, brought=brought)
    return take_source(brought, source, visit=visit, at=at)


def take_source(brought: Brought, source: Source, *, visit: Visit, at: datetime) -> Taken:
    """Take in what was read already; one at a time, so that a document that comes twice at once is still one."""
    metadata = metadata_of(source)
    with locks.exclusive("policies.taking"), transaction.atomic():
        origin = Origin.objects.select_related("document__current", "version").filter(pk=brought.address).first()
        if origin is not None and (words := _layout_changed(origin, metadata, source.text)):
            return fail(brought.address, Reason.LAYOUT, words, visit=visit, at=at, brought=brought)
        original = _keep(brought, at=at)
        recognised = recognising.Recognised(origin.document) if origin else recognising.recognise(metadata, source.text)
        document = recognised.document or _new_document(metadata, at=at)
        version, is_new = _version(
            document, metadata, source.text, original, origin=origin, told=recognised.warnings, at=at
        )
        _put_origin(origin, brought, document=document, version=version, original=original, at=at)
        if is_new:
            _make_current(document, version, metadata)
            events.version_collected.send(CollectedVersion, document_id=document.pk, version_id=version.pk)
        _settle(brought.address, at=at)
        outcome = _outcome(is_first=recognised.document is None, is_new=is_new, is_known=origin is not None)
        _count(visit, outcome)
    return Taken(brought.address, outcome, document.pk, document.title, recognised.by, None, tuple(version.warnings))


def unchanged(address: str, *, visit: Visit, at: datetime) -> Taken:
    """Note that an address was asked and shows what it showed."""
    with transaction.atomic():
        Origin.objects.filter(pk=address).update(seen_at=at)
        _settle(address, at=at)
        _count(visit, Outcome.UNCHANGED)
    return Taken(address, Outcome.UNCHANGED)


def fail(
    address: str, reason: Reason, words: str, *, visit: Visit, at: datetime, brought: Brought | None = None
) -> Taken:
    """Keep why an address could not be collected, once as long as it stays so; with its bytes where there are any."""
    with transaction.atomic():
        original = None
        if brought is not None and reason not in NOT_KEPT:
            original = _keep(brought, at=at)
        CollectionTrouble.objects.update_or_create(
            address=address[:1000],
            reason=reason.value,
            settled_at=None,
            defaults={
                "visit": visit,
                "words": words,
                "original": original,
                "met_at": at,
                "publisher": brought.publisher if brought is not None else "",
            },
        )
        _count(visit, Outcome.FAILED)
    return Taken(address, Outcome.FAILED, None, "", words, reason)


def _layout_changed(origin: Origin, found: Metadata, text: str) -> str:
    """Return in words why what an address shows now is not a new version of what it showed; empty where it may be."""
    known = origin.version
    if len(text) < len(known.text) * MUCH_SHORTER:
        return f"正文由 {len(known.text)} 字变为 {len(text)} 字，网页可能改版。之前收到的内容仍然保留，请核对。"
    title, number = sameness.title_key(found.title.value or ""), found.number.value
    other_title = title != origin.document.title_key
    other_number = bool(number) and number != known.number
    if other_title and (other_number or not number) and sameness.likeness(known.text, text) < sameness.MUCH:
        return (
            f"同一地址的标题由“{known.title}”变为“{found.title.value or '无'}”，内容也不同，网页可能改版。"
            "之前收到的内容仍然保留，请核对。"
        )
    return ""


def _keep(brought: Brought, *, at: datetime) -> Original:
    digest = hashlib.sha256(brought.content).hexdigest()
    original, _ = Original.objects.get_or_create(
        digest=digest,
        defaults={
            "content": brought.content,
            "size": len(brought.content),
            "media_type": brought.media_type.partition(";")[0].strip()[:100],
            "address": brought.address[:1000],
            "taken_at": at,
        },
    )
    return original


def _new_document(found: Metadata, *, at: datetime) -> CollectedDocument:
    title = (found.title.value or "（无标题）")[:500]
    key = sameness.title_key(title)[:500]
    return CollectedDocument.objects.create(
        title=title, title_key=key, number=(found.number.value or "")[:100], first_seen_at=at
    )


def _version(
    document: CollectedDocument,
    found: Metadata,
    text: str,
    original: Original,
    *,
    origin: Origin | None,
    told: tuple[str, ...],
    at: datetime,
) -> tuple[CollectedVersion, bool]:
    """Return the version this text is, and whether it is new.

    The same text is the same version. Another publisher's page that differs a little shows the version it is like;
    the same address with another text, however little, has changed.
    """
    digest = sameness.digest(text)
    versions = list(document.versions.order_by("ordinal"))
    for known in versions:
        if known.digest == digest:
            return known, False
        same_revision = known.revised_on == found.revised_on
        if origin is None and same_revision and sameness.likeness(known.text, text) >= sameness.SAME:
            return known, False
    value = sameness.simhash(text)
    version = CollectedVersion(
        document=document,
        ordinal=len(versions) + 1,
        original=original,
        text=text,
        digest=digest,
        simhash=value,
        bands=sameness.bands(value),
        title=(found.title.value or document.title)[:500],
        number=(found.number.value or "")[:100],
        level=found.level.value.value if found.level else "",
        topic=(found.topic.value if found.topic else "")[:100],
        kind=found.kind,
        index_number=(found.index_number.value if found.index_number else "")[:100],
        agencies=[one[:100] for one in found.agencies.value or ()],
        written_on=found.written_on.value,
        released_on=found.released_on.value,
        revised_on=found.revised_on,
        effective_on=found.period.effective.value,
        expires_on=found.period.expires.value,
        evidence=evidence_of(found),
        warnings=[*found.warnings, *told],
        taken_at=at,
    )
    version.save(force_insert=True)
    return version, True


def _make_current(document: CollectedDocument, version: CollectedVersion, found: Metadata) -> None:
    """Let the document say what its newest version says: the one revised last, of those the one that came last."""
    newest = max(document.versions.all(), key=lambda one: (one.revised_on or date.min, one.ordinal))
    if newest.pk != version.pk and document.current_id is not None:
        return
    document.current = version
    document.title, document.title_key = version.title, sameness.title_key(version.title)[:500]
    document.number = version.number or document.number
    document.save(update_fields=["current", "title", "title_key", "number"])
    relating.relate(document, found.relations)
    relating.meet(document)


def _put_origin(
    origin: Origin | None,
    brought: Brought,
    *,
    document: CollectedDocument,
    version: CollectedVersion,
    original: Original,
    at: datetime,
) -> None:
    if origin is None:
        Origin.objects.create(
            address=brought.address,
            publisher=brought.publisher[:100],
            document=document,
            version=version,
            original=original,
            etag=brought.seen.etag,
            last_modified=brought.seen.last_modified,
            first_seen_at=at,
            seen_at=at,
            changed_at=at,
        )
        return
    if origin.version_id != version.pk:
        origin.changed_at = at
    origin.version, origin.original, origin.seen_at = version, original, at
    origin.etag, origin.last_modified = brought.seen.etag, brought.seen.last_modified
    origin.save(update_fields=["version", "original", "seen_at", "changed_at", "etag", "last_modified"])


def _settle(address: str, *, at: datetime) -> None:
    CollectionTrouble.objects.filter(address=address, settled_at=None).update(settled_at=at, settled_by=BY_ITSELF)


def _outcome(*, is_first: bool, is_new: bool, is_known: bool) -> Outcome:
    if is_first:
        return Outcome.ADDED
    if is_new:
        return Outcome.CHANGED
    return Outcome.UNCHANGED if is_known else Outcome.JOINED


def _count(visit: Visit, outcome: Outcome) -> None:
    Visit.objects.filter(pk=visit.pk).update(**{outcome.value: F(outcome.value) + 1})


def evidence_of(found: Metadata) -> dict[str, object]:
    """Return where each value was found, as it is kept: the value, the words, the place, how sure; and other values."""
    chosen: dict[str, Chosen[str] | Chosen[date] | Chosen[tuple[str, ...]]] = {
        "title": found.title,
        "number": found.number,
        "agencies": found.agencies,
        "written_on": found.written_on,
        "released_on": found.released_on,
        "effective_on": found.period.effective,
        "expires_on": found.period.expires,
    }
    kept: dict[str, object] = {
        name: {**_kept(one.best), "others": [_kept(other) for other in one.others]}
        for name, one in chosen.items()
        if one.best is not None
    }
    single = {"level": found.level, "topic": found.topic, "index_number": found.index_number}
    return kept | {name: _kept(one) for name, one in single.items() if one is not None}


def _kept(one: Found[str] | Found[date] | Found[tuple[str, ...]] | Found[Level]) -> dict[str, object]:
    value = list(one.value) if isinstance(one.value, tuple) else str(one.value)
    return {"value": value, "evidence": one.evidence[:1000], "where": one.where, "confidence": round(one.confidence, 2)}
