"""What is mine without applying (免申即享): confirm the account in one tap, or let it be."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yimen.channels.portal.applications import account_in
from yimen.channels.portal.visitor import standing_of
from yimen.core.errors import Invalid
from yimen.policies import application_queries, benefit_queries
from yimen.policies.services import benefits
from yimen.policies.services.awarding import BadAccount


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List what the party is on a list for, what waits for a tap first."""
    return _page(request)


@login_required
@require_POST
def confirm(request: HttpRequest, row_id: int) -> HttpResponse:
    """Confirm it; a second tap leads to the same page."""
    try:
        benefits.confirm(row_id, account_in(request), by=standing_of(request), at=timezone.now())
    except BadAccount as error:
        return _page(request, error=error, at=row_id)
    return HttpResponseRedirect("/policies/benefits/", status=303)


@login_required
@require_POST
def decline(request: HttpRequest, row_id: int) -> HttpResponse:
    """Say that it is not wanted."""
    benefits.decline(row_id, by=standing_of(request), at=timezone.now())
    return HttpResponseRedirect("/policies/benefits/", status=303)


def _page(request: HttpRequest, *, error: Invalid | None = None, at: int | None = None) -> HttpResponse:
    standing = standing_of(request)
    rows = benefit_queries.benefits_of(standing, on=timezone.localdate())
    context = {
        "nav": "me",
        "waiting": [one for one in rows if one.may_confirm],
        "others": [one for one in rows if not one.may_confirm],
        "known": application_queries.known_account(standing.principal),
        "standing": standing,
        "error": error,
        "wrong_at": at,
        "typed": {name: request.POST.get(name, "").replace("\0", "")[:200] for name in ("bank", "number")},
    }
    return render(request, "portal/benefits/list.html", context, status=422 if error else 200)
