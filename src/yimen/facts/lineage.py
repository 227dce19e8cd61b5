"""What the facts room adds to the lineage (数据血缘): field → fact, and fact → the fields asked for by it."""

from collections.abc import Iterator

from yimen.core.lineage import Edge, Node, provider
from yimen.datasets import queries as datasets
from yimen.facts import queries

FACT = "fact"


@provider("facts")
def edges() -> Iterator[Edge]:
    """Yield an edge from each source of a fact, and from a fact by which a dataset is asked to what it answers."""
    known = {one.name: one for one in queries.every()}
    for definition in known.values():
        for source in definition.sources:
            yield Edge(Node("field", f"{source.dataset}.{source.field}"), Node(FACT, definition.name, definition.title))
    for one in datasets.columns():
        for key in one.keyed_by:
            if key in known:
                yield Edge(Node(FACT, key, known[key].title), Node("field", f"{one.dataset}.{one.name}"))
