"""A plan for matching (匹配计划): the conditions of many measures, each distinct predicate once."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from yimen import dmn
from yimen.core.errors import Invalid
from yimen.dmn.feel.types import ANY, ContextType, ListType, Type
from yimen.policies.matching.circuit import Circuit, Every, Expression, facts_of
from yimen.policies.matching.reading import Reader, Wording
from yimen.rules.logic import ELIGIBLE, condition_ids


class NotMatchable(Invalid):
    """Rules that cannot be matched: without a decision `eligible`, or at odds with others about a fact's type."""

    code = "policies.not-matchable"
    title = "这项政策条款的规则不能用于匹配。"


MOST = 63
"""How many conditions a measure may have: one bit each."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure (政策条款) in a plan.

    `states` are the literals of its conditions as a page tells their state, `verdict` the literal of `eligible`.
    `is_conjunction`: eligible where every condition is met, refused where one has failed.
    """

    name: str
    model: dmn.Model
    conditions: tuple[str, ...]
    states: tuple[int, ...]
    verdict: int
    is_conjunction: bool
    facts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """The measures, the circuit their conditions share, and the type each fact is declared with."""

    measures: tuple[Measure, ...]
    circuit: Circuit
    wordings: Mapping[Expression, Wording]
    types: Mapping[str, Type]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the measures, in order."""
        return tuple(one.name for one in self.measures)

    @property
    def facts(self) -> tuple[str, ...]:
        """Return every fact some measure reads to decide who is eligible."""
        return tuple(sorted(frozenset().union(*(one.facts for one in self.measures))))

    @property
    def places(self) -> list[int]:
        """Return the places of the nodes needed, a gate after what is in it."""
        return self.circuit.reached(literal for one in self.measures for literal in (*one.states, one.verdict))

    @property
    def predicates(self) -> int:
        """Return how many distinct predicates are evaluated."""
        return sum(1 for place in self.places if facts_of(self.circuit.nodes[place]))


def plan(measures: Mapping[str, dmn.Model]) -> Plan:
    """Return the plan for these rule models by name of measure, in their order.

    A predicate written in several of them, in whatever order or spelling, is in the plan once.

    Raises:
        NotMatchable: a model has no decision `eligible`, or declares a fact otherwise than another does.
    """
    reader = Reader()
    types: dict[str, Type] = {}
    made = []
    for name, model in measures.items():
        if ELIGIBLE not in model.decisions:
            raise NotMatchable(f"“{name}”的规则里没有决策 {ELIGIBLE}。请按规则模型的写法补上。", measure=name)
        made.append(_measure(reader, name, model))
        for fact in made[-1].facts:
            declared = model.types.get(fact, ANY)
            if types.setdefault(fact, declared) != declared and not _same(types[fact], declared):
                raise NotMatchable(
                    f"“{name}”把事实“{fact}”声明为另一种类型。请在各条款中统一。", measure=name, fact=fact
                )
    return Plan(tuple(made), reader.circuit, reader.wordings, types)


def _same(one: Type, other: Type) -> bool:
    """Tell whether a column can hold what both declare.

    What is allowed among the values, and which components a record has, is each model's own; a component both name
    must be of one type.
    """
    match getattr(one, "base", one), getattr(other, "base", other):
        case ListType(left), ListType(right):
            return _same(left, right)
        case ContextType(left), ContextType(right):
            others = dict(right)
            return all(_same(type_, others[name]) for name, type_ in left if name in others)
        case left, right:
            return bool(left == right)


def _measure(reader: Reader, name: str, model: dmn.Model) -> Measure:
    ids = condition_ids(model)
    if len(ids) > MOST:
        raise NotMatchable(f"“{name}”有 {len(ids)} 项条件，最多 {MOST} 项。请合并一些。", measure=name)
    read = {key: reader.condition(model, key) for key in ids}
    within = {key: literals[1] for key, literals in read.items()}
    verdict = reader.decision(model, ELIGIBLE, within)
    states = tuple(read[key][0] for key in ids)
    facts = frozenset().union(model.decisions[ELIGIBLE].facts, *(model.decisions[key].facts for key in ids))
    is_conjunction = verdict == reader.circuit.every(states) and bool(states)
    return Measure(name, model, ids, states, verdict, is_conjunction, facts)


def subset(plan: Plan, facts_changed: Collection[str]) -> Plan:
    """Return the part of a plan that has to be matched anew when these facts changed: measures that read any of them.

    Their predicates stay shared. It has no measures where none reads any.
    """
    changed = frozenset(facts_changed)
    return replace(plan, measures=tuple(one for one in plan.measures if one.facts & changed))


def only(plan: Plan, names: Collection[str]) -> Plan:
    """Return the part of a plan with these measures alone."""
    wanted = frozenset(names)
    return replace(plan, measures=tuple(one for one in plan.measures if one.name in wanted))


def gates(plan: Plan, places: Collection[int]) -> Iterator[tuple[int, Every]]:
    """Yield the gates among these places, in order."""
    for place in places:
        node = plan.circuit.nodes[place]
        if isinstance(node, Every):
            yield place, node
