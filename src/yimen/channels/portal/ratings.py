"""How was it? A rating of a concluded case, once, and once more later (好差评)."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yimen.cases import queries as cases
from yimen.channels.portal.visitor import standing_of
from yimen.core.errors import Conflict, DomainError, Invalid
from yimen.core.problems import status_of
from yimen.items import queries as items
from yimen.ratings import logic, queries, services
from yimen.ratings.services import Said


@login_required
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show the form, or what was said and answered; keep what is said."""
    if request.method != "POST":
        return _page(request, case_id)
    said = Said(
        request.POST.get("score", "")[:8],
        request.POST.getlist("tags")[: len(logic.TAGS)],
        request.POST.get("words", "").replace("\x00", "").replace("\r\n", "\n"),
    )
    verb = services.rate_again if request.POST.get("again") == "1" else services.rate_case
    try:
        verb(case_id, said, by=standing_of(request), at=timezone.now())
    except (Invalid, Conflict) as error:
        return _page(request, case_id, error=error, said=said)
    return HttpResponseRedirect(f"/cases/{case_id}/rating/?saved=1", status=303)


def _page(
    request: HttpRequest, case_id: UUID, *, error: DomainError | None = None, said: Said | None = None
) -> HttpResponse:
    case = cases.mine(standing_of(request), case_id)
    context = {
        "nav": "me",
        "case": case,
        "item": items.names([case.item_slug]).get(case.item_slug, case.item_slug),
        "own": queries.own(services.reference_of(case.pk), case.applicant_id),
        "is_concluded": case.status in services.CONCLUDED,
        "scores": [(str(score), label) for score, label in logic.SCORES.items()],
        "tags": logic.TAGS.items(),
        "said": said or Said(""),
        "error": error,
        "saved": request.GET.get("saved") == "1",
    }
    return render(request, "portal/ratings/rate.html", context, status=status_of(error).value if error else 200)
