"""The catalogue on the console (数据资源目录): find, look at, register, change, retire."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.channels.console import dataset_form as forms
from yimen.channels.console.desk import desk_of, frame
from yimen.channels.console.lineage import picture
from yimen.core import lineage
from yimen.core.errors import Conflict, Forbidden, Invalid
from yimen.datasets import catalogue, definitions
from yimen.datasets.catalogue import CatalogueFilter
from yimen.datasets.logic import BATCH_PURPOSES, DatasetDefinition
from yimen.datasets.models import Dataset
from yimen.datasets.services import registering
from yimen.items import impact
from yimen.items import queries as items
from yimen.parties import queries as parties
from yimen.parties.queries import Desk

TYPES = {"string": "文字", "date": "日期", "boolean": "是否", "number": "数字", "list": "列表"}
CHOICES = {
    "sharings": [(value.lower(), label) for value, label in Dataset.Sharing.choices],
    "categories": [(value.lower(), label) for value, label in Dataset.Category.choices],
    "cycles": [(value.lower(), label) for value, label in Dataset.Cycle.choices],
    "openings": [(value.lower(), label) for value, label in Dataset.Openness.choices],
    "kinds": [("sql", "数据库表或视图"), ("rest", "HTTP 服务"), ("file", "文件")],
    "types": list(TYPES.items()),
    "levels": [("1", "1 一般"), ("2", "2 个人"), ("3", "3 敏感"), ("4", "4 极敏感")],
}
MOST_DIGITS = 4


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List what is in the catalogue, as far as it fits what is looked for."""
    desk = desk_of(request)
    wanted = _wanted(request)
    found = catalogue.search(wanted, by=desk, on=timezone.localdate())
    more = request.GET.copy()
    more.pop("page", None)
    context = {
        **frame(desk, "datasets"),
        "found": found,
        "wanted": wanted,
        "agencies": sorted(parties.agency_names().items(), key=lambda one: one[1]),
        "categories": Dataset.Category.choices,
        "sharings": Dataset.Sharing.choices,
        "statuses": Dataset.Status.choices,
        "query": more.urlencode(),
        "is_filtered": any((wanted.agency, wanted.category, wanted.sharing, wanted.status, wanted.subject)),
    }
    return render(request, "console/datasets/list.html", context)


def _wanted(request: HttpRequest) -> CatalogueFilter:
    given = {
        name: request.GET.get(name, "").replace("\x00", "")[:60].strip()
        for name in ("agency", "category", "sharing", "status", "subject")
    }
    page = request.GET.get("page", "")
    is_one = page.isascii() and page.isdecimal() and len(page) <= MOST_DIGITS
    text = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    return CatalogueFilter(**given, text=text, page=int(page) if is_one else 1)


@login_required
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show a dataset: what it is, its fields, where they come from and go, who uses it, and its versions."""
    return _page(request, code)


def _page(request: HttpRequest, code: str, *, error: Invalid | Conflict | Forbidden | None = None) -> HttpResponse:
    desk = desk_of(request)
    page = catalogue.page(code, by=desk, on=timezone.localdate())
    context = {
        **frame(desk, "datasets"),
        "page": page,
        "picture": picture(lineage.graph(), [("field", f"{code}.{one.name}") for one in page.fields]),
        "item_names": {**BATCH_PURPOSES, **items.names(one.item for one in page.users)},
        "types": TYPES,
        "titles": {one.name: one.title for one in page.fields},
        "error": error,
    }
    return render(request, "console/datasets/show.html", context, status=422 if error else 200)


@login_required
@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show one version, and what differs from the one before."""
    desk = desk_of(request)
    if number > 10**MOST_DIGITS:
        raise catalogue.DatasetNotFound("没有这个版本。")
    context = {
        **frame(desk, "datasets"),
        "types": TYPES,
        "code": code,
        "version": catalogue.version(code, number, by=desk),
    }
    return render(request, "console/datasets/version.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a dataset: a draft first, then for review."""
    desk = desk_of(request)
    if request.method != "POST":
        return _form(request, desk, forms.blank(), None)
    form = forms.posted(request.POST)
    try:
        definition = forms.definition_of(form, agency=desk.agency)
        if Dataset.objects.filter(pk=definition.code).exists():
            raise forms.Unfilled(f"资源代码“{definition.code}”已经登记过，请换一个。")
        registering.propose(definition, by=desk, at=timezone.now(), reason=form.values["reason"])
    except (Invalid, Conflict, Forbidden) as error:
        return _form(request, desk, form, None, error=error)
    return HttpResponseRedirect(f"/console/datasets/{definition.code}/", status=303)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a dataset; where something hangs on what would go, it is shown and asked for once more."""
    desk = desk_of(request)
    page = catalogue.page(code, by=desk, on=timezone.localdate())
    draft = page.proposal if page.proposal and page.proposal.content else None
    kept = definitions.from_json(draft.content) if draft else page.definition
    if request.method != "POST":
        return _form(request, desk, forms.filled(kept, draft.reason if draft else ""), kept)
    form = forms.posted(request.POST)
    try:
        definition = forms.definition_of(form, agency=page.dataset.agency_id, old=kept)
        seen = _impact(page.definition, definition) if page.dataset.status == Dataset.Status.PUBLISHED else None
        if seen is not None and not request.POST.get("confirmed"):
            return _form(request, desk, form, kept, seen=seen)
        registering.propose(definition, by=desk, at=timezone.now(), reason=form.values["reason"])
    except (Invalid, Conflict, Forbidden) as error:
        return _form(request, desk, form, kept, error=error)
    return HttpResponseRedirect(f"/console/datasets/{code}/", status=303)


def _impact(old: DatasetDefinition, new: DatasetDefinition | None) -> impact.Impact | None:
    """Return what would stop with what the new definition no longer has; None where nothing hangs on it."""
    gone = definitions.removed_fields(old, new)
    seen = impact.of_fields(old.code, gone, at=timezone.now(), on=timezone.localdate()) if gone else None
    return None if seen is None or seen.is_nothing else seen


def _form(
    request: HttpRequest,
    desk: Desk,
    form: forms.Form,
    kept: DatasetDefinition | None,
    *,
    error: Invalid | Conflict | Forbidden | None = None,
    seen: impact.Impact | None = None,
) -> HttpResponse:
    context = {
        **frame(desk, "datasets"),
        **CHOICES,
        "form": form,
        "kept": kept,
        "classes": catalogue.classes(),
        "error": error,
        "impact": seen,
    }
    return render(request, "console/datasets/form.html", context, status=422 if error or seen else 200)


@login_required
@require_POST
def act(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Submit a proposal, take it back, or throw it away."""
    desk = desk_of(request)
    now = timezone.now()
    try:
        match verb:
            case "submit":
                registering.submit(code, by=desk, at=now)
            case "take-back":
                registering.take_back(code, by=desk, at=now)
            case _:
                registering.drop(code, by=desk)
                return HttpResponseRedirect("/console/datasets/", status=303)
    except (Invalid, Conflict) as error:
        return _page(request, code, error=error)
    return HttpResponseRedirect(f"/console/datasets/{code}/", status=303)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: HttpRequest, code: str) -> HttpResponse:
    """Ask that a dataset be retired, with everything that hangs on it before one's eyes."""
    desk = desk_of(request)
    today = timezone.localdate()
    page = catalogue.page(code, by=desk, on=today)
    error: Invalid | Conflict | Forbidden | None = None
    if request.method == "POST":
        reason = request.POST.get("reason", "").replace("\x00", "")
        try:
            registering.propose_retirement(
                code,
                retires_on=_day(request.POST.get("retires_on", "")),
                reason=reason,
                ends_grants=bool(request.POST.get("ends_grants")),
                by=desk,
                at=timezone.now(),
                on=today,
            )
            registering.submit(code, by=desk, at=timezone.now())
        except (Invalid, Conflict, Forbidden) as refused:
            error = refused
        else:
            return HttpResponseRedirect(f"/console/datasets/{code}/", status=303)
    context = {
        **frame(desk, "datasets"),
        "page": page,
        "impact": _impact(page.definition, None),
        "error": error,
        "reason": request.POST.get("reason", ""),
        "retires_on": request.POST.get("retires_on", ""),
    }
    return render(request, "console/datasets/retire.html", context, status=422 if error else 200)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise forms.Unfilled("请填写停用日期，如 2026-12-31。") from error
