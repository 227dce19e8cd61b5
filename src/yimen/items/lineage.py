"""What the items room adds to the lineage (数据血缘): rule → item → licence type, fact → item, fact → licence type."""

from collections.abc import Iterator

from django.utils import timezone

from yimen.core.lineage import Edge, Node, provider
from yimen.facts import queries as facts
from yimen.items import queries
from yimen.items.logic import NO_FACTS
from yimen.licences import queries as licences

ITEM, LICENCE_TYPE = "item", "licence_type"


@provider("items")
def edges() -> Iterator[Edge]:
    """Yield the edges of every item offered today: its rules, what its form asks or has filled in, what it grants.

    A fact that no rule reads may still be filled in from a department, as the account an allowance is paid to is.
    """
    titles = facts.titles()
    licence_names = licences.type_names()
    for definition in queries.all_offered(on=timezone.localdate()):
        item = Node(ITEM, definition.slug, definition.name)
        code = definition.result.licence_type
        yield Edge(Node("rule", definition.slug), item)
        for question in definition.questions:
            yield Edge(Node("fact", question.fact, titles.get(question.fact, question.fact)), item)
        if not code:
            continue
        licence = Node(LICENCE_TYPE, code, licence_names.get(code, code))
        yield Edge(item, licence)
        for fact in sorted(set(definition.result.face.values()) - NO_FACTS):
            yield Edge(Node("fact", fact, titles.get(fact, fact)), licence)
