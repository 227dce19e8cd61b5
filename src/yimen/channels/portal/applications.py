"""Apply once for several measures (补贴申报一次办): choose, fill in once, submit, see each result, say where to pay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.cases.logic import InvalidAnswers
from yimen.channels.components import conditions
from yimen.channels.components.chips import Chip, chips
from yimen.channels.components.conditions import ConditionRow
from yimen.channels.portal import objections
from yimen.channels.portal.cases import Question, answers_in
from yimen.channels.portal.visitor import standing_of
from yimen.core.errors import Conflict, DomainError, Invalid
from yimen.items.logic import Material
from yimen.parties.queries import Standing
from yimen.policies import handling_queries, queries
from yimen.policies.logic import Mode
from yimen.policies.models import Application
from yimen.policies.queries import Measure
from yimen.policies.services import applying, awarding
from yimen.policies.services.applying import Prepared
from yimen.rules.logic import Verdict


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Show what can be applied for, with what was chosen elsewhere ticked; or begin with what is ticked."""
    if request.method != "POST":
        return _choice(request, request.GET.getlist("measure"))
    names = [name.replace("\0", "")[:200] for name in request.POST.getlist("measure")]
    try:
        application = applying.start(names, by=standing_of(request), at=timezone.now())
    except (Conflict, Invalid) as error:
        return _choice(request, names, error=error)
    return HttpResponseRedirect(f"/policies/applications/{application.pk}/", status=303)


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the applications of the party."""
    rows = handling_queries.applications_of(standing_of(request))
    return render(request, "portal/applications/list.html", {"nav": "me", "rows": rows})


@login_required
@require_safe
def show(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show the form while it is a draft, and after that how each measure stands."""
    return _page(request, application_id)


@login_required
@require_POST
def answers(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Keep what was answered so far."""
    raw = answers_in(request.POST)
    try:
        applying.save_answers(application_id, raw, by=standing_of(request), at=timezone.now())
    except InvalidAnswers as error:
        return _page(request, application_id, raw=raw, errors=error.answers)
    return HttpResponseRedirect(f"/policies/applications/{application_id}/?saved=1", status=303)


@login_required
@require_POST
def submit(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Submit everything; a second click or a refresh leads to the same."""
    raw = answers_in(request.POST)
    try:
        applying.submit(application_id, raw, by=standing_of(request), at=timezone.now())
    except InvalidAnswers as error:
        return _page(request, application_id, raw=raw, errors=error.answers)
    return HttpResponseRedirect(f"/policies/applications/{application_id}/", status=303)


@login_required
@require_POST
def account(request: HttpRequest, application_id: UUID, award_id: int) -> HttpResponse:
    """Say to which account what was granted is to be paid."""
    try:
        awarding.confirm_account(award_id, account_in(request), by=standing_of(request), at=timezone.now())
    except awarding.BadAccount as error:
        return _page(request, application_id, refused=error)
    return HttpResponseRedirect(f"/policies/applications/{application_id}/", status=303)


def account_in(request: HttpRequest) -> awarding.Given:
    """Return the account a form gives; empty where it takes the known one."""
    if request.POST.get("known") == "1":
        return awarding.Given()
    return awarding.Given(*(request.POST.get(name, "").replace("\0", "")[:200] for name in ("bank", "number")))


@dataclass(frozen=True, slots=True)
class Option:
    """A measure to tick: what it gives, whether it is ticked, why it cannot be (empty where it can)."""

    name: str
    title: str
    policy: str
    amount: str
    window: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class LineForm:
    """One measure of a draft with its conditions as they stand."""

    title: str
    is_filed: bool
    verdict: str
    conditions: list[ConditionRow]
    is_near: bool
    near: str
    is_asked: bool = False


def _choice(request: HttpRequest, names: Iterable[str], *, error: DomainError | None = None) -> HttpResponse:
    """Show the measures that can be applied for; the ones asked for first, one to be dropped unticked."""
    on, wanted = timezone.localdate(), list(dict.fromkeys(names))
    dropped = set(map(str, error.fields.get("drop", []))) if error else set()  # type: ignore[call-overload]  # a list of names
    standing = standing_of(request)
    subject = "person" if standing.principal.is_person else "org"
    found = [one for one in queries.measures(on=on) if _is_offered(one, subject=subject, on=on)]
    options = [_option(one, is_chosen=one.name in wanted and one.name not in dropped) for one in found]
    known = {one.name for one in options}
    context = {
        "nav": "items",
        "chosen": [one for one in options if one.name in wanted],
        "others": [one for one in options if one.name not in wanted],
        "gone": [queries.title_of(name) for name in wanted if name not in known],
        "error": error,
    }
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    return render(request, "portal/applications/choose.html", context, status=status)


def _is_offered(one: Measure, *, subject: str, on: date) -> bool:
    definition = one.definition
    is_asked_for = definition.is_applied_for and definition.mode is not Mode.NO_APPLICATION
    return is_asked_for and definition.window.is_open(on) and subject in definition.subjects


def _option(one: Measure, *, is_chosen: bool) -> Option:
    definition = one.definition
    return Option(
        one.name,
        definition.name,
        one.policy.definition.title,
        definition.amount,
        definition.window.text,
        is_chosen,
    )


def _page(
    request: HttpRequest,
    application_id: UUID,
    *,
    raw: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    refused: Invalid | None = None,
) -> HttpResponse:
    standing = standing_of(request)
    view = handling_queries.view_of(standing, application_id, on=timezone.localdate())
    if view.status != Application.Status.DRAFT:
        context = {
            "nav": "me",
            "view": view,
            "error": refused,
            "outcome": _outcome(view),
            "account_before": f"/policies/applications/{application_id}/account/",
            "typed": {name: request.POST.get(name, "").replace("\0", "")[:200] for name in ("bank", "number")},
        }
        return render(request, "portal/applications/result.html", context, status=422 if refused else 200)
    form = applying.prepare(application_id, by=standing, at=timezone.now())
    typed, wrong = raw or {}, errors or {}
    questions = [Question(one, typed.get(one.fact, one.answer or ""), wrong.get(one.fact, "")) for one in form.asked]
    lines = [_line(one) for one in form.lines]
    context = {
        "nav": "items",
        "form": form,
        "lines": lines,
        "rejected": sum(one.verdict == Verdict.REJECT.value for one in lines),
        "again": urlencode([("measure", one.name) for one in form.lines]),
        "own": [one for one in questions if not one.one.is_declared],
        "silent": [one for one in questions if one.one.is_declared],
        "to_answer": sum(one.one.answer is None and not one.one.is_declared for one in questions),
        "chips": _chips(form, standing),
        "spared": [one for one in _materials(form) if one.replaced_by],
        "papers": [one for one in _materials(form) if not one.replaced_by],
        "agencies": sorted({one.draft.item.agency_name for one in form.lines if one.draft}),
        "hides_sensitive": True,
        "errors": wrong,
        "saved": request.GET.get("saved") == "1",
    }
    return render(request, "portal/applications/form.html", context, status=422 if wrong else 200)


def _chips(form: Prepared, standing: Standing) -> list[Chip]:
    """Return every fact once; each can be objected to in the case it is shown from."""
    shown: list[Chip] = []
    seen = {one.fact for one in form.asked if not one.is_declared}
    stands = objections.stands(standing)
    for draft in form.drafts:
        own = {
            name: one
            for name, one in draft.readings.items()
            if name not in seen and form.readings[name].state is one.state
        }
        shown += chips(
            own,
            draft.definitions,
            hides_sensitive=True,
            objects_at=f"/cases/{draft.case_id}/objections/",
            objections=stands,
        )
        seen |= own.keys()
    return shown


def _materials(form: Prepared) -> list[Material]:
    """Return every paper once, whether data stand for it or not."""
    found = {
        material.name: material
        for one in form.lines
        if one.measure is not None
        for material in one.measure.definition.materials
    }
    return list(found.values())


def _line(one: applying.PreparedLine) -> LineForm:
    if one.draft is None:
        return LineForm(one.title, is_filed=True, verdict="", conditions=[], is_near=False, near="")
    judgement = one.draft.judgement
    return LineForm(
        one.title,
        is_filed=False,
        verdict=judgement.verdict.value,
        conditions=conditions.of_draft(one.draft),
        is_near=judgement.verdict is Verdict.REJECT and judgement.is_near_miss,
        near=judgement.near,
        is_asked=any(asked.answer is None and not asked.is_declared for asked in one.draft.asked),
    )


def _outcome(view: handling_queries.ApplicationView) -> tuple[str, str, str]:
    """Return the banner of a submitted application: its look, its title, a sentence."""
    states = [one.case_status for one in view.lines]
    granted, total = states.count("APPROVED"), len(states)
    if view.status == Application.Status.FILING:
        return ("undetermined", "已收件，正在逐项提交", "不需要再提交，稍后刷新可以看到每一项的结果。")
    money = sum((one.amount_yuan for one in view.lines if one.amount_yuan is not None), 0)
    words = f"{total} 项中已批准 {granted} 项" + (f"，合计 {money:,.2f} 元" if money else "")
    rest = [
        f"{states.count(state)} 项{label}"
        for state, label in (("REVIEW", "由工作人员核实中"), ("REFUSED", "不符合条件"), ("DRAFT", "没有提交成功"))
        if states.count(state)
    ]
    told = "；".join(rest) + ("。" if rest else "")
    if granted:
        return ("approve", words, told)
    if "REVIEW" in states:
        return ("undetermined", "已收件，工作人员正在核实", told)
    return ("reject", "这次没有获批的项目", told)
