"""What is mine without asking for it (主动服务): one tap to take it, or to say no."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from yimen.cases.services import offering
from yimen.channels.portal.visitor import standing_of


@login_required
@require_POST
def accept(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Take it; a second tap leads to the same case."""
    case = offering.accept(offer_id, by=standing_of(request), at=timezone.now())
    return HttpResponseRedirect(f"/cases/{case.pk}/", status=303)


@login_required
@require_POST
def decline(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Say that it is not wanted."""
    offering.decline(offer_id, by=standing_of(request), at=timezone.now())
    return HttpResponseRedirect("/", status=303)
