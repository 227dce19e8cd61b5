"""Policies for everybody (政策): search, and a policy as its plain summary, its measures, its picture."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.channels.components import charts
from yimen.channels.portal.visitor import standing_of
from yimen.parties.models import Account
from yimen.policies import queries
from yimen.policies.logic import KIND_LABELS, LEVEL_LABELS, MODE_LABELS, PolicyDefinition
from yimen.policies.matching.found import STATE_LABELS
from yimen.policies.services import looking

LONGEST = 100


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the policies that fit the words and filters; the list alone for htmx."""
    wanted = queries.Filter(
        text=_given(request, "q"),
        level=_given(request, "level"),
        kind=_given(request, "kind"),
        topic=_given(request, "topic"),
        mode=_given(request, "mode"),
        in_force=request.GET.get("all") != "1",
    )
    on = timezone.localdate()
    context = {
        "nav": "policies",
        "policies": queries.search(wanted, on=on),
        "wanted": wanted,
        "levels": LEVEL_LABELS,
        "kinds": KIND_LABELS,
        "modes": MODE_LABELS,
        "topics": queries.topics(on=on),
        "today": on,
    }
    template = "portal/policies/found.html" if request.headers.get("HX-Request") else "portal/policies/list.html"
    answer = render(request, template, context)
    answer.headers["Vary"] = "HX-Request, Cookie"
    return answer


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a policy: what it gives, in pictures, and how each measure stands to whoever is signed in."""
    on = timezone.localdate()
    policy = queries.published(slug, on=on)
    definition = policy.definition
    mine = {}
    if definition.is_in_force(on) and isinstance(request.user, Account) and request.user.person:
        board = looking.overview(by=standing_of(request), at=timezone.now(), of=slug)
        mine = {one.measure.definition.id: one for one in board.found}
    context = {
        "nav": "policies",
        "policy": policy,
        "is_in_force": definition.is_in_force(on),
        "is_to_come": on < definition.effective_from,
        "measures": [(one, mine.get(one.id)) for one in definition.measures],
        "states": STATE_LABELS,
        "kinds": KIND_LABELS,
        "modes": MODE_LABELS,
        "level": LEVEL_LABELS[definition.level],
        "span": _span(definition, on),
        "amounts": charts.bars([(one.name, float(one.cap), "") for one in definition.measures if one.cap is not None]),
        "related": queries.related(definition, on=on),
    }
    return render(request, "portal/policies/policy.html", context)


def _span(policy: PolicyDefinition, on: date) -> charts.Span | None:
    days = [("今天", on, "good"), ("施行", policy.effective_from, "")]
    days += [("发布", policy.issued_on, "")] if policy.issued_on else []
    days += [("失效", policy.effective_until, "bad")] if policy.effective_until else []
    for one in policy.measures:
        days += [(f"{one.name}开始申报", one.window.starts, "")] if one.window.starts else []
        days += [(f"{one.name}截止", one.window.ends, "warn")] if one.window.ends else []
    return charts.span(days, starts=policy.effective_from, ends=policy.effective_until)


def _given(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "")[:LONGEST].replace("\x00", "").strip()
