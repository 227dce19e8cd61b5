"""Verbs of the facts room: keep the dictionary, and resolve facts (see resolve.py)."""

from dataclasses import asdict

from yimen.core.errors import Invalid
from yimen.facts.logic import FactDefinition, validate
from yimen.facts.models import Fact


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
    fact, _ = Fact.objects.update_or_create(
        name=definition.name,
        defaults={
            "title": definition.title,
            "type": definition.type.value,
            "authority": definition.authority,
            "sensitivity": definition.sensitivity.value,
            "values": dict(definition.values),
            "unit": definition.unit,
            "sources": [asdict(source) for source in definition.sources],
        },
    )
    return fact
