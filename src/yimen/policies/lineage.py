"""What the policies room adds to the lineage (数据血缘): item (the measure as it is decided) → policy."""

from collections.abc import Iterator

from django.utils import timezone

from yimen.core.lineage import Edge, Node, provider
from yimen.policies import queries

POLICY = "policy"


@provider("policies")
def edges() -> Iterator[Edge]:
    """Yield an edge from every measure in force today to its policy."""
    for one in queries.measures(on=timezone.localdate()):
        definition = one.policy.definition
        yield Edge(Node("item", one.name, one.definition.name), Node(POLICY, definition.slug, definition.title))
