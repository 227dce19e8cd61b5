"""What the rules room adds to the lineage (数据血缘): fact → the rules in force that can look at it."""

from collections.abc import Iterator

from django.utils import timezone

from yimen.core.lineage import Edge, Node, provider
from yimen.facts import queries as facts
from yimen.rules import queries
from yimen.rules.logic import facts_used

RULE = "rule"


@provider("rules")
def edges() -> Iterator[Edge]:
    """Yield an edge from each fact to the rules, by their name, whose version in force today can look at it."""
    titles = facts.titles()
    for version in queries.all_in_effect(on=timezone.localdate()):
        rule = Node(RULE, version.name, f"{version.name} 第 {version.number} 版")
        for fact in sorted(facts_used(queries.model_of(version))):
            yield Edge(Node("fact", fact, titles.get(fact, fact)), rule)
