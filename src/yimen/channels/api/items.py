"""Items: the catalogue, a guide, and a check on facts that are given (事项、办事指南、资格自查)."""

from dataclasses import asdict
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router

from yimen.cases.logic import options_of
from yimen.channels.api import types
from yimen.channels.api.bearer import Token
from yimen.channels.api.failures import may_fail
from yimen.core.errors import NotFound
from yimen.facts import queries as facts
from yimen.facts.flat import gather, roster_of
from yimen.facts.logic import FactDefinition, UnknownFact, base_name
from yimen.items import queries
from yimen.items.logic import Question
from yimen.rules import queries as rules
from yimen.rules import wording
from yimen.rules.logic import DAY, ConditionState, Given, facts_used, judge

router = Router(tags=["items"], auth=Token(is_public=True))
Slug = Annotated[str, Path(max_length=100, pattern=r"^[a-z0-9][a-z0-9-]*$")]


@router.get("", response={200: list[types.ItemLine], **may_fail()}, summary="搜索事项", operation_id="listItems")
def listing(request: HttpRequest, q: Annotated[str, Query(max_length=100)] = "") -> list[types.ItemLine]:
    """Return the items whose name or keywords hold every word of `q`; all without it."""
    del request
    found = queries.search(q.replace("\x00", ""), on=timezone.localdate(), limit=100)
    return [types.ItemLine(slug=one.slug, name=one.name, agency=one.agency) for one in found]


@router.get("/{slug}", response={200: types.Guide, **may_fail(404)}, summary="办事指南", operation_id="getItem")
def guide(request: HttpRequest, slug: Slug) -> types.Guide:
    """Return an item's implementation list as offered today."""
    del request
    item = queries.offered(slug, on=timezone.localdate())
    said = item.definition
    known = facts.dictionary(question.fact for question in said.questions)
    return types.Guide(
        slug=said.slug,
        name=said.name,
        english_name=said.english_name,
        summary=said.summary,
        agency=said.agency,
        agency_name=item.agency_name,
        implementation_code=said.implementation_code,
        item_type=said.item_type,
        subjects=list(said.subjects),
        statutory_days=said.statutory_days,
        promised_days=said.promised_days,
        visits=said.visits,
        fee=said.fee,
        conditions=[types.ConditionLine(id=one.id, text=one.text, clause=one.clause) for one in said.conditions],
        questions=[_question(one, known[one.fact]) for one in said.questions],
        materials=[
            types.MaterialLine(
                name=one.name, form=one.form, required_when=one.required_when, replaced_by=one.replaced_by
            )
            for one in said.materials
        ],
        legal_basis=list(said.legal_basis),
        baseline=types.Baseline(**asdict(said.baseline)) if said.baseline else None,
        version=item.number,
    )


def _question(one: Question, fact: FactDefinition) -> types.Question:
    options = [
        types.Choice(value=option.value, label=option.label, effect=option.effect)
        for option in one.options or options_of(fact)
    ]
    kind = types.Kind(fact.type.value)
    return types.Question(fact=one.fact, ask=one.ask, hint=one.hint, type=kind, options=options)


@router.post(
    "/{slug}/check", response={200: types.Checked, **may_fail(404, 415)}, summary="资格自查", operation_id="checkItem"
)
def check(request: HttpRequest, slug: Slug, body: types.Check) -> types.Checked:
    """Judge on the facts given and no others: no department is asked, nothing is kept."""
    del request
    day = body.on or timezone.localdate()
    try:
        queries.offered(slug, on=day)
        model = rules.model_of(rules.in_effect(slug, on=day))
    except NotFound:
        if slug not in queries.slugs():
            raise
        return types.Checked(outcome=types.Outcome.NOT_OFFERED, failing=[], missing=[], near="", amount=None)
    if unknown := sorted({base_name(name) for name in body.facts} - facts.names()):
        raise UnknownFact(f"数据字典中没有 {'、'.join(unknown)[:200]}。请检查名称。", facts=unknown)
    known = facts.dictionary(facts_used(model))
    flat = gather(
        {name: value for name, value in body.facts.items() if name in known or roster_of(name) in known}, known
    )
    at_hand = {**flat.among(known), DAY: day}
    judgement = judge(model, Given(at_hand))
    failed = [one for one in judgement.conditions if one.state is ConditionState.FAILED]
    return types.Checked(
        outcome=types.Outcome(judgement.verdict.value),
        failing=[types.FailedCondition(id=one.id, text=one.text, clauses=list(one.clauses)) for one in failed],
        missing=[
            types.MissingFact(fact=name, title=flat.title(name))
            for name in dict.fromkeys(flat.shown(one) for one in judgement.missing)
        ],
        near=wording.near(model, judgement, at_hand, known),
        amount=judgement.amount,
    )
