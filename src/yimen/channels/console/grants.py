"""Requests and grants at the console (共享申请、共享授权): ask, answer field by field, decide, look after grants."""

from datetime import date
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.channels.components.charts import bars
from yimen.channels.console.desk import desk_of, frame
from yimen.core.errors import Conflict, DomainError, Forbidden, Invalid
from yimen.datasets import deadlines, grants, needs, services
from yimen.datasets.models import Basis, GrantRequest
from yimen.datasets.services import Said, Wish

MOST_FIELDS, MOST_DIGITS, BARS = 300, 9, 12
Kind = GrantRequest.PurposeKind
TABS = (("waiting", "待我办理"), ("mine", "本部门申请"), ("all", "全部"))


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the requests that wait for this desk, its agency's own, or all it may see."""
    desk = desk_of(request)
    which = request.GET.get("which", "all" if desk.is_auditor else "waiting")
    context = {
        **frame(desk, "grants"),
        "rows": grants.requests(desk, on=timezone.localdate(), which=which),
        "which": which,
        "tabs": TABS[2:] if desk.is_auditor else TABS,
        "may_ask": desk.is_data_officer or desk.is_steward,
    }
    return render(request, "console/grants/list.html", context)


@login_required
@require_safe
def active(request: HttpRequest) -> HttpResponse:
    """List the grants with how much each is used."""
    desk = desk_of(request)
    now = timezone.now()
    rows = grants.grants(desk, on=timezone.localdate(), now=now)
    used = [(f"{row.dataset} → {row.item}", float(row.reads), "warn" if row.refused else "") for row in rows[:BARS]]
    context = {
        **frame(desk, "grants"),
        "rows": rows,
        "bars": bars([one for one in used if one[1]]),
        "days": grants.USE_DAYS,
    }
    return render(request, "console/grants/active.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for fields: first dataset and purpose are chosen, then the fields, those the rules read being preselected."""
    desk = desk_of(request)
    if request.method != "POST":
        return _form(request, request.GET)
    form = request.POST
    errors: dict[str, str] = {}
    wish = _wish(form, errors)
    error: DomainError | None = None
    if wish is not None:
        try:
            made = services.request_grant(wish, by=desk, at=timezone.now(), submission=_text(form, "submission"))
        except services.BadRequest as refused:
            named = refused.fields["errors"]
            assert isinstance(named, dict)
            errors |= named
        except (Invalid, Conflict) as refused:
            error = refused
        else:
            return HttpResponseRedirect(f"/console/grants/requests/{made.pk}/", status=303)
    return _form(request, form, errors=errors, error=error)


@login_required
@require_safe
def show(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show a request with its answers and its time line."""
    return _page(request, request_id)


@login_required
@require_POST
def act(request: HttpRequest, request_id: UUID, verb: str) -> HttpResponse:
    """Answer, arbitrate, extend, dispute or withdraw."""
    desk, now, words = desk_of(request), timezone.now(), _text(request.POST, "words", 2000)
    try:
        match verb:
            case "answer":
                services.answer(request_id, _said(request.POST), by=desk, at=now)
            case "arbitrate":
                services.arbitrate(request_id, _said(request.POST), words=words, by=desk, at=now)
            case "extend":
                services.extend(request_id, words=words, by=desk, at=now)
            case "dispute":
                services.dispute(request_id, words=words, by=desk, at=now)
            case _:
                services.withdraw(request_id, by=desk, at=now)
    except (Invalid, Conflict, Forbidden) as error:
        return _page(request, request_id, error=error, words=words)
    return HttpResponseRedirect(f"/console/grants/requests/{request_id}/", status=303)


@login_required
@require_safe
def grant(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Show a grant with its use and its time line."""
    return _grant_page(request, grant_id)


@login_required
@require_POST
def halt(request: HttpRequest, grant_id: int, verb: str) -> HttpResponse:
    """Suspend, resume or revoke a grant, with a reason."""
    desk, reason = desk_of(request), _text(request.POST, "reason", 2000)
    verbs = {"suspend": services.suspend, "resume": services.resume, "revoke": services.revoke}
    if grant_id >= 10**18:
        raise grants.NothingThere("请检查地址，或回到共享授权列表。")
    try:
        verbs[verb](grant_id, reason=reason, by=desk, at=timezone.now())
    except (Invalid, Conflict, Forbidden) as error:
        return _grant_page(request, grant_id, error=error, reason=reason)
    return HttpResponseRedirect(f"/console/grants/{grant_id}/", status=303)


def _page(request: HttpRequest, request_id: UUID, *, error: DomainError | None = None, words: str = "") -> HttpResponse:
    desk = desk_of(request)
    page = grants.request_page(request_id, desk, on=timezone.localdate())
    named = error.fields.get("errors") if error else None
    context = {
        **frame(desk, "grants"),
        "page": page,
        "error": error,
        "errors": named if isinstance(named, dict) else {},
        "words": words,
        "given": request.POST,
        "extension": deadlines.deadline("answer-extension", on=timezone.localdate()).working_days,
    }
    return render(request, "console/grants/request.html", context, status=422 if error else 200)


def _grant_page(
    request: HttpRequest, grant_id: int, *, error: DomainError | None = None, reason: str = ""
) -> HttpResponse:
    if grant_id >= 10**18:
        raise grants.NothingThere("请检查地址，或回到共享授权列表。")
    desk = desk_of(request)
    page = grants.grant_page(grant_id, desk, on=timezone.localdate(), now=timezone.now())
    context = {**frame(desk, "grants"), "page": page, "error": error, "reason": reason, "days": grants.USE_DAYS}
    return render(request, "console/grants/grant.html", context, status=422 if error else 200)


def _form(
    request: HttpRequest, given: QueryDict, *, errors: dict[str, str] | None = None, error: DomainError | None = None
) -> HttpResponse:
    desk = desk_of(request)
    kind, item = _text(given, "kind") or Kind.ITEM.value, _text(given, "item")
    if kind == Kind.ITEM.value and ":" in item:
        kind, item = item.partition(":")[::2]
    dataset = _text(given, "dataset")
    form = grants.form(dataset, kind, item) if dataset and (item or kind == Kind.LEGAL.value) else None
    reads = error.fields.get("reads") if isinstance(error, services.OverAsked) else None
    chosen = (
        reads
        if isinstance(reads, list)
        else given.getlist("fields")
        if request.method == "POST"
        else form.read
        if form
        else ()
    )
    today = timezone.localdate()
    context = {
        **frame(desk, "grants"),
        "form": form,
        "datasets": grants.askable(),
        "items": sorted(needs.purposes("ITEM").items(), key=lambda one: one[1]),
        "policies": sorted(needs.purposes("POLICY").items(), key=lambda one: one[1]),
        "dataset": dataset,
        "kind": kind,
        "item": item,
        "chosen": list(chosen),
        "is_proposed": bool(reads),
        "given": given,
        "purpose": _text(given, "purpose", 400) or (f"办理“{form.title}”时核验" if form and form.title else ""),
        "valid_from": _text(given, "valid_from") or today.isoformat(),
        "valid_until": _text(given, "valid_until")
        or today.replace(year=today.year + 1, day=min(today.day, 28)).isoformat(),
        "bases": Basis.choices,
        "submission": _text(given, "submission") or uuid4().hex,
        "errors": errors or {},
        "error": error,
        "nothing": bool(dataset and item and form is None),
        "picked": f"{kind}:{item}",
    }
    return render(request, "console/grants/new.html", context, status=422 if errors or error else 200)


def _wish(form: QueryDict, errors: dict[str, str]) -> Wish | None:
    """Return what the form asks for; None where a date or a number is none, with a sentence at its place."""
    days = {name: _day(form, name, errors) for name in ("valid_from", "valid_until")}
    limits = {name: _limit(form, name, errors) for name in ("limit_per_minute", "limit_per_day")}
    starts, ends = days["valid_from"], days["valid_until"]
    if starts is None or ends is None or errors:
        return None
    return Wish(
        dataset=_text(form, "dataset"),
        fields=tuple(dict.fromkeys(form.getlist("fields")[:MOST_FIELDS])),
        kind=_text(form, "kind"),
        item=_text(form, "item"),
        purpose=_text(form, "purpose", 400),
        legal_ground=_text(form, "legal_ground", 400),
        basis_kind=_text(form, "basis_kind"),
        needs_consent=_text(form, "needs_consent") == "true",
        valid_from=starts,
        valid_until=ends,
        **limits,
    )


def _day(form: QueryDict, name: str, errors: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(_text(form, name))
    except ValueError:
        errors[name] = "请按 年-月-日 填写日期，如 2027-01-01。"
        return None


def _limit(form: QueryDict, name: str, errors: dict[str, str]) -> int | None:
    written = _text(form, name)
    if not written:
        return None
    if not (written.isascii() and written.isdecimal() and len(written) <= MOST_DIGITS):
        errors[name] = "请填写整数，或不填。"
        return None
    return int(written)


def _said(form: QueryDict) -> dict[str, Said]:
    """Return the answer to each field the form has one for: `answer.NAME` yes or no, `ground.NAME` the law."""
    names = [key.removeprefix("answer.") for key in form if key.startswith("answer.")][:MOST_FIELDS]
    return {
        name: Said(form[f"answer.{name}"] == "yes", _text(form, f"ground.{name}", 400))
        for name in names
        if form[f"answer.{name}"] in {"yes", "no"}
    }


def _text(form: QueryDict, name: str, longest: int = 120) -> str:
    return str(form.get(name, "")).replace("\x00", "")[:longest].strip()
