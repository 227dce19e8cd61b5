"""Verbs of the facts room: keep the dictionary, and resolve facts."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from yimen.core import memo
from yimen.core.errors import Invalid
from yimen.datasets import queries as datasets
from yimen.facts import queries
from yimen.facts.logic import FactDefinition, validate
from yimen.facts.models import Fact
from yimen.facts.resolver import Resolver, Subjects
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor


class BadDefinition(Invalid):
    """A line of the dictionary makes no sense."""

    code = "facts.bad-definition"
    title = "数据项定义有误。"


def put_fact(definition: FactDefinition) -> Fact:
    """Keep this line of the dictionary; the same line twice changes nothing.

    Raises:
        BadDefinition: the line makes no sense; the sentence says how to mend it.
    """
    if problems := validate(definition):
        raise BadDefinition(" ".join(problems), fact=definition.name)
    memo.forget()
    fact, _ = Fact.objects.update_or_create(
        name=definition.name,
        defaults={
            "title": definition.title,
            "type": definition.type.value,
            "authority": definition.authority,
            "sensitivity": definition.sensitivity.value,
            "values": [list(pair) for pair in definition.values.items()],
            "unit": definition.unit,
            "sources": [asdict(source) for source in definition.sources],
            "agree": definition.agree,
            "element": definition.element,
        },
    )
    return fact


def resolve(
    subjects: Subjects,
    purpose: Purpose,
    *,
    names: Iterable[str],
    answers: Mapping[str, object],
    actor: Actor,
    grantee: str,
    at: datetime,
    consent: str = "",
) -> Resolver:
    """Return the lazy facts of these subjects for this purpose; nothing is fetched until it is asked for.

    `names` are the facts that may be asked (those the rules can reach); `grantee` the agency on whose grants
    departments answer; `consent` a fact without whose truth none is asked, empty where the law needs no consent.

    Raises:
        UnknownFact: a name is not in the dictionary.
    """
    definitions = dict(queries.dictionary(names))
    sources = {source.dataset for one in definitions.values() for source in one.sources}
    keyed_by = datasets.keyed_by(sources)
    # What a dataset is keyed by is a fact too, and has to be resolved before.
    wanted = {name for keys in keyed_by.values() for name in keys if "." in name} - definitions.keys()
    if wanted:
        definitions |= queries.dictionary(wanted)
        sources |= {source.dataset for name in wanted for source in definitions[name].sources}
        keyed_by |= datasets.keyed_by(sources)
    return Resolver(
        subjects=subjects,
        purpose=purpose,
        definitions=definitions,
        keyed_by=keyed_by,
        reached_through=datasets.reached_through(sources),
        answers=answers,
        actor=actor,
        grantee=grantee,
        at=at,
        consent=consent,
    )
