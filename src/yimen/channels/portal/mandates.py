"""As whom I act, and whom I let act for me (办事身份、授权代办)."""

from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from yimen.channels.portal.visitor import own_standing_of, standing_of, switch
from yimen.core.errors import Invalid, NotFound
from yimen.items import queries as items
from yimen.parties import queries, services

LONGEST = 100


class NoSuchPrincipal(NotFound):
    """What was chosen is no party."""

    code = "portal.no-such-principal"
    title = "没有这个办事身份。"


@login_required
@require_http_methods(["GET", "POST"])
def standings(request: HttpRequest) -> HttpResponse:
    """Show for whom the person may act today, and switch."""
    own = own_standing_of(request)
    if request.method == "POST":
        switch(request, _principal(request.POST.get("principal", "")))
        return HttpResponseRedirect("/", status=303)
    context = {
        "nav": "me",
        "own": own,
        "rows": queries.principals(own.person, on=timezone.localdate()),
        "names": items.names_of_all(),
        "current": request.session.get("acting_for", str(own.person.pk)),
    }
    return render(request, "portal/mandates/standings.html", context)


def _principal(raw: str) -> UUID | None:
    if not raw:
        return None
    try:
        return UUID(raw)
    except ValueError as error:
        raise NoSuchPrincipal("请从列表中选择。") from error


@login_required
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """List who may act for the party one acts for, and let another."""
    standing, on = standing_of(request), timezone.localdate()
    known = items.names_of_all()
    typed: dict[str, str] = {}
    chosen: list[str] = []
    error: Invalid | None = None
    if request.method == "POST":
        typed = {name: request.POST.get(name, "")[:LONGEST].replace("\x00", "") for name in FIELDS}
        chosen = request.POST.getlist("items")[:LONGEST]
        try:
            services.give_mandate(
                standing,
                id_number=typed["id_number"],
                name=typed["name"],
                items=[one for one in chosen if one in known],
                ends_on=_day(typed),
                at=timezone.now(),
                on=on,
            )
        except Invalid as refusal:
            error = refusal
        else:
            return HttpResponseRedirect("/me/mandates/", status=303)
    context = {
        "nav": "me",
        "standing": standing,
        "may": services.may_mandate(standing),
        "rows": queries.mandates_given(standing.principal, on=on),
        "names": known,
        "typed": typed,
        "chosen": chosen,
        "error": error,
    }
    return render(request, "portal/mandates/list.html", context, status=422 if error else 200)


FIELDS = ("id_number", "name", "year", "month", "day")


def _day(typed: dict[str, str]) -> date:
    try:
        return date(int(typed["year"]), int(typed["month"]), int(typed["day"]))
    except ValueError as error:
        raise services.BadMandate("截止日期不是真实存在的日期，请写成 2026 年 12 月 31 日的样子。") from error


@login_required
@require_POST
def end(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """Take a mandate back, from today."""
    services.end_mandate(mandate_id, standing_of(request), on=timezone.localdate())
    return HttpResponseRedirect("/me/mandates/", status=303)
