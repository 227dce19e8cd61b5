"""Policies from draft to publication (政策发布): what is under way, what would change, two others' word on it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yimen import dmn
from yimen.channels.console.desk import desk_of, frame
from yimen.core.errors import Conflict, Forbidden, Invalid
from yimen.policies import comparing, queries, services
from yimen.policies.logic import KIND_LABELS, MODE_LABELS


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the policies under way and those published."""
    desk = desk_of(request)
    return render(request, "console/policies/list.html", {**frame(desk, "policies"), "rows": queries.of_desk(desk)})


@login_required
@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the version under way as people will see it, with what would change and what its rules lack."""
    return _page(request, slug)


@login_required
@require_POST
def act(request: HttpRequest, slug: str, verb: str) -> HttpResponse:
    """Send it to review, agree to it, or return it with words."""
    desk, now = desk_of(request), timezone.now()
    words = request.POST.get("words", "")[:1000].replace("\x00", "")
    try:
        if verb == "submit":
            services.submit(slug, by=desk)
        else:
            services.review(slug, agreed=verb == "agree", words=words, by=desk, at=now)
    except (Invalid, Conflict, Forbidden) as error:
        return _page(request, slug, words=words, error=error)
    return HttpResponseRedirect(f"/console/policies/{slug}/", status=303)


def _page(
    request: HttpRequest, slug: str, *, words: str = "", error: Invalid | Conflict | Forbidden | None = None
) -> HttpResponse:
    desk = desk_of(request)
    page = queries.under_way(slug, by=desk)
    context = {
        **frame(desk, "policies"),
        "page": page,
        "changes": comparing.changes(page.current, page.definition) if page.current else [],
        "findings": {one.id: _findings(page.rules.get(one.id)) for one in page.definition.measures},
        "kinds": KIND_LABELS,
        "modes": MODE_LABELS,
        "words": words,
        "error": error,
    }
    return render(request, "console/policies/show.html", context, status=422 if error else 200)


def _findings(text: str | None) -> list[str]:
    """Return what the analysis of a measure's rules found, in sentences."""
    if text is None:
        return ["还没有规则。"]
    return [f"{one.place}：{one.what}{one.remedy}" for one in dmn.analyse(dmn.load(text.encode())).findings]
