"""The base libraries: what each source covers, where sources differ, and one record, opened with a reason (基础库)."""

from collections import Counter

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yimen.channels.components.charts import Bar
from yimen.channels.console.desk import desk_of, frame
from yimen.core.errors import Invalid, NotFound
from yimen.datasets import base_queries, services
from yimen.datasets.base_queries import LibraryRow
from yimen.parties.queries import Desk

LONGEST_NUMBER, LONGEST_REASON = 40, 400


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the libraries this desk may look into."""
    return _page(request, desk_of(request), {})


@login_required
@require_POST
def open_record(request: HttpRequest, code: str) -> HttpResponse:
    """Open one record. It is the answer itself: its number belongs in no address."""
    desk = desk_of(request)
    given = {"number": _text(request, "number", LONGEST_NUMBER), "reason": _text(request, "reason", LONGEST_REASON)}
    try:
        record = services.open_base_record(code, **given, by=desk, at=timezone.now())
    except (Invalid, services.RecordNotFound) as error:
        return _page(request, desk, {"error": error, "of": code, **given}, status=_status(error))
    return _page(request, desk, {"record": record, "of": code})


def _status(error: Invalid | NotFound) -> int:
    return 422 if isinstance(error, Invalid) else 404


def _text(request: HttpRequest, name: str, longest: int) -> str:
    return request.POST.get(name, "").replace("\x00", "")[:longest].strip()


def _page(request: HttpRequest, desk: Desk, also: dict[str, object], *, status: int = 200) -> HttpResponse:
    found = base_queries.libraries(desk)
    rows = [(one, _bars(one), desk.agency == one.agency and not desk.is_auditor) for one in found]
    return render(request, "console/libraries.html", {**frame(desk, "base"), "rows": rows, **also}, status=status)


def _bars(one: LibraryRow) -> list[Bar]:
    """Return a bar for each source of each attribute: the share of all records it has a value for."""
    sources = Counter(row.attribute for row in one.coverage)
    return [
        Bar(
            label=f"{row.title}·{row.source}"
            + (f"（采用 {row.chosen_share:.1f}%）" if sources[row.attribute] > 1 else ""),
            said=f"{row.known_share:.1f}%",
            share=row.known_share,
        )
        for row in one.coverage
    ]
