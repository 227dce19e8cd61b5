"""Who read my data (谁看过我的数据)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yimen.channels.portal.visitor import citizen_of
from yimen.datasets import queries as datasets
from yimen.facts import queries as facts
from yimen.ledger import queries
from yimen.ledger.queries import ReadRow

OWN = {"cases": "办件", "licences": "证照"}


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """List who read the person's data, newest first; with their own looks where asked for."""
    person, _ = citizen_of(request)
    with_own = request.GET.get("own") == "1"
    rows = queries.reads_of(person.pk, with_own=with_own)
    return render(request, "portal/reads.html", {"nav": "me", "rows": _titled(rows), "with_own": with_own})


def _titled(rows: list[ReadRow]) -> list[dict[str, object]]:
    """Return the rows with their fields in Chinese."""
    fields = datasets.field_titles((row.dataset, name) for row in rows for name in row.fields)
    titles = facts.titles()
    return [
        {
            "row": row,
            "fields": [
                fields.get((row.dataset, name)) or titles.get(name) or OWN.get(row.dataset, name) for name in row.fields
            ],
        }
        for row in rows
    ]
