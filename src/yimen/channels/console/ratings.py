"""How the agency's services are rated, and answering what was bad (好差评)."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yimen.channels.components.charts import Bar
from yimen.channels.console.desk import desk_of, frame
from yimen.core.errors import Conflict, DomainError, Invalid
from yimen.core.problems import status_of
from yimen.parties.queries import Desk
from yimen.ratings import logic, queries, services
from yimen.ratings.queries import Average

BEST = 5
POOR = 3
"""An average below so many stars is marked."""


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show the averages, and the ratings, bad ones that wait first."""
    desk = desk_of(request)
    which = request.GET.get("which", "")
    averages = queries.by_agency(desk)
    context = {
        **frame(desk, "ratings"),
        "rows": queries.board(desk, bad_only=which == "bad", waiting_only=which == "waiting"),
        "which": which if which in {"bad", "waiting"} else "",
        "waiting": queries.waiting(desk),
        "averages": averages,
        "bars": [_bar(one) for one in averages if one.average is not None],
        "hidden": sum(one.average is None for one in averages),
        "least": logic.LEAST,
        "items": queries.by_item_of(desk),
    }
    return render(request, "console/ratings/board.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, rating_id: UUID) -> HttpResponse:
    """Show a rating, and answer it."""
    desk = desk_of(request)
    if request.method != "POST":
        return _page(request, desk, rating_id)
    words = request.POST.get("words", "").replace("\x00", "").replace("\r\n", "\n")
    try:
        services.answer(rating_id, words, by=desk, at=timezone.now())
    except (Invalid, Conflict) as error:
        return _page(request, desk, rating_id, error=error, words=words)
    return HttpResponseRedirect(f"/console/ratings/{rating_id}/", status=303)


def _page(
    request: HttpRequest, desk: Desk, rating_id: UUID, *, error: DomainError | None = None, words: str = ""
) -> HttpResponse:
    row = queries.one(desk, rating_id)
    context = {**frame(desk, "ratings"), "row": row, "error": error, "words": words}
    return render(request, "console/ratings/show.html", context, status=status_of(error).value if error else 200)


def _bar(one: Average) -> Bar:
    assert one.average is not None
    tone = "bad" if one.average < POOR else ""
    return Bar(one.title, f"{one.average} 分 · {one.count} 条", float(one.average) * 100 / BEST, tone)
