"""A circuit of truths: predicates over facts, and conjunctions of them, each distinct one once for all measures.

A *literal* is a number: twice the place of a node, plus one where the node is negated. Three values throughout: a node
is true, false, or neither (unknown, or FEEL null). A disjunction is the negated conjunction of the negated (De Morgan
holds for Kleene's logic too), so there is one kind of gate, and however a condition was written the same one is found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from yimen import dmn

TRUE, FALSE, NEITHER = 0, 1, 2
"""The literals of what is always so."""
FIXED = 2
"""How many nodes are there before any predicate: what is always true, and what is never anything."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean fact as it is."""

    fact: str


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A number or date is at least the limit; `is_strict`: above it."""

    fact: str
    limit: Decimal | date
    is_strict: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """One number or date is at least another; `is_strict`: above it."""

    fact: str
    other: str
    is_strict: bool


@dataclass(frozen=True, slots=True)
class Expression:
    """Any other expression: what it says (the same wording in two models has the same `shape`), the facts it reads.

    `reads_day`: it also reads the day of the application, which is one for the whole batch.
    """

    shape: object
    facts: tuple[str, ...]
    reads_day: bool


@dataclass(frozen=True, slots=True)
class Same:
    """A model as part of a key: the same only as itself. It is kept, so that its identity is not given anew."""

    model: dmn.Model

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.model is self.model

    def __hash__(self) -> int:
        return id(self.model)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole decision, evaluated as it is: on known facts alone `is_quick` makes no difference.

    Two unknown cells of tables over one fact are settled case by case by the quick way, and not by the reference.
    """

    model: Same
    decision: str
    facts: tuple[str, ...]
    is_quick: bool


@dataclass(frozen=True, slots=True)
class Every:
    """A conjunction: the literals in it, sorted, each once."""

    literals: tuple[int, ...]


Leaf = Flag | AtLeast | Pair | Expression | Whole
Node = Leaf | Every


@dataclass(slots=True)
class Circuit:
    """The nodes in the order they were met: a gate comes after what is in it."""

    nodes: list[Node | None] = field(default_factory=lambda: [None] * FIXED)
    places: dict[Node, int] = field(default_factory=dict)

    def literal(self, node: Node) -> int:
        """Return the literal of a node, the same one for the same node."""
        place = self.places.get(node)
        if place is None:
            place = self.places[node] = len(self.nodes)
            self.nodes.append(node)
        return 2 * place

    def every(self, literals: Iterable[int]) -> int:
        """Return the literal of a conjunction: nested ones opened, order and repetition gone."""
        opened: set[int] = set()
        for one in literals:
            node = self.nodes[one // 2]
            if isinstance(node, Every) and not one % 2:
                opened.update(node.literals)
            else:
                opened.add(one)
        opened.discard(TRUE)
        if FALSE in opened:
            return FALSE
        if NEITHER + 1 in opened:  # neither stays neither when it is negated
            opened.discard(NEITHER + 1)
            opened.add(NEITHER)
        if len(opened) < 2:  # noqa: PLR2004 - one is no conjunction
            return next(iter(opened), TRUE)
        return self.literal(Every(tuple(sorted(opened))))

    def some(self, literals: Iterable[int]) -> int:
        """Return the literal of a disjunction."""
        return negated(self.every(negated(one) for one in literals))

    def reached(self, literals: Iterable[int]) -> list[int]:
        """Return the places of all nodes these literals rest on, in order."""
        found: set[int] = set()
        waiting = [one // 2 for one in literals]
        while waiting:
            place = waiting.pop()
            if place not in found:
                found.add(place)
                node = self.nodes[place]
                if isinstance(node, Every):
                    waiting.extend(one // 2 for one in node.literals)
        return sorted(found)


def negated(literal: int) -> int:
    """Return the literal that is true where this one is false."""
    return literal ^ 1


def facts_of(node: Node | None) -> Sequence[str]:
    """Return the facts a predicate reads by itself; a gate reads none."""
    match node:
        case Flag(fact) | AtLeast(fact):
            return (fact,)
        case Pair(fact, other):
            return (fact, other)
        case Expression(_, facts) | Whole(_, _, facts):
            return facts
        case _:
            return ()
