"""Objections to values (数据异议): raise one from a fact or from a read, and see what became of it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yimen.cases import services as cases
from yimen.channels.components.chips import Stand
from yimen.channels.portal.visitor import standing_of
from yimen.core.errors import Conflict, Invalid, NotFound
from yimen.datasets import objections
from yimen.datasets import queries as datasets
from yimen.datasets import services as dataset_services
from yimen.datasets.objections import ObjectionRow
from yimen.datasets.services import Disputed, objecting
from yimen.facts import queries as facts
from yimen.facts.logic import InvalidFact, UnknownFact, convert, label
from yimen.ledger import queries as ledger
from yimen.ledger import services as ledger_services
from yimen.ledger.logic import Purpose
from yimen.parties.queries import Standing

TRUTH = {"true": "是", "false": "否"}
READ_ACTION = require_http_methods(["GET", "HEAD", "POST"])


class ReadNotObjectable(NotFound):
    """There is no such read about this person, or no single value in it that can be asked for again."""

    code = "portal.read-not-objectable"
    title = "不能从这条记录提出异议。"


@dataclass(frozen=True, slots=True)
class Form:
    """What the form shows: the value, whose word it is, and where it goes back to."""

    title: str
    value: str
    agency: str
    back: str
    field: str = ""


@login_required
@READ_ACTION
def of_case(request: HttpRequest, case_id: UUID, fact: str) -> HttpResponse:
    """Object to a fact of one's own case: show the value and the form, or raise the objection."""
    value = cases.value_as_applicant(case_id, fact, by=standing_of(request), at=timezone.now())
    form = Form(value.title, value.value, value.agency, f"/cases/{case_id}/")
    return _answered(request, form, value.disputed)


@login_required
@READ_ACTION
def of_read(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Object to a value somebody read: choose the field where there are several, then as from a case."""
    standing = standing_of(request)
    row = ledger.read_of(entry_id, subject=standing.principal.pk, items=standing.items)
    own = "person" if standing.principal.is_person else "org"
    if row is None or set(datasets.keyed_by([row.dataset]).get(row.dataset, ("",))) != {own} or standing.items:
        raise ReadNotObjectable("请从办件里数据标签上的“不对？”提出。")
    titles = datasets.field_titles((row.dataset, name) for name in row.fields)
    fields = [(name, titles[row.dataset, name]) for name in row.fields if (row.dataset, name) in titles]
    given = request.POST.get("field") or request.GET.get("field") or (fields[0][0] if len(fields) == 1 else "")
    if given not in dict(fields):
        return render(request, "portal/objections/choose.html", {"nav": "me", "fields": fields, "row": row})
    disputed = objecting.look_up(
        row.dataset, given, subject=standing.principal, keys={}, by=standing.actor, at=timezone.now()
    )
    value = "" if disputed.value is None else plainly(objecting.said(disputed.value))
    agency = datasets.described(row.dataset)[0].agency.short_name
    return _answered(request, Form(dict(fields)[given], value, agency, "/me/reads/", given), disputed)


def _answered(request: HttpRequest, form: Form, disputed: Disputed) -> HttpResponse:
    """Show the form; raise what was filled in, and lead to the list."""
    words, expected = (request.POST.get(name, "").replace("\0", "") for name in ("words", "expected"))
    error: Invalid | Conflict | None = None
    if request.method == "POST":
        by = standing_of(request).actor
        try:
            dataset_services.raise_objection(disputed, words=words, expected=expected, by=by, at=timezone.now())
        except (objecting.WordsMissing, objecting.ObjectionOpen) as refused:
            error = refused
        else:
            return HttpResponseRedirect("/me/objections/?raised=1", status=303)
    context = {"nav": "me", "form": form, "words": words, "expected": expected, "error": error}
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    return render(request, "portal/objections/form.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Line:
    """One objection as listed: the row, and the corrected value as people read it."""

    row: ObjectionRow
    corrected: str


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the objections of the party one acts for, with their answers; the look leaves its row."""
    standing = standing_of(request)
    rows = [] if standing.items else objections.of_subject(standing.principal.pk)
    if rows:
        ledger_services.record_read(
            actor=standing.actor,
            subject=standing.principal.pk,
            dataset="objections",
            fields=["objections"],
            purpose=Purpose(item="", title="查看数据异议的答复"),
            result="OK",
            at=timezone.now(),
        )
    lines = [Line(row, said(row)) for row in rows]
    context = {"nav": "me", "lines": lines, "raised": request.GET.get("raised") == "1"}
    return render(request, "portal/objections/list.html", context)


def stands(standing: Standing) -> dict[str, Stand]:
    """Return by fact how the newest objection of the party one acts for stands, in a few words."""
    rows = reversed(objections.of_subject(standing.principal.pk))
    return {row.fact: _stand(row) for row in rows if row.fact}


def _stand(row: ObjectionRow) -> Stand:
    text = f"{row.status_label}，现为 {said(row)}" if row.corrected else row.status_label
    return Stand(text, is_open=row.answered_at is None)


def said(row: ObjectionRow) -> str:
    """Return the corrected value as people read it; as the source says it where no fact explains it."""
    if not row.corrected or not row.fact:
        return plainly(row.corrected)
    try:
        definition = facts.dictionary([row.fact])[row.fact]
        return label(definition, convert(definition, row.corrected))
    except (UnknownFact, InvalidFact):
        return plainly(row.corrected)


def plainly(text: str) -> str:
    """Return a value that no fact explains as people read it: a day in words, 是 or 否; anything else as it stands."""
    if text in TRUTH:
        return TRUTH[text]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.year}年{day.month}月{day.day}日"
