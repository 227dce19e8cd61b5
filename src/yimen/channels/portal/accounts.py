"""Signing in: by password through allauth, or, in a demo only, by choosing who to be."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from yimen.parties import queries as parties
from yimen.parties.models import Account

BACKEND = "yimen.config.backends.AccountBackend"
DEMO_PREFIX = "demo-"


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts come from the city's identity service: nobody opens one by filling in a form of ours."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return false."""
        del request
        return False


@require_http_methods(["GET", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """Let a visitor of the demo choose who to be; anywhere else there is no such page."""
    if not settings.YIMEN_DEMO:
        raise Http404
    accounts = Account.objects.filter(username__startswith=DEMO_PREFIX).select_related("person").order_by("pk")
    following = request.POST.get("next") or request.GET.get("next", "")
    safe = following.startswith("/") and url_has_allowed_host_and_scheme(following, allowed_hosts=None)
    if request.method == "POST":
        account = get_object_or_404(accounts, username=request.POST.get("username", "")[:150].replace("\x00", ""))
        login(request, account, backend=BACKEND)
        return HttpResponseRedirect(following if safe else _home(account))
    return render(request, "portal/accounts/demo.html", {"accounts": accounts, "next": following if safe else ""})


def _home(account: Account) -> str:
    """Return where somebody begins: a citizen at home, an officer at the workbench, whoever looks after data there."""
    if account.person is not None:
        return "/"
    return "/console/" if parties.has_desk(account, on=timezone.localdate()) else "/workbench/"
