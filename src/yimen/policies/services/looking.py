"""What somebody could get: every measure in force looked at for one party, and one of them in all its detail.

An overview stands on the facts taken for matching, a few hours old, so that it asks no department for what may never
matter; one measure looked at closely asks the departments anew, each read with its own row in the ledger. Whatever is
applied for is read once more when it is decided.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from yimen import dmn
from yimen.cases.logic import InvalidAnswers, check_answers
from yimen.facts import queries as fact_queries
from yimen.facts import services as facts
from yimen.facts.logic import APPLICANT, FactDefinition, InvalidFact, convert
from yimen.facts.resolver import ORGANISATION, PERSON, Reading, Subjects
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.queries import Standing
from yimen.policies import queries
from yimen.policies.logic import item_of
from yimen.policies.matching import facts_row
from yimen.policies.matching.found import Found, look
from yimen.policies.matching.ranking import ranked
from yimen.policies.models import Profile
from yimen.policies.queries import Measure
from yimen.rules import queries as rules
from yimen.rules.logic import DAY, ELIGIBLE, facts_used

LONGEST = 200
"""The most characters one answer may have."""
OVERVIEW = Purpose("", "查看可以享受的政策")


@dataclass(frozen=True, slots=True)
class Board:
    """Every measure for one party, best first; `known` are the facts it stands on, as of `as_of` (None: none taken)."""

    found: list[Found]
    known: Mapping[str, object]
    definitions: Mapping[str, FactDefinition]
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Close:
    """One measure looked at closely: how it stands, what was read just now, and all that is known."""

    found: Found
    model: dmn.Model
    readings: Mapping[str, Reading]
    known: Mapping[str, object]
    definitions: Mapping[str, FactDefinition]


def overview(*, by: Standing, at: datetime, of: str = "") -> Board:
    """Return every measure in force that is for such a party, best first, on the facts taken for matching.

    With `of` only those of that policy.

    What the party has said of itself counts where its word does. The read leaves one row in the ledger.
    """
    on = timezone.localdate(at)
    measures = [one for one in queries.measures(on=on) if _is_for(one, by) and of in {"", one.policy.definition.slug}]
    models = {one.name: rules.model_of(rules.in_effect(one.name, on=on)) for one in measures}
    names = frozenset().union(*(facts_used(model) for model in models.values()))
    definitions = fact_queries.dictionary(names)
    row = _row(by, names, at=at)
    known = {**(row.values if row else {}), **said(by, definitions)}
    found = [look(one, models[one.name], known, definitions, on=on) for one in measures]
    return Board(ranked(found), known, definitions, row.as_of if row else None)


def closely(name: str, *, by: Standing, at: datetime) -> Close:
    """Return how one measure stands to this party on what the departments say now, asked as far as it matters.

    Raises:
        NoSuchPolicy, NoSuchMeasure: there is none in force. NoRule: it has no rules today.
    """
    on = timezone.localdate(at)
    measure = queries.measure(name, on=on)
    model = rules.model_of(rules.in_effect(name, on=on))
    asked = {question.fact for question in measure.definition.questions}
    definitions = fact_queries.dictionary(facts_used(model) | asked)
    inputs = facts.resolve(
        _subjects(by),
        Purpose(item=name, title=f"{measure.definition.name}（查看是否符合条件）"),
        names=definitions,
        answers=answers_of(by),
        actor=_asking(measure),
        grantee=measure.definition.handled_by,
        at=at,
    )
    dmn.evaluate(model, ELIGIBLE, inputs)  # reads what still matters, and no more
    # What was not asked for just now may stand in the table taken for matching: so a near miss is told as one.
    known = {**_taken(by, facts_used(model), at=at), **inputs.at_hand()}
    found = look(measure, model, known, definitions, on=on)
    return Close(found, model, inputs.readings, known, definitions)


def calculated(
    name: str, typed: Mapping[str, str], *, at: datetime
) -> tuple[Found, dmn.Model, Mapping[str, FactDefinition]]:
    """Return how a measure stands on facts somebody typed in, its rules, and the facts it can look at.

    Anybody may try anything: nothing is kept and no department is asked.

    Raises:
        NoSuchPolicy, NoSuchMeasure, NoRule: as in `closely`. InvalidAnswers: what was typed cannot be its fact.
    """
    on = timezone.localdate(at)
    measure = queries.measure(name, on=on)
    model = rules.model_of(rules.in_effect(name, on=on))
    definitions = fact_queries.dictionary(facts_used(model) - {DAY})
    known = converted(typed, definitions)
    return look(measure, model, known, definitions, on=on), model, definitions


def converted(typed: Mapping[str, str], definitions: Mapping[str, FactDefinition]) -> dict[str, object]:
    """Return what was typed as the engine wants it; what was left empty or the measure does not use is left out.

    Raises:
        InvalidAnswers: something cannot be its fact.
    """
    known: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for name, text in typed.items():
        if name not in definitions or not text.strip():
            continue
        try:
            known[name] = convert(definitions[name], text[:LONGEST])
        except InvalidFact as error:
            wrong[name] = error.detail
    if wrong:
        raise InvalidAnswers(wrong)
    return known


@transaction.atomic
def say(raw: Mapping[str, str], *, by: Standing, at: datetime) -> Profile:
    """Keep what a party says of itself; what is sent empty is taken back, what is not sent stays.

    Raises:
        InvalidAnswers: an answer cannot be its fact, or its word does not count there; nothing of the call is kept.
    """
    on = timezone.localdate(at)
    for_them = [one for one in queries.measures(on=on) if _is_for(one, by)]
    asked = {question.fact for one in for_them for question in one.definition.questions}
    definitions = fact_queries.dictionary(asked)
    foreign = {name: "这一项以部门的数据为准，不需要填写。" for name in raw if name not in definitions}
    if foreign:
        raise InvalidAnswers(foreign)
    kept: dict[str, object] = {}
    for one in for_them:
        own = {question.fact for question in one.definition.questions}
        part = {name: text for name, text in raw.items() if name in own}
        kept |= check_answers(part, definitions=definitions, item=item_of(one.policy.definition, one.definition))
    profile, _ = Profile.objects.select_for_update().get_or_create(party=by.principal, defaults={"said_at": at})
    profile.answers = {**{name: one for name, one in profile.answers.items() if name not in raw}, **kept}
    profile.said_at = at
    profile.save()
    return profile


def said(by: Standing, definitions: Mapping[str, FactDefinition]) -> dict[str, object]:
    """Return what this party has said of itself, as the engine wants it, of those facts where its word counts."""
    known: dict[str, object] = {}
    for name, answer in answers_of(by).items():
        definition = definitions.get(name)
        if definition is None or definition.authority != APPLICANT:
            continue
        try:
            known[name] = convert(definition, answer)
        except InvalidFact:  # the dictionary has changed since; it is asked again
            continue
    return known


def _row(by: Standing, names: Collection[str], *, at: datetime) -> facts_row.Row | None:
    """Return what was taken of an organisation for matching, the read recorded; None where nothing was."""
    row = None if by.principal.is_person else facts_row.of(by.principal, names)
    if row is not None:
        ledger.record_read(
            actor=by.actor,
            subject=by.principal.pk,
            dataset=facts_row.TABLE,
            fields=sorted(row.values),
            purpose=OVERVIEW,
            result="OK",
            at=at,
        )
    return row


def _taken(by: Standing, names: Collection[str], *, at: datetime) -> Mapping[str, object]:
    row = _row(by, names, at=at)
    return row.values if row else {}


def answers_of(by: Standing) -> dict[str, object]:
    """Return what this party has said of itself by fact, as it was written."""
    profile = Profile.objects.filter(party=by.principal).first()
    return dict(profile.answers) if profile else {}


def _is_for(measure: Measure, by: Standing) -> bool:
    """Tell whether it is for a party of this kind."""
    wanted = PERSON if by.principal.is_person else ORGANISATION
    return wanted in measure.definition.subjects


def _subjects(by: Standing) -> Subjects:
    organisation = None if by.principal.is_person else by.principal
    return Subjects(applicant=by.principal, person=by.person, organisation=organisation)


def _asking(measure: Measure) -> Actor:
    """Return who asks the departments: the agency that handles the measure, so that the reader sees it named."""
    code = measure.definition.handled_by
    return Actor(
        kind="system", id="policies.look", label=f"{measure.policy.agency_name}（系统自动核验）", agency_code=code
    )
