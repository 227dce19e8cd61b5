"""Lists of those paid without applying (拟兑付名单): looked through, made public, objections answered."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yimen.channels.workbench.cases import ChoiceMissing, officer_of
from yimen.core import jobs
from yimen.core.errors import Conflict, DomainError
from yimen.policies import benefit_queries, queries
from yimen.policies.services import benefits
from yimen.policies.services.benefits.wording import ReasonMissing


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the agency's lists, newest first, and the measures a list can be drawn up of."""
    officer = officer_of(request)
    context = {
        "rows": benefit_queries.lists_of(officer),
        "measures": benefit_queries.claim_free(officer, on=timezone.localdate()),
        "asked": request.GET.get("asked") == "1",
    }
    return render(request, "workbench/benefit_lists.html", context)


@login_required
@require_POST
def draw_up(request: HttpRequest) -> HttpResponse:
    """Have a list drawn up, by the worker: it asks the departments about each party."""
    officer, name = officer_of(request), request.POST.get("measure", "").replace("\0", "")[:200]
    benefits.must_handle(name, by=officer, at=timezone.now())
    assert officer.agency_code is not None
    jobs.defer(
        "policies.draw_up_list", measure=name, officer=officer.id, label=officer.label, agency=officer.agency_code
    )
    return HttpResponseRedirect("/workbench/benefits/?asked=1", status=303)


@login_required
@require_safe
def show(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Show a list with its rows and what can be done."""
    return _page(request, list_id)


@login_required
@require_POST
def notice(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Check everybody's credit and make the list public."""
    try:
        benefits.start_notice(list_id, by=officer_of(request), at=timezone.now())
    except (benefits.EmptyList, benefits.NotUnderReview) as error:
        return _page(request, list_id, error=error)
    return HttpResponseRedirect(f"/workbench/benefits/{list_id}/", status=303)


@login_required
@require_POST
def strike(request: HttpRequest, list_id: UUID, row_id: int) -> HttpResponse:
    """Take somebody off the list."""
    try:
        benefits.strike(row_id, reason=request.POST.get("reason", ""), by=officer_of(request), at=timezone.now())
    except (ReasonMissing, benefits.NotUnderReview) as error:
        return _page(request, list_id, error=error)
    return HttpResponseRedirect(f"/workbench/benefits/{list_id}/", status=303)


@login_required
@require_POST
def answer(request: HttpRequest, list_id: UUID, number: int) -> HttpResponse:
    """Answer an objection."""
    officer, choice = officer_of(request), request.POST.get("upheld")
    words = request.POST.get("words", "")
    if choice not in {"true", "false"}:
        return _page(request, list_id, error=ChoiceMissing("请选择异议成立或不成立，再写明理由。"))
    try:
        benefits.answer_objection(number, upheld=choice == "true", words=words, by=officer, at=timezone.now())
    except (ReasonMissing, benefits.ObjectionAnswered) as error:
        return _page(request, list_id, error=error)
    return HttpResponseRedirect(f"/workbench/benefits/{list_id}/", status=303)


def _page(request: HttpRequest, list_id: UUID, *, error: DomainError | None = None) -> HttpResponse:
    roll = benefit_queries.list_of(officer_of(request), list_id)
    rows = benefit_queries.rows_of(roll)
    context = {
        "roll": roll,
        "title": queries.title_of(roll.measure),
        "rows": rows,
        "kept": [one for one in rows if one.status != "STRUCK"],
        "struck": [one for one in rows if one.status == "STRUCK"],
        "objections": [(row, one) for row in rows for one in row.objections],
        "total": sum((one.amount_yuan for one in rows if one.status != "STRUCK" and one.amount_yuan is not None), 0),
        "error": error,
    }
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    return render(request, "workbench/benefit_list.html", context, status=status)
