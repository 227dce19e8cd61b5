"""A case's facts: resolved lazily for the rules, written down with where they came from, and read back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from yimen import dmn
from yimen.cases import logic
from yimen.cases.models import Case, CaseFact, Decision
from yimen.facts import queries as fact_queries
from yimen.facts import services as facts
from yimen.facts.logic import FactDefinition, InvalidFact, Value, convert
from yimen.facts.resolver import Reading, Resolver, Shared, State, Subjects
from yimen.items import logic as items_logic
from yimen.items import queries as items
from yimen.items.queries import Offered
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.rules import queries as rules
from yimen.rules.logic import AMOUNT, ELIGIBLE, ROUTE
from yimen.rules.models import RuleVersion

DRAFT_READING_LIFE_S = 600.0
"""How long a draft shows what a department said before asking it again."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a case is judged by on a day: the item, the rules in effect, and the facts they can reach.

    `decides` are the facts eligibility can reach; `definitions` holds these, those of the route, and those of the
    item's own questions and licence face.
    """

    item: Offered
    rule: RuleVersion
    model: dmn.Model
    decides: frozenset[str]
    definitions: Mapping[str, FactDefinition]


def ground(case: Case, *, at: datetime) -> Ground:
    """Return what this case is judged by at that moment.

    Raises:
        NoSuchItem, NoRule: the item or its rules are not in effect on that day.
    """
    return ground_on(case.item_slug, on=logic.day_of(at))


def ground_of(decision: Decision) -> Ground:
    """Return what the case was judged by when this decision was made, whatever has changed since."""
    return _ground(items.version(decision.case.item_version_id), decision.rule_version)


def _ground(item: Offered, rule: RuleVersion) -> Ground:
    model = rules.model_of(rule)
    decides = frozenset(dmn.facts_of(model, ELIGIBLE))
    reached = {fact for name in (ROUTE, AMOUNT) if name in model.decisions for fact in dmn.facts_of(model, name)}
    asked = {question.fact for question in item.definition.questions}
    face = set(item.definition.result.face.values()) - items_logic.NO_FACTS
    return Ground(item, rule, model, decides, fact_queries.dictionary(decides | reached | asked | face))


def ground_on(slug: str, *, on: date) -> Ground:
    """Return what anybody is judged by in this item on that day.

    Raises:
        NoSuchItem, NoRule: the item or its rules are not in effect on that day.
    """
    return _ground(items.offered(slug, on=on), rules.in_effect(slug, on=on))


def purpose_of(case: Case, item: Offered) -> Purpose:
    """Return why facts of this case are read."""
    return Purpose(item=case.item_slug, title=item.definition.name, case_id=case.pk)


def subjects_of(case: Case) -> Subjects:
    """Return whose facts this case stands on."""
    person = case.applicant if case.applicant.is_person else case.handler
    return Subjects(applicant=case.applicant, person=person, organisation=case.organisation)


def resolver(
    case: Case,
    on: Ground,
    *,
    at: datetime,
    answers: Mapping[str, object],
    known: Mapping[str, Reading],
    shared: Shared | None = None,
) -> Resolver:
    """Return the lazy facts of this case; `known` are readings that need not be made again."""
    inputs = facts_of(subjects_of(case), purpose_of(case, on.item), on, at=at, answers=answers, shared=shared)
    inputs.readings.update(known)
    return inputs


def facts_of(
    subjects: Subjects,
    purpose: Purpose,
    on: Ground,
    *,
    at: datetime,
    answers: Mapping[str, object],
    shared: Shared | None = None,
) -> Resolver:
    """Return the lazy facts of these subjects, as far as the item can reach them.

    The agency that handles the item asks, on its own grants: the citizen sees it named, not a machine.
    """
    code = on.item.definition.agency
    agency = Actor(kind="system", id="cases.resolve", label=f"{on.item.agency_name}（系统自动核验）", agency_code=code)
    return facts.resolve(
        subjects,
        purpose,
        names=on.definitions,
        answers=answers,
        actor=agency,
        grantee=code,
        at=at,
        consent=on.item.definition.consent,
        shared=shared,
    )


def keep(case: Case, readings: Iterable[Reading]) -> None:
    """Write down the readings as the case's facts, in place of those it had."""
    case.facts.all().delete()
    CaseFact.objects.bulk_create(rows(case, readings))


def rows(case: Case, readings: Iterable[Reading]) -> list[CaseFact]:
    """Return the readings as the case's facts, not yet written."""
    return [
        CaseFact(
            case=case,
            fact=reading.fact,
            state=reading.state.value,
            behind=reading.behind.value if reading.behind else "",
            value=reading.value,
            dataset=reading.dataset,
            agency=reading.agency,
            as_of=reading.as_of,
            read_at=reading.read_at,
            entry=reading.entry,
            says=[list(one) for one in reading.says],
        )
        for reading in readings
    ]


def kept(case: Case, definitions: Mapping[str, FactDefinition]) -> dict[str, Reading]:
    """Return the case's facts as they were read, by name, in the order of reading.

    The dictionary may have changed since. A value it no longer allows stays, as text, with a case that was decided on
    it; for a draft such a fact is to be read anew.
    """
    return {
        row.fact: Reading(
            fact=row.fact,
            state=State(row.state),
            value=None if row.value is None else _value(definitions[row.fact], row.value),
            read_at=row.read_at,
            behind=State(row.behind) if row.behind else None,
            dataset=row.dataset,
            agency=row.agency,
            as_of=row.as_of,
            entry=row.entry,
            says=tuple((agency, _value(definitions[row.fact], value)) for agency, value in row.says),
        )
        for row in case.facts.all()
        if row.fact in definitions and (case.status != Case.Status.DRAFT or _fits(definitions[row.fact], row.value))
    }


def _value(definition: FactDefinition, kept: object) -> Value:
    try:
        return convert(definition, kept)
    except InvalidFact:
        return kept if isinstance(kept, bool) else str(kept)


def _fits(definition: FactDefinition, kept: object) -> bool:
    try:
        return kept is None or convert(definition, kept) is not None
    except InvalidFact:
        return False


def vouched(readings: Mapping[str, Reading]) -> dict[str, Reading]:
    """Return those readings a department vouches for: no answers, nothing declared, nothing of the system's own."""
    return {name: reading for name, reading in readings.items() if reading.is_known and reading.dataset}


def fresh(readings: Mapping[str, Reading], *, at: datetime) -> dict[str, Reading]:
    """Return those readings a draft may show again without asking the department anew."""
    return {
        name: reading
        for name, reading in readings.items()
        if logic.may_stand(reading) and logic.is_fresh(reading.read_at, at=at, limit_s=DRAFT_READING_LIFE_S)
    }
