"""A decision and all it requires, step by step, on facts at hand of which some are unknown.

A step that no unknown fact reaches is taken as generated source; others know what an unknown does to them. As with
the one function for known facts, every fact is read at once, and whatever is unusual makes it give up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, getcontext, setcontext

from yimen.dmn.columns import Column, cases_of
from yimen.dmn.fast.expressions import EXACT, NoWay, Term, Writer
from yimen.dmn.fast.known import fact_kind, known_table, logic_of
from yimen.dmn.fast.lookups import Mask, any_mask
from yimen.dmn.fast.source import GIVES_UP
from yimen.dmn.fast.steps import Deciding, Look, Open, Take, choosing, joining, number_of, plain_of
from yimen.dmn.fast.tables import masked
from yimen.dmn.feel import ast
from yimen.dmn.feel.operators import is_same
from yimen.dmn.feel.scope import Input, Required, Scope
from yimen.dmn.feel.types import ANY, Basic
from yimen.dmn.model import Decision, Model, Plan
from yimen.dmn.outcome import Outcome, Teller
from yimen.dmn.values import UNKNOWN, Unknown

Given = list[object]
Values = list[object]
CLASSES = {"string": str, "boolean": bool, "date": date}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `reach` are the facts it depends on, as a mask, `known` takes it where none of them is unknown."""

    reach: int
    known: Take
    partly: Take


@dataclass(frozen=True, slots=True)
class Flow:
    """The steps to a decision, in order. `heads` are, by fact, the names of mappings that may hold it instead.

    `cases` are, by fact, values of which one is as good as any other to every step; empty where they are not known.
    """

    paths: tuple[str, ...]
    heads: tuple[tuple[str, ...], ...]
    cases: tuple[tuple[object, ...], ...]
    unknown: tuple[Unknown, ...]
    steps: tuple[Step, ...]
    tell: Teller

    def decide(self, given: dict[str, object]) -> Outcome | None:
        """Return what is decided where some fact is unknown; None where none is, or something is unusual."""
        facts: Given = []
        unknown = 0
        for place, path in enumerate(self.paths):
            value = given.get(path, UNKNOWN)
            if type(value) is Unknown:
                if value.facts or any(head in given for head in self.heads[place]):
                    return None
                value = self.unknown[place]
                unknown |= 1 << place
            facts.append(value)
        if not unknown:
            return None
        saved = getcontext()
        setcontext(EXACT)
        try:
            values = self._taken(facts, unknown)
            if type(values[-1]) is Unknown and unknown & (unknown - 1) == 0:
                values[-1] = self._in_every_case(facts, unknown, values)
        except GIVES_UP:
            return None
        finally:
            setcontext(saved)
        value = values[-1]
        if type(value) is Open:
            waits = value.waits
            order = tuple(sorted(waits, key=lambda path: (-waits[path], self.paths.index(path))))
            return Outcome((UNKNOWN, False, order, self.tell, (UNKNOWN, tuple(facts))))
        if type(value) is Unknown:
            order = tuple(value.facts)
            if len(order) > 1:
                order = tuple(path for path in self.paths if path in value.facts)
            return Outcome((UNKNOWN, False, order, self.tell, (UNKNOWN, tuple(facts))))
        return Outcome((value, True, (), self.tell, (value, tuple(facts))))

    def _taken(self, facts: Given, unknown: int) -> Values:
        values: Values = []
        for step in self.steps:
            values.append((step.partly if step.reach & unknown else step.known)(facts, values))
        return values

    def _in_every_case(self, facts: Given, unknown: int, values: Values) -> object:
        """Return the value where it is the same in every case of the one unknown fact, else what is unknown of it.

        The fact may reach several columns, each of which then knows nothing of the others.
        """
        place = unknown.bit_length() - 1
        cases = self.cases[place]
        found = values[-1]
        for number, case in enumerate(cases):
            changed: Values = list(values)
            at_hand = [*facts[:place], case, *facts[place + 1 :]]
            try:
                for step, take in enumerate(self.steps):
                    if take.reach & unknown:
                        changed[step] = take.known(at_hand, changed)
            except GIVES_UP:
                return values[-1]  # null somewhere
            if number and not is_same(found, changed[-1]):
                return values[-1]
            found = changed[-1]
        return found


def flowing(model: Model, decision: Decision, tell: Callable[[tuple[str, ...]], Teller]) -> Plan:
    """Return what decides where some facts are unknown.

    Raises:
        NoWay: something in the decision's logic cannot be taken so.
    """
    made = _Maker(model)
    made.goal(decision)
    paths = tuple(made.facts)
    heads = tuple(tuple(_heads(path)) for path in paths)
    unknown = tuple(Unknown(frozenset((path,))) for path in paths)
    return Flow(paths, heads, tuple(map(made.cases, paths)), unknown, tuple(made.steps), tell(paths)).decide


def _heads(path: str) -> Sequence[str]:
    parts = path.split(".")
    return [".".join(parts[:cut]) for cut in range(1, len(parts))]


@dataclass(slots=True)
class _StepWriter(Writer):
    """Writes strict expressions; a choice or a junction inside becomes a step of its own."""

    maker: "_Maker | None" = None
    used: list[int] = field(default_factory=list)

    def term(self, node: ast.Expr, scope: Scope) -> Term:
        """Return an expression's source, made of earlier steps' values."""
        assert self.maker is not None
        match node:
            case ast.If(condition, then, otherwise):
                parts = [self.maker.strict(one, scope) for one in (condition, then, otherwise)]
                if parts[0].kind != "boolean":
                    raise NoWay
                found = self._choice(parts[0].source, parts[1], parts[2])
                first, second, third = (_place(one) for one in parts)
                take = choosing(first, second, third)
                place = self.maker.add([first, second, third], take, take)
                term = Term(f"v[{place}]", found.kind, found.longest)
            case ast.Junction(operator, operands):
                parts = [self.maker.strict(one, scope) for one in operands]
                if any(one.kind != "boolean" for one in parts):
                    raise NoWay
                places = [_place(one) for one in parts]
                take = joining(places, decisive=operator == "or")
                place = self.maker.add(places, take, take)
                term = Term(f"v[{place}]", "boolean")
            case _:
                return Writer.term(self, node, scope)
        self.used.append(place)
        return term


@dataclass(slots=True)
class _Maker:
    """The flow being made. A step's value is `v[place]` in the source of later ones."""

    model: Model
    names: dict[str, object] = field(default_factory=dict)
    facts: dict[str, int] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    prepared: dict[str, Term] = field(default_factory=dict)
    decided: dict[str, Term] = field(default_factory=dict)
    columns: dict[str, list[Column]] = field(default_factory=dict)
    writer: "_StepWriter" = field(init=False)

    def __post_init__(self) -> None:
        self.names["Decimal"] = Decimal
        self.writer = _StepWriter(self.names, self._fact, self._decision, maker=self)

    def goal(self, decision: Decision) -> None:
        """Make the steps of a decision and all it requires, its own the last."""
        tree, _ = logic_of(decision)
        if isinstance(tree, ast.Table):
            self._table(tree, decision, is_goal=True)
            return
        term = self._value(decision)
        place = _place(term)
        if place != len(self.steps) - 1:
            self.add([place], lambda _given, values: values[place], lambda _given, values: values[place])

    def cases(self, path: str) -> tuple[object, ...]:
        """Return the values of a fact that tables tell apart; none where one table, or more than tables, look at it."""
        columns = self.columns.get(path, [])
        return () if path in self.prepared or len(columns) < 2 else cases_of(columns)  # noqa: PLR2004

    def add(self, uses: Sequence[int], known: Take, partly: Take, *, facts: int = 0) -> int:
        """Add a step that uses these and looks at these facts; return its place."""
        for place in uses:
            facts |= self.steps[place].reach
        self.steps.append(Step(facts, known, partly))
        return len(self.steps) - 1

    def strict(self, node: ast.Expr, scope: Scope) -> Term:
        """Return the step of an expression that is unknown as soon as anything in it is."""
        outer, self.writer.used = self.writer.used, []
        term = self.writer.term(node, scope)
        used, self.writer.used = self.writer.used, outer
        return self._strictly(term, used)

    def _strictly(self, term: Term, used: list[int]) -> Term:
        if used and term.source == f"v[{used[-1]}]":
            return term
        known = eval(compile(f"lambda f, v: {term.source}", "<step>", "eval"), self.names)  # noqa: S307 - our own words
        unique = tuple(dict.fromkeys(used))

        def partly(given: Given, values: Values) -> object:
            waiting: frozenset[str] | None = None
            for place in unique:
                value = values[place]
                if type(value) is Unknown:
                    waiting = value.facts if waiting is None else waiting | value.facts
            return known(given, values) if waiting is None else Unknown(waiting)

        return Term(f"v[{self.add(unique, known, partly)}]", term.kind, term.longest)

    # --- facts and decisions

    def _fact(self, symbol: Input) -> Term:
        if symbol.path not in self.prepared:
            kind = fact_kind(self.model, symbol)
            raw = self._raw(symbol.path)
            take = number_of(raw) if kind == "number" else plain_of(raw, CLASSES[kind])
            self.prepared[symbol.path] = Term(f"v[{self.add([], take, take, facts=1 << raw)}]", kind)
        return self._used(self.prepared[symbol.path])

    def _raw(self, path: str) -> int:
        return self.facts.setdefault(path, len(self.facts))

    def _decision(self, symbol: Required) -> Term:
        if symbol.key not in self.decided:
            self.decided[symbol.key] = self._value(self.model.by_key[symbol.key])
        return self._used(self.decided[symbol.key])

    def _used(self, term: Term) -> Term:
        self.writer.used.append(_place(term))
        return term

    def _value(self, decision: Decision) -> Term:
        tree, types = logic_of(decision)
        if isinstance(tree, ast.Table):
            return self._table(tree, decision, is_goal=False)
        term = self.strict(tree, decision.scope)
        if any(type_ not in (ANY, Basic(term.kind)) for type_ in types):
            raise NoWay
        return term

    # --- tables

    def _table(self, node: ast.Table, decision: Decision, *, is_goal: bool) -> Term:
        scope, table = decision.scope, masked(self.model, node, decision.scope)
        ready = known_table(table, node, scope, logic_of(decision)[1], is_goal=is_goal)
        if table is None or (ready.kind is None and not is_goal):
            raise NoWay
        looks: list[Look] = []
        uses, facts, everything = [], 0, (1 << len(node.rules)) - 1
        for step in ready.steps:
            column, symbol = table.columns[step.place], ready.symbols[step.place]
            is_fact = isinstance(symbol, Input)
            if isinstance(symbol, Input):
                place = self._raw(symbol.path)
                facts |= 1 << place
                self.columns.setdefault(symbol.path, []).append(column)
                find: Mask = any_mask(column, fact_kind(self.model, symbol))
            else:
                place = _place(self.strict(column.tree, scope))
                uses.append(place)
                find = column.mask
            may, must = column.unknown(everything)
            masks = None if column.all_masks is None else tuple(column.all_masks)
            looks.append(Look(column.cares, place, is_fact, find, may, must, masks))
        take = Deciding(table, ready, tuple(looks), ready.alike(), is_goal).take
        return Term(f"v[{self.add(uses, take, take, facts=facts)}]", ready.kind or "Any", ready.longest)


def _place(term: Term) -> int:
    return int(term.source[2:-1])
