"""An officer objects to a value of a case on their desk (数据异议)."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yimen.cases import services as cases
from yimen.channels.workbench.cases import officer_of
from yimen.core.errors import Conflict, Invalid
from yimen.datasets import services
from yimen.datasets.services import objecting


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_case(request: HttpRequest, case_id: UUID, fact: str) -> HttpResponse:
    """Show the value and the form, or raise the objection."""
    officer = officer_of(request)
    value = cases.value_as_officer(case_id, fact, by=officer, at=timezone.now())
    words, expected = (request.POST.get(name, "").replace("\0", "") for name in ("words", "expected"))
    error: Invalid | Conflict | None = None
    if request.method == "POST":
        try:
            services.raise_objection(
                value.disputed, words=words, expected=expected, by=officer, at=timezone.now(), is_by_officer=True
            )
        except (objecting.WordsMissing, objecting.ObjectionOpen) as refused:
            error = refused
        else:
            return HttpResponseRedirect(f"/workbench/cases/{case_id}/", status=303)
    context = {"value": value, "case_id": case_id, "words": words, "expected": expected, "error": error}
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    return render(request, "workbench/objection.html", context, status=status)
