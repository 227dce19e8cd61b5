"""What the datasets room adds to the lineage (数据血缘): column of a source → field of a dataset."""

from collections.abc import Iterator

from yimen.core.lineage import Edge, Node, provider
from yimen.datasets import queries

COLUMN, FIELD = "column", "field"


@provider("datasets")
def edges() -> Iterator[Edge]:
    """Yield an edge from each column to the field it fills; a column is `connection/relation.column`."""
    for one in queries.columns():
        yield Edge(
            Node(COLUMN, f"{one.connection}/{one.relation}.{one.source_name}", one.source_name),
            Node(FIELD, f"{one.dataset}.{one.name}", f"{one.dataset_title}·{one.title}"),
        )
