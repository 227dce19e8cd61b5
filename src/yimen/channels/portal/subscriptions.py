"""What policies I want to hear of (政策订阅)."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from yimen.channels.portal.visitor import standing_of
from yimen.core.errors import Conflict, DomainError, Invalid
from yimen.core.problems import status_of
from yimen.policies.delivering import subscribing
from yimen.policies.delivering.subscribing import Wish

LISTS = ("topics", "kinds", "districts", "industries")
MOST_CHOSEN, LONGEST_VALUE, LONGEST_WORDS = 100, 60, 500


@login_required
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """List the subscriptions, and keep a new one."""
    if request.method != "POST":
        return _page(request)
    chosen = {name: _chosen(request, name) for name in LISTS}
    wish = Wish(**chosen, keywords=request.POST.get("keywords", "").replace("\x00", "")[:LONGEST_WORDS])
    now = timezone.now()
    try:
        subscribing.subscribe(wish, by=standing_of(request), at=now, on=timezone.localdate(now))
    except (Invalid, Conflict) as error:
        return _page(request, error=error, wish=wish)
    return HttpResponseRedirect("/inbox/subscriptions/?saved=1", status=303)


@login_required
@require_POST
def end(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """End a subscription."""
    subscribing.unsubscribe(subscription_id, by=standing_of(request), at=timezone.now())
    return HttpResponseRedirect("/inbox/subscriptions/", status=303)


def _chosen(request: HttpRequest, name: str) -> list[str]:
    return [one.replace("\x00", "")[:LONGEST_VALUE] for one in request.POST.getlist(name)[:MOST_CHOSEN]]


def _page(request: HttpRequest, *, error: DomainError | None = None, wish: Wish | None = None) -> HttpResponse:
    on = timezone.localdate()
    there = subscribing.choices(on=on)
    context = {
        "nav": "me",
        "rows": subscribing.mine(standing_of(request), on=on),
        "topics": [(one, one) for one in there.topics],
        "kinds": there.kinds.items(),
        "districts": there.districts.items(),
        "industries": there.industries.items(),
        "wish": wish or Wish(),
        "error": error,
        "saved": request.GET.get("saved") == "1",
    }
    return render(request, "portal/inbox/subscriptions.html", context, status=status_of(error).value if error else 200)
