"""The front door: search, and what waits for me (首页)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.cases import queries as cases
from yimen.channels.portal.visitor import standing_of
from yimen.items import queries as items
from yimen.notices import queries as notices
from yimen.parties.models import Account


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the search, the items most wanted, and the signed-in person's open cases."""
    on = timezone.localdate()
    open_cases: list[cases.CaseRow] = []
    offers: list[cases.OfferRow] = []
    unread = 0
    if isinstance(request.user, Account) and request.user.person:
        standing = standing_of(request)
        open_cases = [case for case in cases.list_of(standing) if case.status in {"DRAFT", "REVIEW"}]
        offers = cases.offers_to(standing)
        unread = notices.unread_count(standing)
    context = {
        "nav": "home",
        "offers": offers,
        "items": items.search("", on=on, limit=6),
        "open_cases": open_cases,
        "unread": unread,
    }
    return render(request, "portal/home.html", context)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show the person's own corner: messages, cases, licences, who read what."""
    is_citizen = isinstance(request.user, Account) and request.user.person is not None
    unread = notices.unread_count(standing_of(request)) if is_citizen else 0
    return render(request, "portal/me.html", {"nav": "me", "unread": unread})
