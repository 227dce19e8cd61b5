"""What agencies want registered, changed or retired, and the data bureau's word on it (目录审核)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yimen.channels.console.datasets import TYPES
from yimen.channels.console.desk import desk_of, frame
from yimen.core.errors import Conflict, Forbidden, Invalid
from yimen.datasets import catalogue
from yimen.datasets.services import registering
from yimen.items import impact


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List what waits: for a steward what was submitted, for a data officer what is their agency's own."""
    desk = desk_of(request)
    return render(request, "console/reviews/list.html", {**frame(desk, "reviews"), "rows": catalogue.proposals(desk)})


@login_required
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show a proposal: what would change, and what would stop."""
    return _page(request, code)


@login_required
@require_POST
def decide(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Publish it, or send it back with words."""
    desk = desk_of(request)
    now = timezone.now()
    words = request.POST.get("words", "").replace("\x00", "")
    try:
        if verb == "publish":
            registering.publish(code, by=desk, at=now, on=timezone.localdate())
        else:
            registering.send_back(code, words=words, by=desk, at=now)
    except (Invalid, Conflict, Forbidden) as error:
        return _page(request, code, words=words, error=error)
    return HttpResponseRedirect("/console/reviews/", status=303)


def _page(
    request: HttpRequest, code: str, *, words: str = "", error: Invalid | Conflict | Forbidden | None = None
) -> HttpResponse:
    desk = desk_of(request)
    today = timezone.localdate()
    page = catalogue.proposal(code, by=desk, on=today)
    seen = impact.of_fields(code, page.gone, at=timezone.now(), on=today) if page.gone else None
    context = {**frame(desk, "reviews"), "page": page, "impact": seen, "words": words, "types": TYPES, "error": error}
    return render(request, "console/reviews/show.html", context, status=422 if error else 200)
