"""The officer's queue and a case on the officer's desk (待办、办件)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yimen.cases import queries, services
from yimen.channels.components import conditions
from yimen.channels.components.chips import chips
from yimen.core.errors import Conflict, DomainError, Invalid
from yimen.facts.logic import titles_of
from yimen.parties import queries as parties
from yimen.parties.logic import Actor
from yimen.parties.models import Account, Party
from yimen.policies import handling_queries
from yimen.policies import queries as measures
from yimen.policies.services.awarding import amount_of
from yimen.policies.services.guarding import AmountMissing, OpinionsOpen
from yimen.standards import masking


class ChoiceMissing(Invalid):
    """Neither approve nor refuse was chosen."""

    code = "workbench.choice-missing"
    title = "请选择批准或不予批准。"


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """List the cases waiting for the officer's agency, oldest first."""
    rows = queries.queue(officer_of(request))
    return render(request, "workbench/queue.html", {"rows": rows, "now": timezone.now()})


@login_required
@require_safe
def show(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show a case: facts with their sources, conditions and trace, law and what can be done."""
    return _desk(request, case_id)


@login_required
@require_POST
def decide(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Decide with a reason."""
    officer = officer_of(request)
    reason = request.POST.get("reason", "").replace("\x00", "")
    choice = request.POST.get("approve")
    if choice not in {"true", "false"}:
        return _desk(request, case_id, reason=reason, error=ChoiceMissing("两者选一，再写明理由。"))
    amount = amount_of(request.POST.get("amount", "")) if choice == "true" else None
    try:
        services.decide(case_id, approve=choice == "true", reason=reason, amount=amount, by=officer, at=timezone.now())
    except (services.ReasonMissing, services.BadAmount, AmountMissing, OpinionsOpen) as error:
        return _desk(request, case_id, reason=reason, choice=choice, error=error)
    return HttpResponseRedirect(f"/workbench/cases/{case_id}/", status=303)


def officer_of(request: HttpRequest) -> Actor:
    """Return the signed-in officer.

    Raises:
        NotAnOfficer: the account holds no post today.
    """
    assert isinstance(request.user, Account)  # every view that calls this requires sign-in
    return parties.officer(request.user, on=timezone.localdate())


def _desk(
    request: HttpRequest,
    case_id: UUID,
    *,
    reason: str = "",
    choice: str | None = None,
    error: DomainError | None = None,
) -> HttpResponse:
    opened = services.open_as_officer(case_id, by=officer_of(request), at=timezone.now())
    context = {
        "opened": opened,
        "case": opened.case,
        **_applicant(opened.case.applicant),
        "automatic": opened.automatic,
        "final": opened.final,
        "chips": chips(opened.readings, opened.definitions, objects_at=f"/workbench/cases/{case_id}/objections/"),
        "conditions": conditions.of_case(opened),
        "missing": titles_of(opened.automatic.missing, opened.definitions),
        "trace": trace_lines(
            opened.automatic.trace or {}, {name: one.title for name, one in opened.definitions.items()}
        ),
        "moments": _moments(opened),
        **_measure(opened),
        "amount": request.POST.get("amount", "").replace("\0", "")[:40],
        "reason": reason,
        "choice": choice,
        "error": error,
    }
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    return render(request, "workbench/case.html", context, status=status)


def _measure(opened: services.CaseFile) -> dict[str, object]:
    """Return what only a measure's case has: the agencies asked, the amount the rules reckoned, its most."""
    case, on = opened.case, timezone.localdate()
    if "/" not in case.item_slug or case.submitted_at is None:
        return {"opinions": [], "pays": False}
    measure = measures.measure(case.item_slug, on=timezone.localdate(case.submitted_at)).definition
    return {
        "opinions": handling_queries.opinions_on(case.pk, on=on),
        "pays": measure.pays,
        "cap": measure.cap,
        "reckoned": opened.automatic.amount_yuan,
        "amount_rule": measure.amount,
    }


def _applicant(party: Party) -> dict[str, str]:
    """Return who applies as an officer sees it: a person masked, an organisation whole, as its licence is public."""
    if not party.is_person:
        return {"applicant": party.name, "number": party.number}
    return {"applicant": masking.name(party.name), "number": masking.id_number(party.number)}


def trace_lines(trace: Mapping[str, object], titles: Mapping[str, str], depth: int = 0) -> list[dict[str, object]]:
    """Return a decision's trace as lines to read: decision, value, the facts it read, the rows it hit, its depth."""
    facts, children, rows = trace.get("facts", {}), trace.get("children", []), trace.get("rows", [])
    assert isinstance(facts, Mapping)
    assert isinstance(children, list)
    assert isinstance(rows, list)
    line = {
        "decision": trace.get("decision", ""),
        "value": _said(trace.get("value")),
        "facts": [(titles.get(name, name), _said(value)) for name, value in facts.items()],
        "rows": rows,
        "depth": depth,
    }
    return [line, *(below for child in children for below in trace_lines(child, titles, depth + 1))]


def _said(value: object) -> str:
    match value:
        case True:
            return "是"
        case False:
            return "否"
        case None:
            return "空"
        case {"unknown": True}:
            return "未知"
        case _:
            return str(value)


def _moments(opened: services.CaseFile) -> list[tuple[datetime | None, str, str]]:
    moments: list[tuple[datetime | None, str, str]] = [(opened.case.submitted_at, "申请人", "提交申请")]
    words = {"approve": "批准", "reject": "不予批准", "undetermined": "未能自动决定，转人工"}
    made = [
        (one.decided_at, one.actor_label, f"{one.get_made_by_display()}：{words[one.verdict]}")
        for one in opened.decisions
    ]
    return [*moments, *made]
