"""What stops when a field of a dataset changes or goes (变更影响): facts, rules, items, licences, grants, cases.

Looked at before a change is published or a dataset retired: 如果这个字段改变或停用，这些事项将不能自动决定.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from yimen.datasets import catalogue
from yimen.datasets import queries as datasets
from yimen.facts import queries as facts
from yimen.facts.logic import APPLICANT, SYSTEM, FactDefinition, FactType
from yimen.items import queries
from yimen.ledger import queries as ledger
from yimen.licences import queries as licences
from yimen.parties.queries import agency_names
from yimen.rules import impact as rules_impact
from yimen.rules import queries as rules
from yimen.rules.impact import Loss
from yimen.rules.logic import facts_used

LAST_DAY = 28
"""Every month has it."""
DAYS = 30
"""The period over which it is counted how often the fields were read."""


@dataclass(frozen=True, slots=True)
class LostFact:
    """A fact that a lost field gives. `others` are its remaining sources, as `dataset.field`."""

    name: str
    title: str
    others: tuple[str, ...]

    @property
    def is_lost(self) -> bool:
        """Tell whether nobody else gives it."""
        return not self.others


@dataclass(frozen=True, slots=True)
class ItemImpact:
    """What an item loses. `cases` are those of the last 30 days that read the fields.

    `face` are the titles of what would no longer stand on its licence.
    """

    slug: str
    name: str
    agency: str
    licence: str
    loss: Loss
    face: tuple[str, ...]
    cases: int

    @property
    def is_stopped(self) -> bool:
        """Tell whether the rules can no longer approve by themselves: everybody would wait for an officer."""
        return not self.loss.can_approve


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything that hangs on these fields of a dataset. `grants` are those in force that carry one of them."""

    dataset: str
    fields: tuple[str, ...]
    facts: tuple[LostFact, ...]
    items: tuple[ItemImpact, ...]
    grants: int
    cases: int

    @property
    def stopped(self) -> tuple[ItemImpact, ...]:
        """Return the items that could no longer decide by themselves."""
        return tuple(one for one in self.items if one.is_stopped)

    @property
    def is_nothing(self) -> bool:
        """Tell whether nothing hangs on them."""
        return not (self.facts or self.items or self.grants or self.cases)


def of_fields(dataset: str, fields: Collection[str], *, at: datetime, on: date) -> Impact:
    """Return what would stop if these fields of the dataset gave no values any more; `on` is the day of `at`."""
    gone = {(dataset, name) for name in fields}
    dictionary = {one.name: one for one in facts.every()}
    lost = _lost(dictionary, gone)
    unknown = frozenset(one.name for one in lost if one.is_lost)
    cases = ledger.cases_that_read(dataset, fields, since=at - timedelta(days=DAYS))
    choices = {name: _tried(one, on) for name, one in dictionary.items()}
    touched = {one.name for one in lost}
    names, licence_names = agency_names(), licences.type_names()
    models = {one.name: rules.model_of(one) for one in rules.all_in_effect(on=on)}
    items = []
    for definition in queries.all_offered(on=on):
        model = models.get(definition.slug)
        face = {fact for fact in definition.result.face.values() if fact in unknown}
        if model is None or not (touched & facts_used(model) or face):
            continue
        items.append(
            ItemImpact(
                slug=definition.slug,
                name=definition.name,
                agency=names.get(definition.agency, definition.agency),
                licence=licence_names.get(definition.result.licence_type, definition.result.licence_type),
                loss=rules_impact.without(model, unknown, choices),
                face=tuple(sorted(dictionary[fact].title for fact in face)),
                cases=cases.get(definition.slug, 0),
            )
        )
    return Impact(
        dataset=dataset,
        fields=tuple(sorted(fields)),
        facts=tuple(lost),
        items=tuple(sorted(items, key=lambda one: (not one.is_stopped, -one.cases, one.slug))),
        grants=catalogue.in_force(on).filter(dataset_id=dataset, fields__overlap=list(fields)).count(),
        cases=sum(cases.values()),
    )


def _lost(dictionary: Mapping[str, FactDefinition], gone: Collection[tuple[str, str]]) -> list[LostFact]:
    """Return the facts these fields give, and those that can only be asked for by a fact nobody gives any more.

    A fact of the applicant's own is never lost: a source only fills it in beforehand.
    """
    keyed = {(one.dataset, one.name): one.keyed_by for one in datasets.columns()}
    lost: dict[str, LostFact] = {}
    missing = set(gone)
    while True:
        new: dict[str, LostFact] = {}
        for definition in dictionary.values():
            sources = [(one.dataset, one.field) for one in definition.sources]
            if not missing & set(sources):
                continue
            others = tuple(f"{name}.{field}" for name, field in sources if (name, field) not in missing)
            if definition.authority in {APPLICANT, SYSTEM}:
                others += ("申请人填写",)
            elif definition.agree:
                others = ()  # where all have to agree, the word of one that is not heard counts for nothing
            one = LostFact(definition.name, definition.title, others)
            if lost.get(definition.name) != one:
                new[definition.name] = one
        lost |= new
        unknown = {name for name, one in lost.items() if one.is_lost}
        unreachable = {field for field, keys in keyed.items() if unknown & set(keys)} - missing
        if not new and not unreachable:
            return sorted(lost.values(), key=lambda one: one.name)
        missing |= unreachable


def _tried(definition: FactDefinition, on: date) -> list[object]:
    """Return the values a fact is tried with: its codes, both truth values, days and amounts far apart."""
    match definition.type:
        case FactType.BOOLEAN:
            return [True, False]
        case FactType.DATE:
            return [date(on.year - years, on.month, min(on.day, LAST_DAY)) for years in (0, 1, 3, 25, 85)]
        case FactType.NUMBER:
            return [Decimal(number) for number in (0, 1, 12, 1000, 10**6)]
        case FactType.LIST:
            return [[], *([code] for code in definition.values)]
        case FactType.RECORDS:
            return [[]]
        case _:
            return list(definition.values) or ["430102", "440305", "示例"]
