"""What a purpose needs (最小必要): the fields of a dataset that the rules of an item read, and no others.

Asked of the lineage, so this room knows neither facts nor rules: a field is needed where it lies above the item (its
rules read it, or its form has it filled in), or above a fact that stands on the face of the licence the item gives.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from yimen.core import lineage
from yimen.core.lineage import Graph, Node

FIELD = "field"
ENDS: Mapping[str, tuple[str, ...]] = {"ITEM": ("item",), "POLICY": ("policy", "measure")}
"""By the kind of purpose the kinds of node it may be. What is no item and no policy has no rules to ask."""
GIVEN = "licence_type"
FACT = "fact"


@dataclass(frozen=True, slots=True)
class Need:
    """What one purpose needs of one dataset: `fields` has for each field it reads what for (titles of facts)."""

    slug: str
    title: str
    fields: Mapping[str, tuple[str, ...]]


def need(kind: str, slug: str, dataset: str, *, graph: Graph | None = None) -> Need | None:
    """Return what this item or policy needs of this dataset; None where nothing of this name has rules."""
    known = graph or lineage.graph()
    end = next((known.nodes[one, slug] for one in ENDS.get(kind, ()) if (one, slug) in known.nodes), None)
    if end is None:
        return None
    read = _read_by(known, end)
    prefix = f"{dataset}."
    fields: dict[str, list[str]] = {}
    for edge in known.edges:
        if edge.source.kind != FIELD or edge.target.id not in read or not edge.source.key.startswith(prefix):
            continue
        target = known.nodes[edge.target.id]
        fields.setdefault(edge.source.key.removeprefix(prefix), []).append(target.title or target.key)
    return Need(slug, end.title or slug, {name: tuple(dict.fromkeys(facts)) for name, facts in fields.items()})


def purposes(kind: str) -> dict[str, str]:
    """Return the titles of every item, or every policy, that has rules, by its slug."""
    nodes = lineage.graph().nodes.values()
    return {one.key: one.title or one.key for one in nodes if one.kind in ENDS.get(kind, ())}


def _read_by(known: Graph, end: Node) -> set[tuple[str, str]]:
    """Return everything the item is made from: what its rules read, what its licence shows, and what leads there."""
    found = {one.id for one in known.above(*end.id)}
    given = {edge.target.id for edge in known.edges if edge.source.id == end.id and edge.target.kind == GIVEN}
    shown = {edge.source.id for edge in known.edges if edge.target.id in given and edge.source.kind == FACT}
    for fact in shown:
        found |= {fact, *(one.id for one in known.above(*fact))}
    return found
