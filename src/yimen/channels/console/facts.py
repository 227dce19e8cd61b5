"""The dictionary of facts, and where each fact comes from (数据项、数源)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yimen.channels.console.desk import desk_of, frame
from yimen.core.errors import Conflict, Invalid
from yimen.datasets import queries as datasets
from yimen.facts import queries, services


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the facts, those with the words looked for."""
    desk = desk_of(request)
    words = request.GET.get("q", "").replace("\x00", "")[:60].strip()
    return render(
        request, "console/facts/list.html", {**frame(desk, "facts"), "rows": queries.search(words), "q": words}
    )


@login_required
@require_safe
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show one fact with its sources; a steward can add one."""
    return _page(request, name)


@login_required
@require_POST
def add(request: HttpRequest, name: str) -> HttpResponse:
    """Add a source, given as `dataset.field`."""
    desk = desk_of(request)
    dataset, _, field = request.POST.get("source", "").replace("\x00", "").partition(".")
    try:
        services.add_source(name, dataset=dataset, field=field, by=desk, at=timezone.now())
    except (Invalid, Conflict) as error:
        return _page(request, name, error=error)
    return HttpResponseRedirect(f"/console/facts/{name}/", status=303)


@login_required
@require_POST
def drop(request: HttpRequest, name: str) -> HttpResponse:
    """Take back a source that was added."""
    dataset, _, field = request.POST.get("source", "").replace("\x00", "").partition(".")
    services.drop_source(name, dataset=dataset, field=field, by=desk_of(request))
    return HttpResponseRedirect(f"/console/facts/{name}/", status=303)


def _page(request: HttpRequest, name: str, *, error: Invalid | Conflict | None = None) -> HttpResponse:
    desk = desk_of(request)
    page = queries.fact(name)
    titles = datasets.field_titles((one.dataset, one.field) for one in page.definition.sources)
    context = {
        **frame(desk, "facts"),
        "page": page,
        "sensitivity": queries.SENSITIVITY_LABELS[page.definition.sensitivity],
        "sources": [(one, titles.get((one.dataset, one.field), one.field)) for one in page.definition.sources],
        "choices": datasets.field_choices(services.FITTING[page.definition.type]) if desk.is_steward else [],
        "error": error,
    }
    return render(request, "console/facts/show.html", context, status=422 if error else 200)
