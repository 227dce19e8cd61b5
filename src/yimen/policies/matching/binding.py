"""A plan bound to the columns of a table and to a day: how each predicate is evaluated there."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from ibis.common.exceptions import IbisError

from yimen.dmn.errors import EngineError
from yimen.dmn.feel.types import ANY
from yimen.policies.matching import evaluating
from yimen.policies.matching.circuit import FIXED, AtLeast, Every, Expression, Flag, Leaf, Pair, Whole
from yimen.policies.matching.compiled import plain_type, sql_of
from yimen.policies.matching.evaluating import Evaluate
from yimen.policies.matching.monotone import turns_once
from yimen.policies.matching.physical import ABSENT, Cut, Kind, Physical, bisected, cut_of, physical
from yimen.policies.matching.plan import Plan
from yimen.rules.logic import DAY


@dataclass(frozen=True, slots=True)
class AsFlag:
    """Read off a boolean column."""

    fact: str


@dataclass(frozen=True, slots=True)
class AsCut:
    """True from the cut on (below it where not `is_above`)."""

    fact: str
    cut: Cut
    is_above: bool


@dataclass(frozen=True, slots=True)
class AsValues:
    """Put to the engine for each distinct value of a column; `unknown` is what it says without one."""

    fact: str
    evaluate: Evaluate
    unknown: bool | None


@dataclass(frozen=True, slots=True)
class AsPair:
    """Two columns of one kind compared."""

    fact: str
    other: str
    is_strict: bool


@dataclass(frozen=True, slots=True)
class AsRows:
    """Put to the engine row by row."""

    facts: tuple[str, ...]
    evaluate: Evaluate


@dataclass(frozen=True, slots=True)
class AsQuery:
    """Computed by DuckDB, `sql` being made by `dmn.batch`; a few rows are put to the engine as well."""

    rows: AsRows
    sql: str
    on: date | None


@dataclass(frozen=True, slots=True)
class AsConstant:
    """The same in every row."""

    value: bool | None


Way = AsFlag | AsCut | AsValues | AsPair | AsRows | AsQuery | AsConstant


BY_VALUE, BY_QUERY, ROW_BY_ROW = "逐值求值", "DuckDB", "逐行求值"


@dataclass(frozen=True, slots=True)
class Fallback:
    """A predicate that is put to the engine (回退): what it says, the facts it reads, by what, and why."""

    text: str
    facts: tuple[str, ...]
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cuts:
    """The predicates over one column that are comparisons: nodes from `start` on, one for each cut, ascending."""

    start: int
    cuts: npt.NDArray[np.generic]


@dataclass(slots=True)
class Bound:
    """A plan bound. Nodes are numbered anew, so that the comparisons with one column lie together.

    `literals` are the literals of the plan as numbered here; `gates` are conjunctions of them, in order. `absent` are
    facts without a column, `columns` those that are read.
    """

    on: date
    columns: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    kinds: Mapping[str, Physical] = field(default_factory=dict)
    nodes: int = FIXED
    literals: dict[int, int] = field(default_factory=dict)
    cuts: dict[str, Cuts] = field(default_factory=dict)
    ways: list[tuple[int, Way]] = field(default_factory=list)
    gates: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    fallbacks: list[Fallback] = field(default_factory=list)

    def literal(self, literal: int) -> int:
        """Return a literal of the plan as it is numbered here."""
        return self.literals[literal & ~1] ^ (literal & 1)


REMEMBERED = 1 << 16
"""For how many values of a fact a predicate's truth is remembered."""
FEW = 64
"""Fewer rows than this are put to the engine one by one rather than to DuckDB, which takes long to get ready."""


def bind(plan: Plan, schema: pa.Schema, on: date, *, rows: int) -> Bound:
    """Bind a plan to the columns of a table of so many rows and to the day the applications would be made.

    Raises:
        ColumnMismatch: a column is of another type than its fact is declared with.
    """
    present = [name for name in plan.facts if name in schema.names]
    kinds = {name: physical(name, plan.types.get(name, ANY), schema.field(name).type) for name in present}
    bound = Bound(
        on,
        columns=tuple(name for name in present if kinds[name] != ABSENT),
        absent=tuple(name for name in plan.facts if kinds.get(name, ABSENT) == ABSENT and name != DAY),
        kinds=kinds,
    )
    places = plan.places
    chooser = _Chooser(plan, bound, schema, rows)
    ways = {place: chooser.way(plan.circuit.nodes[place]) for place in places if _is_leaf(plan, place)}
    bound.literals = {0: 0, 2: 2}
    _number_cuts(bound, ways)
    for place, way in ways.items():
        if not isinstance(way, AsCut) or isinstance(way.cut, bool):
            bound.ways.append((_number(bound, place), way))
    for place in places:
        node = plan.circuit.nodes[place]
        if isinstance(node, Every):
            gate = tuple(bound.literal(one) for one in node.literals)
            bound.gates.append((_number(bound, place), gate))
    return bound


def _is_leaf(plan: Plan, place: int) -> bool:
    return place >= FIXED and not isinstance(plan.circuit.nodes[place], Every)


def _number(bound: Bound, place: int, *, is_turned: bool = False) -> int:
    bound.nodes += 1
    bound.literals[2 * place] = 2 * (bound.nodes - 1) + is_turned
    return bound.nodes - 1


def _number_cuts(bound: Bound, ways: Mapping[int, Way]) -> None:
    """Number the comparisons column by column, ascending; the same cut reached in two ways is one node."""
    cuts = [(way.fact, way.cut, way.is_above, place) for place, way in ways.items() if isinstance(way, AsCut)]
    cuts = [one for one in cuts if not isinstance(one[1], bool)]
    for fact, of_fact in groupby(sorted(cuts), key=lambda one: one[0]):
        start, distinct = bound.nodes, []
        for cut, same in groupby(of_fact, key=lambda one: one[1]):
            distinct.append(cut)
            for _, _, is_above, place in same:
                bound.literals[2 * place] = 2 * bound.nodes + (not is_above)
            bound.nodes += 1
        bound.cuts[fact] = Cuts(start, np.array(distinct, bound.kinds[fact].dtype))


def _remembering(fact: str, evaluate: Evaluate) -> Evaluate:
    """Return what asks about each value once, for all threads together: each keeps answers of its own besides."""
    told: dict[object, bool | None] = {}

    def remembered(facts: Mapping[str, object]) -> bool | None:
        value = facts[fact]
        if not isinstance(value, Hashable) or len(told) > REMEMBERED:
            return evaluate(facts)
        if value not in told:
            told[value] = evaluate(facts)
        return told[value]

    return remembered


@dataclass(slots=True)
class _Chooser:
    """Chooses the way each predicate is evaluated."""

    plan: Plan
    bound: Bound
    schema: pa.Schema
    rows: int

    def way(self, node: Leaf | Every | None) -> Way:
        """Return how a predicate is evaluated over these columns."""
        match node:
            case Flag(fact):
                return AsConstant(None) if self._kind(fact) == ABSENT else AsFlag(fact)
            case AtLeast(fact, limit, is_strict):
                kind = self._kind(fact)
                if kind == ABSENT:
                    return AsConstant(None)
                if kind.is_ordered:
                    return AsCut(fact, cut_of(limit, kind, is_strict=is_strict), is_above=True)
                return self._values(str(limit), fact, evaluating.of_limit(node), "这一列的小数超过 18 位")
            case Pair(fact, other, is_strict):
                one, two = self._kind(fact), self._kind(other)
                if ABSENT in {one, two}:
                    return AsConstant(None)
                if one.is_ordered and (one.kind, one.scale) == (two.kind, two.scale):
                    return AsPair(fact, other, is_strict)
                return self._rows(
                    f"{fact} 与 {other} 比较", AsRows((fact, other), evaluating.of_pair(node)), "两列的类型不同"
                )
            case Expression() | Whole():
                return self._put(node)
            case _:
                raise AssertionError(node)

    def _put(self, node: Expression | Whole) -> Way:
        """Return how what is no plain comparison is evaluated: by where it turns, by its values, or row by row."""
        day = None if DAY in self.bound.columns else self.bound.on
        read = [*node.facts, DAY] if isinstance(node, Expression) and node.reads_day else list(node.facts)
        facts = tuple(fact for fact in dict.fromkeys(read) if self._kind(fact) != ABSENT)
        if isinstance(node, Whole):
            text, evaluate = f"决策 {node.decision}", evaluating.of_decision(node, day)
        else:
            wording = self.plan.wordings[node]
            text, evaluate = wording.text, evaluating.of_wording(wording, day)
        if not facts:
            return AsConstant(evaluate({}))
        if len(facts) > 1:
            return self._several(node, text, AsRows(facts, evaluate), day)
        kind = self._kind(facts[0])
        if kind.is_ordered and isinstance(node, Expression) and len(node.facts) == 1:
            wording = self.plan.wordings[node]
            if turns_once(wording.tree, wording.scope):
                found = bisected(lambda value: evaluate({facts[0]: value}), kind)
                if found is not None:
                    return AsCut(facts[0], *found)
        return self._values(text, facts[0], evaluate, "")

    def _values(self, text: str, fact: str, evaluate: Evaluate, reason: str) -> Way:
        if self._kind(fact).kind in {Kind.FLOAT, Kind.DECIMAL} or reason:
            self.bound.fallbacks.append(Fallback(text, (fact,), BY_VALUE, reason or "不是与常量的比较"))
        return AsValues(fact, _remembering(fact, evaluate), evaluate({}))

    def _several(self, node: Expression | Whole, text: str, rows: AsRows, day: date | None) -> Way:
        """Return how a predicate over several facts is evaluated: by DuckDB, or row by row where that cannot."""
        if isinstance(node, Whole):
            return self._rows(text, rows, "同一项数据被表格看了几次")
        if self.rows < FEW:
            return self._rows(text, rows, "行数很少")
        on = day if node.reads_day else None
        types = pa.schema([pa.field(fact, plain_type(self.schema.field(fact).type)) for fact in rows.facts])
        try:
            sql = sql_of(self.plan.wordings[node], types, on)
        except (EngineError, IbisError, NotImplementedError) as error:
            return self._rows(text, rows, str(getattr(error, "what", error)))
        self.bound.fallbacks.append(Fallback(text, rows.facts, BY_QUERY, "同时读取几项数据"))
        return AsQuery(rows, sql, on)

    def _rows(self, text: str, rows: AsRows, reason: str) -> Way:
        self.bound.fallbacks.append(Fallback(text, rows.facts, ROW_BY_ROW, reason))
        return rows

    def _kind(self, fact: str) -> Physical:
        return self.bound.kinds.get(fact, ABSENT)
