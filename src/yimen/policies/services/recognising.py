"""Whether a text is a document we know already: by number, by title and issue, by its words (同一政策识别)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from yimen.policies.collecting import sameness
from yimen.policies.collecting.metadata import Metadata
from yimen.policies.models import CollectedDocument, CollectedVersion

CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class Recognised:
    """The document it is, and by what; None for a new one. `warnings` tell what nearly matched and does not."""

    document: CollectedDocument | None
    by: str = ""
    warnings: tuple[str, ...] = ()


def recognise(found: Metadata, text: str) -> Recognised:
    """Return the known document this is, the surest sign first.

    A number is given once; so two titles under one number are a slip of somebody's, and told.
    """
    title = sameness.title_key(found.title.value or "")
    told: list[str] = []
    if number := found.number.value:
        for document in _documents().filter(number=number).order_by("pk")[:CANDIDATES]:
            if _is_one_title(document.title_key, title) or _is_like(document, text, sameness.MUCH):
                return Recognised(document, f"发文字号 {number}")
            told.append(f"发文字号 {number} 与已有文件“{document.title}”相同，标题却不同，请核对。")
    for document in _documents().filter(title_key=title).order_by("pk")[:CANDIDATES] if title else ():
        if not _contradicts(document, found) and _is_one_issue(document, found):
            return Recognised(document, "标题、发文机关和成文日期", tuple(told))
    for version in _near(text):
        document = version.document
        if not _contradicts(document, found) and sameness.likeness(version.text, text) >= sameness.SAME:
            return Recognised(document, "正文相同", tuple(told))
    return Recognised(None, "", tuple(told))


def _documents() -> QuerySet[CollectedDocument]:
    return CollectedDocument.objects.select_related("current")


def _is_one_title(known: str, found: str) -> bool:
    """Tell whether one title is the other, or is it cut short."""
    return bool(known and found) and (known in found or found in known)


def _is_like(document: CollectedDocument, text: str, least: float) -> bool:
    return document.current is not None and sameness.likeness(document.current.text, text) >= least


def _is_one_issue(document: CollectedDocument, found: Metadata) -> bool:
    """Tell whether issuer and date agree: the same title comes back every year."""
    known = document.current
    if known is None:
        return False
    issuers = found.agencies.value or ()
    return bool(known.agencies and issuers and known.agencies[0] == issuers[0] and known.written_on) and (
        known.written_on == found.written_on.value
    )


def _contradicts(document: CollectedDocument, found: Metadata) -> bool:
    """Tell whether both have a number, or both a date, and they differ: the same words, issued twice."""
    known = document.current
    if known is None:
        return False
    number, written = found.number.value, found.written_on.value
    return bool(known.number and number and known.number != number) or bool(
        known.written_on and written and known.written_on != written
    )


def _near(text: str) -> list[CollectedVersion]:
    """Return versions whose simhash differs in few bits; the index on bands finds them without reading any text."""
    value = sameness.simhash(text)
    candidates = CollectedVersion.objects.filter(bands__overlap=sameness.bands(value)).order_by("pk")
    near = [
        one.pk
        for one in candidates.only("pk", "simhash")
        if sameness.distance(one.simhash, value) <= sameness.NEAR_BITS
    ]
    return list(
        CollectedVersion.objects.filter(pk__in=near).select_related("document__current").order_by("pk")[:CANDIDATES]
    )
