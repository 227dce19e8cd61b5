"""Keep what a document does to others, and find which known documents are meant (文件关系)."""

from collections.abc import Iterable

from django.db.models import Q

from yimen.policies.collecting import sameness
from yimen.policies.collecting.relations import Relation, RelationKind
from yimen.policies.models import CollectedDocument, DocumentRelation

LATER = {RelationKind.AMENDED_BY.value}
"""Relations whose target is the later one; of all others the target is earlier."""


def relate(document: CollectedDocument, relations: Iterable[Relation]) -> None:
    """Keep the relations of the document's current version, in place of those before; in the caller's transaction."""
    document.relations.all().delete()
    rows: dict[tuple[str, str, str], DocumentRelation] = {}
    for one in relations:
        key = sameness.title_key(one.title)
        row = DocumentRelation(
            document=document,
            kind=one.kind.value,
            title=one.title[:500],
            title_key=key[:500],
            number=one.number[:100],
            evidence=one.evidence,
            confidence=one.confidence,
        )
        row.target = target_of(row, of=document)
        rows.setdefault((row.kind, row.title_key, row.number), row)
    DocumentRelation.objects.bulk_create(rows.values())


def meet(document: CollectedDocument) -> int:
    """Find the relations of others that meant this document before it was known; return how many."""
    waiting = (
        DocumentRelation.objects.filter(target=None).exclude(document=document).select_related("document__current")
    )
    named = Q(title_key=document.title_key) | (Q(number=document.number) if document.number else Q(pk__in=[]))
    met = 0
    for row in waiting.filter(named):
        row.target = target_of(row, of=row.document)
        if row.target is not None:
            row.save(update_fields=["target"])
            met += 1
    return met


def target_of(row: DocumentRelation, *, of: CollectedDocument) -> CollectedDocument | None:
    """Return the known document a relation means: by number, else by title; None where none or several fit.

    What a document repeals, amends, carries out or explains is older than it; what amended it is younger.
    """
    others = CollectedDocument.objects.exclude(pk=of.pk).select_related("current")
    for named in (Q(number=row.number) if row.number else None, Q(title_key=row.title_key) if row.title_key else None):
        if named is None:
            continue
        found = [one for one in others.filter(named).order_by("pk")[:10] if _fits_in_time(row, of, one)]
        if len(found) == 1:
            return found[0]
    return None


def _fits_in_time(row: DocumentRelation, of: CollectedDocument, other: CollectedDocument) -> bool:
    mine = of.current.written_on if of.current is not None else None
    theirs = other.current.written_on if other.current is not None else None
    if mine is None or theirs is None:
        return True
    return theirs >= mine if row.kind in LATER else theirs <= mine
