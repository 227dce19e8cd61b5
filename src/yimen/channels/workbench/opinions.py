"""What other agencies are asked to look at (联审清单): each sees its own part, answers once."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yimen.channels.components.chips import chips
from yimen.channels.workbench.cases import ChoiceMissing, officer_of
from yimen.core.errors import Invalid
from yimen.policies import opinion_queries
from yimen.policies.services import opinions


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """List what the officer's agency is asked, the earliest due first."""
    rows = opinion_queries.opinions_for(officer_of(request), on=timezone.localdate())
    return render(request, "workbench/opinions.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, opinion_id: int) -> HttpResponse:
    """Show the facts the opinion needs and the form, or say what the agency thinks."""
    officer = officer_of(request)
    words, choice = request.POST.get("words", "").replace("\0", ""), request.POST.get("agreed")
    error: Invalid | None = None
    if request.method == "POST":
        try:
            _said(opinion_id, request)
            return HttpResponseRedirect("/workbench/opinions/", status=303)
        except (ChoiceMissing, opinions.WordsMissing) as refused:
            error = refused
    asked = opinions.open_opinion(opinion_id, by=officer, at=timezone.now())
    context = {
        "asked": asked,
        "one": asked.opinion,
        "chips": chips(asked.part.readings, asked.part.definitions),
        "on": timezone.localdate(),
        "words": words,
        "choice": choice,
        "error": error,
    }
    return render(request, "workbench/opinion.html", context, status=422 if error else 200)


def _said(opinion_id: int, request: HttpRequest) -> None:
    choice = request.POST.get("agreed")
    if choice not in {"true", "false"}:
        raise ChoiceMissing("请选择同意或不同意，再提交。")
    words = request.POST.get("words", "")
    opinions.say(opinion_id, agreed=choice == "true", words=words, by=officer_of(request), at=timezone.now())
