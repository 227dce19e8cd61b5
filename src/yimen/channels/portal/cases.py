"""An application from draft to result, and my cases (我的办件)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yimen.cases import queries, services
from yimen.cases.logic import Asked, InvalidAnswers
from yimen.channels.components import conditions
from yimen.channels.components.chips import chips
from yimen.channels.portal import objections, results
from yimen.channels.portal.visitor import standing_of
from yimen.facts.resolver import State
from yimen.rules.logic import Verdict

DATE_PARTS = ("year", "month", "day")


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the person's cases."""
    return render(request, "portal/cases/list.html", {"nav": "me", "cases": queries.list_of(standing_of(request))})


@login_required
@require_safe
def show(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show the draft to fill in, or the result."""
    opened = services.open_as_applicant(case_id, by=standing_of(request), at=timezone.now())
    if opened is None:
        return _draft(request, case_id)
    return render(
        request, "portal/cases/result.html", results.context(opened, by=standing_of(request), at=timezone.now())
    )


@login_required
@require_POST
def answers(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Keep what was answered so far."""
    raw = answers_in(request.POST)
    try:
        services.save_answers(case_id, raw, by=standing_of(request), at=timezone.now())
    except InvalidAnswers as error:
        return _draft(request, case_id, raw=raw, errors=error.answers)
    return HttpResponseRedirect(f"/cases/{case_id}/?saved=1", status=303)


@login_required
@require_POST
def submit(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Submit and decide; a second click, a resend or a refresh leads to the same case."""
    raw = answers_in(request.POST)
    try:
        services.submit(case_id, raw, by=standing_of(request), at=timezone.now())
    except InvalidAnswers as error:
        return _draft(request, case_id, raw=raw, errors=error.answers)
    return HttpResponseRedirect(f"/cases/{case_id}/", status=303)


@login_required
@require_POST
def review(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask for a person to look at it again."""
    reason = request.POST.get("reason", "").replace("\x00", "")
    services.request_review(case_id, reason=reason, by=standing_of(request), at=timezone.now())
    return HttpResponseRedirect(f"/cases/{case_id}/", status=303)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what was typed and what is wrong with it; both empty where there is nothing."""

    one: Asked
    value: str
    error: str

    @property
    def date(self) -> tuple[str, ...]:
        """Return year, month and day as typed."""
        parts = tuple(self.value.split("-"))
        return parts if len(parts) == len(DATE_PARTS) else ("", "", "")


def answers_in(form: QueryDict) -> dict[str, str]:
    """Return the answers of a form by fact; a date's three fields are put together as they were typed.

    What was chosen several times is one text with commas, as a list is kept.
    """
    given: dict[str, str] = {}
    for name, values in form.lists():
        fact, _, part = name.rpartition(".")
        if part in DATE_PARTS and "." in fact:
            year, month, day = (form.get(f"{fact}.{one}", "").strip() for one in DATE_PARTS)
            given[fact] = f"{year}-{month.zfill(2)}-{day.zfill(2)}" if year or month or day else ""
        elif "." in name:
            given[name] = ",".join(map(str, values)).replace("\x00", "")
    return given


def _draft(
    request: HttpRequest,
    case_id: UUID,
    *,
    raw: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Show the draft; after a wrong answer with what was typed kept and each error named."""
    draft = services.prepare(case_id, by=standing_of(request), at=timezone.now())
    typed, wrong = raw or {}, errors or {}
    questions = [Question(one, typed.get(one.fact, one.answer or ""), wrong.get(one.fact, "")) for one in draft.asked]
    context = {
        "nav": "items",
        "draft": draft,
        "chips": chips(
            draft.readings,
            draft.definitions,
            without={one.fact for one in draft.asked if not one.is_declared},
            hides_sensitive=True,
            objects_at=f"/cases/{case_id}/objections/",
            objections=objections.stands(standing_of(request)),
        ),
        "conditions": conditions.of_draft(draft),
        "hides_sensitive": True,
        "to_answer": sum(one.one.answer is None and not one.one.is_declared for one in questions),
        "is_contradicted": any(one.state is State.CONTRADICTED for one in draft.readings.values()),
        "own": [one for one in questions if not one.one.is_declared],
        "silent": [one for one in questions if one.one.is_declared],
        "is_rejected": draft.judgement.verdict is Verdict.REJECT,
        "errors": wrong,
        "saved": request.GET.get("saved") == "1",
    }
    return render(request, "portal/cases/draft.html", context, status=422 if wrong else 200)
