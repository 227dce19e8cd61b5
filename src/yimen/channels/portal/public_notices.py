"""Lists that are public before anybody is paid (公示): anybody reads them, whoever is signed in may object."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yimen.channels.portal.visitor import own_standing_of
from yimen.core.errors import Conflict, DomainError, Invalid
from yimen.parties.models import Account
from yimen.policies import benefit_queries
from yimen.policies.services import benefits
from yimen.policies.services.benefits.wording import ReasonMissing


class RowMissing(Invalid):
    """An objection does not say to whom on the list."""

    code = "portal.row-missing"
    title = "请选择要提出异议的主体。"


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List what is public."""
    rows = benefit_queries.notices(on=timezone.localdate())
    return render(request, "portal/public_notices/list.html", {"nav": "items", "rows": rows})


@require_safe
def show(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Show a public list, and the form to object for whoever is signed in."""
    return _page(request, list_id)


@login_required
@require_POST
def object_to(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Object to somebody on the list."""
    view = benefit_queries.notice(list_id, on=timezone.localdate())
    words, chosen = request.POST.get("words", "").replace("\0", ""), request.POST.get("row", "")
    row = next((one for one, _, _ in view.rows if str(one) == chosen), None)
    by = own_standing_of(request)
    if row is None:
        return _page(request, list_id, words=words, error=RowMissing("请在名单中选一个，再写明理由。"))
    try:
        benefits.object_to(row, words=words, by=by, at=timezone.now())
    except (benefits.NoticeOver, benefits.ObjectedAlready, ReasonMissing) as error:
        return _page(request, list_id, words=words, chosen=chosen, error=error)
    return HttpResponseRedirect(f"/policies/notices/{list_id}/?sent=1", status=303)


def _page(
    request: HttpRequest, list_id: UUID, *, words: str = "", chosen: str = "", error: DomainError | None = None
) -> HttpResponse:
    account = request.user
    person = account.person if isinstance(account, Account) else None
    context = {
        "nav": "items",
        "view": benefit_queries.notice(list_id, on=timezone.localdate()),
        "mine": benefit_queries.my_objections(person, list_id) if person else [],
        "may_object": person is not None,
        "words": words,
        "chosen": chosen,
        "error": error,
        "sent": request.GET.get("sent") == "1",
    }
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    return render(request, "portal/public_notices/show.html", context, status=status)
