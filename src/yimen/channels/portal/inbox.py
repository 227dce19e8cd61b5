"""What I was told, and one notice, read by opening it (消息)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from yimen.channels.portal.visitor import own_standing_of, standing_of
from yimen.notices import queries, services
from yimen.parties import queries as parties


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A party the visitor may act for wholly, whose inbox has something unread."""

    name: str
    unread: int


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List what the party one acts for was told, newest first."""
    standing = standing_of(request)
    unread = request.GET.get("unread") == "1"
    rows = queries.listing(standing, unread=unread, before=_moment(request.GET.get("before", "")))
    context = {
        "nav": "me",
        "rows": rows[: queries.PAGE],
        "before": rows[queries.PAGE - 1].made_at.isoformat() if len(rows) > queries.PAGE else "",
        "unread": unread,
        "count": queries.unread_count(standing),
        "elsewhere": _elsewhere(request),
        "may_set": queries.may_set(standing),
    }
    return render(request, "portal/inbox/list.html", context)


@login_required
@require_safe
def show(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Show one notice; opening it is what reading means."""
    view = services.open_notice(notice_id, by=standing_of(request), at=timezone.now())
    return render(request, "portal/inbox/show.html", {"nav": "me", "notice": view})


def _moment(written: str) -> datetime | None:
    """Return the moment a page of the list goes on from; what is none begins at the newest."""
    try:
        found = parse_datetime(written[:40].replace(" ", "+"))
    except ValueError:
        return None
    return found if found is None or timezone.is_aware(found) else None


def _elsewhere(request: HttpRequest) -> list[Elsewhere]:
    own = own_standing_of(request)
    if standing_of(request).principal.pk != own.person.pk:
        return []
    whole = [one for one in parties.principals(own.person, on=timezone.localdate()) if not one.items]
    unread = queries.unread_by_recipient(one.principal_id for one in whole)
    names = {one.principal_id: one.principal for one in whole}
    return [Elsewhere(names[party], count) for party, count in unread.items()]
