"""Who read my data (谁看过我的数据)."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yimen.channels.portal.visitor import standing_of
from yimen.datasets import base_queries, batch_reads
from yimen.datasets import queries as datasets
from yimen.facts import queries as facts
from yimen.ledger import queries
from yimen.ledger.queries import ReadRow

OWN = {"cases": "办件", "licences": "证照", "objections": "数据异议"}


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List who read the person's data, newest first; with their own looks where asked for."""
    standing = standing_of(request)
    with_own = request.GET.get("own") == "1"
    rows = queries.reads_of(standing.principal.pk, with_own=with_own, items=standing.items)
    rows += batch_reads.reads_of(standing.principal, items=standing.items)
    rows.sort(key=lambda row: (row.at, row.id), reverse=True)
    return render(request, "portal/reads.html", {"nav": "me", "uses": _uses(rows), "with_own": with_own})


@login_required
@require_safe
def proof(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Give the person the proof that a row about them stands in the ledger, and unchanged."""
    standing = standing_of(request)
    if batch_reads.is_batch(entry_id):
        proven = batch_reads.proof_of(entry_id, party=standing.principal, items=standing.items)
    else:
        proven = queries.proof_of(entry_id, subject=standing.principal.pk, items=standing.items)
    answer = JsonResponse(proven, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer.headers["Content-Disposition"] = f'attachment; filename="ledger-{entry_id}.json"'
    return answer


@dataclass(frozen=True, slots=True)
class Occasion:
    """What somebody read at one moment for one purpose with one result, its fields in Chinese.

    `objectable` are the rows from which one may object to what a department said, each with its fields in Chinese.
    """

    row: ReadRow
    fields: tuple[str, ...]
    numbers: tuple[int, ...]
    objectable: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Use:
    """What one agency read for one purpose (数据使用): its fields in Chinese, and the occasions, newest first.

    `is_batch` where it was runs over many, theirs among them.
    """

    actor: str
    purpose: str
    is_read: bool
    is_batch: bool
    fields: tuple[str, ...]
    occasions: tuple[Occasion, ...]


def _uses(rows: list[ReadRow]) -> list[Use]:
    """Return the rows by who read them and why, whoever read last first; `is_read` where any read succeeded."""
    gathered: dict[tuple[str, str, bool], list[Occasion]] = {}
    for one in _occasions(rows):
        gathered.setdefault((one.row.actor, one.row.purpose, one.row.is_batch), []).append(one)
    return [
        Use(
            actor=actor,
            purpose=purpose,
            is_read=any(one.row.result == "OK" for one in together),
            is_batch=together[0].row.is_batch,
            fields=tuple(dict.fromkeys(name for one in together for name in one.fields)),
            occasions=tuple(together),
        )
        for (actor, purpose, _), together in gathered.items()
    ]


def _occasions(rows: list[ReadRow]) -> list[Occasion]:
    """Return the rows gathered by moment, reader, purpose and result, newest first."""
    fields = datasets.field_titles((row.dataset, name) for row in rows for name in row.fields)
    if any(row.dataset.startswith(base_queries.TABLE) for row in rows):
        fields |= base_queries.attribute_titles()
    titles = facts.titles()
    gathered: dict[tuple[object, ...], list[ReadRow]] = {}
    for row in rows:
        gathered.setdefault((row.at, row.actor, row.purpose, row.result), []).append(row)
    return [
        Occasion(
            row=together[0],
            fields=tuple(
                fields.get((row.dataset, name)) or titles.get(name) or OWN.get(row.dataset, name)
                for row in reversed(together)
                for name in row.fields
            ),
            numbers=tuple(row.id for row in reversed(together)),
            objectable=tuple(
                (row.id, "、".join(fields[row.dataset, name] for name in row.fields if (row.dataset, name) in fields))
                for row in reversed(together)
                if row.dataset not in OWN and any((row.dataset, name) in fields for name in row.fields)
            ),
        )
        for together in gathered.values()
    ]
