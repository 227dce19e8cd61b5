"""Where a thing comes from, and what hangs on it (数据血缘): a registry to which each room adds its edges.

    column of a source → field of a dataset → fact → rule → item → licence type

Rooms register a provider; nobody stores the graph, so it is always as true as the definitions it is made of. This
module knows no word of the domain: a kind is a text that the room above has chosen.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

Id = tuple[str, str]
"""What makes a thing the same thing: its kind and its key."""


@dataclass(frozen=True, slots=True)
class Node:
    """One thing in the graph: its kind (source, field, fact, rule, item, …), its key within the kind, and a title."""

    kind: str
    key: str
    title: str = ""

    @property
    def id(self) -> Id:
        """Return what makes it the same thing."""
        return self.kind, self.key


@dataclass(frozen=True, slots=True)
class Edge:
    """`target` is made from `source`."""

    source: Node
    target: Node


Provider = Callable[[], Iterable[Edge]]
_providers: dict[str, Provider] = {}


def provider(room: str) -> Callable[[Provider], Provider]:
    """Enter a room's edges into the registry; a room is entered once."""

    def enter(function: Provider) -> Provider:
        if room in _providers and _providers[room] is not function:
            raise ValueError(f"lineage of {room!r} is registered twice")
        _providers[room] = function
        return function

    return enter


@dataclass(frozen=True, slots=True)
class Graph:
    """Every thing and every edge, as they are now."""

    nodes: Mapping[Id, Node]
    edges: tuple[Edge, ...]

    def below(self, kind: str, key: str) -> list[Node]:
        """Return everything made from this thing, nearest first; empty where there is no such thing."""
        return list(self._walk((kind, key), [(edge.source.id, edge.target.id) for edge in self.edges]))

    def above(self, kind: str, key: str) -> list[Node]:
        """Return everything this thing is made from, nearest first; empty where there is no such thing."""
        return list(self._walk((kind, key), [(edge.target.id, edge.source.id) for edge in self.edges]))

    def _walk(self, start: Id, steps: Iterable[tuple[Id, Id]]) -> Iterator[Node]:
        following: dict[Id, list[Id]] = defaultdict(list)
        for here, there in steps:
            following[here].append(there)
        seen, waiting = {start}, deque([start])
        while waiting:
            for one in following[waiting.popleft()]:
                if one not in seen:
                    seen.add(one)
                    waiting.append(one)
                    yield self.nodes[one]


def graph() -> Graph:
    """Return the graph of every room's edges; of a thing named twice the title that is not empty counts."""
    edges = tuple(edge for give in _providers.values() for edge in give())
    nodes: dict[Id, Node] = {}
    for edge in edges:
        for node in (edge.source, edge.target):
            if node.id not in nodes or not nodes[node.id].title:
                nodes[node.id] = node
    return Graph(nodes, edges)
