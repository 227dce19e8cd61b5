"""Measures for one party (奖补项): all that could be theirs, one of them closely, and a calculator for anybody."""

from collections.abc import Mapping
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yimen.cases.logic import Asked, InvalidAnswers
from yimen.channels.components import conditions
from yimen.channels.components.chips import chips
from yimen.channels.portal.cases import Question, answers_in
from yimen.channels.portal.visitor import standing_of
from yimen.facts.logic import FactDefinition, FactType, titles_of
from yimen.items.logic import Option
from yimen.parties.models import Account
from yimen.policies.delivering import following
from yimen.policies.logic import KIND_LABELS, MODE_LABELS
from yimen.policies.matching.found import STATE_LABELS, Found, State
from yimen.policies.services import looking

HEADINGS: Mapping[State, str] = {
    State.YES: "可以享受",
    State.OPEN: "还差信息",
    State.NEAR: "只差一项",
    State.NO: "暂不符合",
}


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show every measure for the party somebody acts for, best first."""
    board = looking.overview(by=standing_of(request), at=timezone.now())
    groups = [(state, title, [one for one in board.found if one.state is state]) for state, title in HEADINGS.items()]
    context = {
        "nav": "policies",
        "groups": [group for group in groups if group[2]],
        "counts": {state: len(found) for state, _, found in groups},
        "to_answer": any(one.to_answer for one in board.found),
        "total": sum((one.amount or Decimal(0) for one in board.found if _is_paid(one)), Decimal(0)),
        "names": {one.measure.name: one.measure.definition.name for one in board.found},
        "as_of": board.as_of,
        "definitions": board.definitions,
        "questions": _open_questions(board.found, board.definitions),
        "kinds": KIND_LABELS,
        "modes": MODE_LABELS,
    }
    return render(request, "portal/policies/mine.html", context)


@login_required
@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """Keep what the party says of itself, and look again."""
    back = request.POST.get("back", "")
    try:
        looking.say(answers_in(request.POST), by=standing_of(request), at=timezone.now())
    except InvalidAnswers as error:
        return render(request, "portal/policies/wrong.html", {"nav": "policies", "errors": error.answers}, status=422)
    return HttpResponseRedirect(back if back.startswith("/policies/") else "/policies/mine/", status=303)


@require_safe
def show(request: HttpRequest, slug: str, measure: str) -> HttpResponse:
    """Show one measure; for whoever is signed in with how each condition stands on what departments say now."""
    name = f"{slug}/{measure}"
    if not (isinstance(request.user, Account) and request.user.person):
        one, model, _ = looking.calculated(name, {}, at=timezone.now())
        rows = conditions.of_judgement(one.judgement, model, {}, {})
        context = {"nav": "policies", "found": one, "conditions": rows, "kinds": KIND_LABELS, "modes": MODE_LABELS}
        return render(request, "portal/policies/measure.html", context)
    standing, now = standing_of(request), timezone.now()
    close = looking.closely(name, by=standing, at=now)
    following.looked(name, party=standing.principal.pk, at=now)
    context = {
        "nav": "policies",
        "found": close.found,
        "mine": True,
        "state": STATE_LABELS[close.found.state],
        "conditions": conditions.of_judgement(close.found.judgement, close.model, close.known, close.definitions),
        "is_near": close.found.state is State.NEAR,
        "chips": chips(close.readings, close.definitions, without=set(close.found.to_answer), hides_sensitive=True),
        "questions": _open_questions([close.found], close.definitions),
        "missing": titles_of(close.found.to_learn, close.definitions),
        "kinds": KIND_LABELS,
        "modes": MODE_LABELS,
        "can_apply": close.found.measure.definition.is_applied_for,
    }
    return render(request, "portal/policies/measure.html", context)


@require_safe
def calculator(request: HttpRequest, slug: str, measure: str) -> HttpResponse:
    """Reckon with what is typed in, for anybody; nothing of it is kept."""
    name, typed = f"{slug}/{measure}", answers_in(request.GET)
    errors: Mapping[str, str] = {}
    try:
        found, model, definitions = looking.calculated(name, typed, at=timezone.now())
    except InvalidAnswers as error:
        errors = error.answers
        good = {fact: text for fact, text in typed.items() if fact not in errors}
        found, model, definitions = looking.calculated(name, good, at=timezone.now())
    known = looking.converted({fact: text for fact, text in typed.items() if fact not in errors}, definitions)
    fields = [
        Question(_asked(definition, found), typed.get(fact, ""), errors.get(fact, ""))
        for fact, definition in sorted(definitions.items())
    ]
    context = {
        "nav": "policies",
        "found": found,
        "fields": fields,
        "errors": errors,
        "was_asked": bool(typed),
        "state": STATE_LABELS[found.state],
        "conditions": conditions.of_judgement(found.judgement, model, known, definitions),
        "is_near": found.state is State.NEAR,
    }
    return render(request, "portal/policies/calculator.html", context, status=422 if errors else 200)


def _is_paid(found: Found) -> bool:
    """Tell whether it brings money that can be had beside the others taken."""
    return found.measure.definition.pays and not found.excluded_by


def _open_questions(found: list[Found], definitions: Mapping[str, FactDefinition]) -> list[Question]:
    """Return what only the party can say and what would still matter, each fact once, as the first measure asks it."""
    asked: dict[str, Question] = {}
    for one in found:
        for fact in one.to_answer:
            if fact not in asked and fact in definitions:
                asked[fact] = Question(_asked(definitions[fact], one), "", "")
    return list(asked.values())


def _asked(definition: FactDefinition, found: Found) -> Asked:
    """Return a fact as it is asked: in the measure's own words where it has any, else by its name."""
    own = next((one for one in found.measure.definition.questions if one.fact == definition.name), None)
    options = own.options if own and own.options else tuple(Option(*pair) for pair in definition.values.items())
    if definition.type is FactType.BOOLEAN and not options:
        options = (Option("true", "是"), Option("false", "否"))
    return Asked(
        fact=definition.name,
        ask=own.ask if own else definition.title,
        hint=own.hint if own else (f"单位：{definition.unit}" if definition.unit else ""),
        type=definition.type.value,
        options=options,
        is_declared=False,
        answer=None,
    )
