"""Taking policies apart (政策拆解): the text with its sentences marked, the proposals beside it, one word on each."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yimen.channels.console.desk import desk_of, frame
from yimen.core.errors import Conflict, Forbidden, Invalid
from yimen.policies import collecting_queries, proposals, services
from yimen.policies.decomposing.drafting import Choices
from yimen.policies.decomposing.marking import pieces
from yimen.policies.decomposing.reading import LONGEST
from yimen.policies.logic import KIND_LABELS, MODE_LABELS
from yimen.policies.services import Change, ConditionChange

LONGEST_FIELD, MOST_CONDITIONS = 4000, 60
NEW = "new"
Refused = Invalid | Conflict | Forbidden


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the texts taken apart, and take another; `document` fills in the text of a collected one."""
    given = request.GET.get("document", "")
    text = ""
    if given.isascii() and given.isdecimal() and len(given) < 10:  # noqa: PLR2004 - a number of the database
        text = collecting_queries.document(int(given), on=timezone.localdate()).text
    return _list(request, text=text, document=given if text else "")


@login_required
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take a text apart."""
    text, document = request.POST.get("text", "")[: LONGEST + 1], _field(request, "document")
    try:
        row = services.take_apart(text, document=document, by=desk_of(request), at=timezone.now())
    except Invalid as error:
        return _list(request, text=text, document=document, error=error)
    return HttpResponseRedirect(f"/console/proposals/{row.pk}/", status=303)


@login_required
@require_safe
def show(request: HttpRequest, text_id: int) -> HttpResponse:
    """Show a text and what is proposed from it."""
    return _page(request, text_id)


@login_required
@require_POST
def act(request: HttpRequest, text_id: int, proposal_id: int, verb: str) -> HttpResponse:
    """Confirm a proposal, change it, or say that it is none."""
    desk, now = desk_of(request), timezone.now()
    proposals.text_row(text_id, by=desk)
    try:
        if verb == "confirm":
            services.confirm(proposal_id, by=desk, at=now)
        elif verb == "change":
            services.change(proposal_id, _change(request), by=desk, at=now)
        else:
            services.reject(proposal_id, words=_field(request, "words"), by=desk, at=now)
    except (Invalid, Conflict) as error:
        return _page(request, text_id, at=proposal_id, error=error)
    return HttpResponseRedirect(f"/console/proposals/{text_id}/#p{proposal_id}", status=303)


@login_required
@require_POST
def make_draft(request: HttpRequest, text_id: int) -> HttpResponse:
    """Make a draft of what stays."""
    choices = Choices(_field(request, "slug"), _field(request, "topic"), _field(request, "applies_to"))
    try:
        services.make_draft(text_id, choices, by=desk_of(request), at=timezone.now())
    except (Invalid, Conflict, Forbidden) as error:
        return _page(request, text_id, choices=choices, error=error)
    return HttpResponseRedirect(f"/console/policies/{choices.slug}/", status=303)


def _change(request: HttpRequest) -> Change:
    names = [key.removeprefix("text-") for key in request.POST if key.startswith("text-")][:MOST_CONDITIONS]
    conditions = {
        name: ConditionChange(_field(request, f"text-{name}"), _field(request, f"feel-{name}")) for name in names
    }
    plain = {name: _field(request, name) for name in ("name", "kind", "mode", "amount", "amount_feel")}
    return Change(**plain, conditions=conditions)


def _field(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "")[:LONGEST_FIELD].replace("\x00", "").strip()


def _list(request: HttpRequest, *, text: str, document: str, error: Refused | None = None) -> HttpResponse:
    desk = desk_of(request)
    context = {
        **frame(desk, "proposals"),
        "rows": proposals.texts(desk),
        "text": text.replace("\x00", ""),
        "document": document,
        "error": error,
    }
    return render(request, "console/proposals/list.html", context, status=422 if error else 200)


def _page(
    request: HttpRequest,
    text_id: int,
    *,
    at: int | None = None,
    choices: Choices | None = None,
    error: Refused | None = None,
) -> HttpResponse:
    desk = desk_of(request)
    page = proposals.text(text_id, by=desk)
    spans = {one.measure.id: one.proposed.every_span for one in page.proposals}
    context = {
        **frame(desk, "proposals"),
        "page": page,
        "pieces": pieces(page.text, spans),
        "ids": {one.measure.id: str(one.proposal_id) for one in page.proposals},
        "kinds": KIND_LABELS,
        "modes": MODE_LABELS,
        "choices": choices,
        "at": at,
        "error": error,
        "new": NEW,
    }
    return render(request, "console/proposals/show.html", context, status=422 if error else 200)
