"""What was collected from departments' sites, the evidence of its metadata, and what could not be (政策汇聚)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.channels.console.desk import desk_of, frame
from yimen.core.errors import Conflict, Forbidden, Invalid
from yimen.core.problems import status_of
from yimen.policies import collecting_queries as queries
from yimen.policies.services import collecting

LONGEST_WORDS = 100
LONGEST_TEXT = 600_000
"""More than any text that is taken, so that one too long is told and not cut."""


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the documents, the feeds, and what waits for a person."""
    desk = desk_of(request)
    text = request.GET.get("q", "")[:LONGEST_WORDS].replace("\x00", "").strip()
    context = {
        "text": text,
        "rows": queries.documents(on=timezone.localdate(), text=text),
        "troubles": queries.troubles(),
        "feeds": queries.feeds(),
    }
    return render(request, "console/collected/list.html", {**frame(desk, "collected"), **context})


@login_required
@require_safe
def show(request: HttpRequest, document_id: int) -> HttpResponse:
    """Show a document: what it says of itself and where, where it was found, what it does to others, its text."""
    desk = desk_of(request)
    page = queries.document(document_id, on=timezone.localdate())
    ordinals = range(1, page.row.versions + 1)
    return render(
        request, "console/collected/show.html", {**frame(desk, "collected"), "page": page, "ordinals": ordinals}
    )


@login_required
@require_safe
def compare(request: HttpRequest, document_id: int) -> HttpResponse:
    """Show what changed between two versions."""
    desk = desk_of(request)
    old, new = (_ordinal(request, name) for name in ("old", "new"))
    context = {
        "page": queries.document(document_id, on=timezone.localdate()),
        "lines": queries.difference(document_id, old=old, new=new),
        "old": old,
        "new": new,
    }
    return render(request, "console/collected/compare.html", {**frame(desk, "collected"), **context})


@login_required
@require_safe
def original(request: HttpRequest, digest: str) -> HttpResponse:
    """Hand an original on as it came, to be kept and never shown by us: somebody else wrote it."""
    desk_of(request)
    file = queries.original(digest[:64].replace("\x00", ""))
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(file.content, content_type="application/octet-stream", headers=headers)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def trouble(request: HttpRequest, trouble_id: int) -> HttpResponse:
    """Show what could not be collected; take the text somebody read from its original."""
    desk = desk_of(request)
    text = request.POST.get("text", "")[:LONGEST_TEXT]
    error: Invalid | Conflict | Forbidden | None = None
    if request.method == "POST":
        try:
            taken = collecting.enter_text(trouble_id, text, by=desk, at=timezone.now())
        except (Invalid, Conflict, Forbidden) as refused:
            error = refused
        else:
            return HttpResponseRedirect(f"/console/collected/{taken.document_id}/", status=303)
    context = {"page": queries.trouble(trouble_id), "text": text.replace("\x00", ""), "error": error}
    status = status_of(error) if error is not None else 200
    return render(request, "console/collected/trouble.html", {**frame(desk, "collected"), **context}, status=status)


@login_required
@require_POST
def visit(request: HttpRequest, name: str) -> HttpResponse:
    """Have a feed visited now; the worker does it."""
    collecting.ask_for_visit(name, by=desk_of(request), at=timezone.now())
    return HttpResponseRedirect("/console/collected/#feeds", status=303)


def _ordinal(request: HttpRequest, name: str) -> int:
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0  # noqa: PLR2004 - no document has more
