"""The catalogue and the guide of an item (办事指南)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yimen.cases import queries as cases
from yimen.cases import services
from yimen.channels.portal.visitor import standing_of
from yimen.core.problems import status_of
from yimen.items import queries
from yimen.parties.models import Account

LONGEST_QUERY = 100


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the items whose name or keywords hold the words searched for; the list alone for htmx."""
    text = request.GET.get("q", "")[:LONGEST_QUERY].replace("\x00", "")
    found = queries.search(text, on=timezone.localdate())
    template = "portal/items/list.html" if request.headers.get("HX-Request") else "portal/items/catalogue.html"
    answer = render(request, template, {"nav": "items", "items": found, "text": text})
    answer.headers["Vary"] = "HX-Request, Cookie"
    return answer


@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who can get this done, how long it takes, and the one button."""
    item = queries.offered(slug, on=timezone.localdate())
    is_citizen = isinstance(request.user, Account) and request.user.person is not None
    once = not item.definition.repeatable
    current = cases.current(standing_of(request).principal, slug, with_granted=once) if is_citizen else None
    return render(
        request,
        "portal/items/guide.html",
        {"nav": "items", "item": item, "case": current, "today": cases.figures(slug)},
    )


@require_safe
def base_catalogue(request: HttpRequest) -> HttpResponse:
    """Show the state's base catalogue, and what of it can be applied for here."""
    return render(request, "portal/items/base.html", {"nav": "items", "rows": queries.base_catalogue()})


@login_required
@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Start the application, or go on with the one there is."""
    chosen = request.POST.get("organisation", "")[:18].replace("\x00", "")
    try:
        case = services.start(slug, by=standing_of(request), at=timezone.now(), organisation=chosen)
    except services.OrganisationMissing as error:
        context = {"nav": "items", "slug": slug, "error": error, "organisations": error.fields.get("organisations", [])}
        return render(request, "portal/items/choose.html", context, status=status_of(error))
    return HttpResponseRedirect(f"/cases/{case.pk}/")
