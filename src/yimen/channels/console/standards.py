"""Data elements, code lists with their history, and how well datasets keep to them (标准支撑)."""

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yimen.channels.components.charts import Bar
from yimen.channels.console.desk import desk_of, frame
from yimen.core.errors import Forbidden, Invalid
from yimen.datasets import conformance
from yimen.facts import queries as facts
from yimen.parties.queries import Desk
from yimen.standards import queries, services
from yimen.standards.exchange_format import BadList, read_codes, write_codes
from yimen.standards.logic import DATA_TYPES, CodeEntry, CodeListDefinition, Difference, difference

GOOD, FAIR = 95.0, 80.0
LARGEST_FORM = 200 * 1024
"""How long a list may be to be confirmed on the page; a longer one is imported from the shell."""


class NotASteward(Forbidden):
    """Only the data bureau changes the standards."""

    code = "standards.not-a-steward"
    title = "标准由数据管理部门维护。"


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the elements and lists with the words looked for, and how well each dataset keeps to them."""
    desk = desk_of(request)
    words = request.GET.get("q", "").replace("\x00", "")[:60].strip()
    rows = conformance.of_catalogue()
    context = {
        **frame(desk, "standards"),
        "q": words,
        "elements": queries.elements(words),
        "lists": queries.code_lists(words),
        "types": DATA_TYPES,
        "bars": [_bar(row) for row in rows],
        "average": sum(row.conformance.figure for row in rows) / len(rows) if rows else None,
    }
    return render(request, "console/standards/index.html", context)


@login_required
@require_safe
def element(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show a data element: what it means, its versions, and what is a value of it."""
    desk = desk_of(request)
    versions = queries.versions(identifier)
    context = {
        **frame(desk, "standards"),
        "element": versions[0].definition,
        "type": DATA_TYPES[versions[0].definition.data_type],
        "versions": versions,
        "fields": conformance.fields_of(identifier),
        "facts": facts.of_element(identifier),
    }
    return render(request, "console/standards/element.html", context)


@login_required
@require_safe
def code_list(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show a list with its history."""
    return _list(request, desk_of(request), identifier)


@login_required
@require_safe
def export(request: HttpRequest, identifier: str) -> HttpResponse:
    """Give a list as a CSV file."""
    desk_of(request)
    found = queries.code_list(identifier)
    answer = HttpResponse(write_codes(found.entries), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.identifier}.csv"'
    return answer


@login_required
@require_POST
def compare(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show what the uploaded edition would change; nothing is kept yet."""
    desk = _steward(request)
    known = queries.code_list(identifier)
    try:
        entries = _uploaded(request.FILES.get("file"))
    except BadList as error:
        return _list(request, desk, identifier, error=error)
    text = write_codes(entries)
    return _list(request, desk, identifier, changes=difference(known.entries, entries), text=text)


@login_required
@require_POST
def confirm(request: HttpRequest, identifier: str) -> HttpResponse:
    """Keep the edition that was shown."""
    desk = _steward(request)
    known = queries.code_list(identifier)
    try:
        entries = read_codes(request.POST.get("text", "").encode(errors="replace"))
        definition = CodeListDefinition(identifier, known.name, known.standard, entries)
        services.put_code_list(definition, on=timezone.localdate())
    except Invalid as error:
        return _list(request, desk, identifier, error=error)
    return HttpResponseRedirect(f"/console/standards/lists/{identifier}/", status=303)


def _uploaded(file: "UploadedFile[bytes] | None") -> tuple[CodeEntry, ...]:
    if file is None:
        raise BadList("请选择一个 CSV 文件。")
    if (file.size or 0) > LARGEST_FORM:
        raise BadList("文件太大，不能在页面上确认。请用 yimen standards import 导入。")
    return read_codes(file.read())


def _steward(request: HttpRequest) -> Desk:
    desk = desk_of(request)
    if not desk.is_steward:
        raise NotASteward("请联系市数据管理部门。")
    return desk


def _list(
    request: HttpRequest,
    desk: Desk,
    identifier: str,
    *,
    error: Invalid | None = None,
    changes: Difference | None = None,
    text: str = "",
) -> HttpResponse:
    found = queries.code_list(identifier)
    names = {one.code: one.name for one in found.entries if one.valid_until is None}
    context = {
        **frame(desk, "standards"),
        "code_list": found,
        "in_use": [one for one in found.entries if one.valid_until is None],
        "over": [one for one in found.entries if one.valid_until is not None],
        "names": names,
        "error": error,
        "changes": changes,
        "text": text,
    }
    return render(request, "console/standards/list.html", context, status=422 if error else 200)


def _bar(row: conformance.DatasetConformance) -> Bar:
    figure = row.conformance.figure
    tone = "good" if figure >= GOOD else "warn" if figure >= FAIR else "bad"
    return Bar(row.title, f"{figure:.1f}", figure, tone, f"/console/datasets/{row.code}/")
