"""The near miss: the smallest changes to facts that would turn an outcome, found by trying them on the model itself.

Limits to cross are read from the comparisons in the logic. A fact compared directly has its candidates there; one
that a limit depends on through reckoning (an age from a birth date, a deadline) is moved until the comparison turns.
Whatever is claimed was evaluated: nothing is concluded from the form of an expression.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations

from yimen.dmn.cells import constant_value
from yimen.dmn.errors import FeelSyntaxError
from yimen.dmn.evaluate import evaluate
from yimen.dmn.explanation.changes import Change, May, NearMiss
from yimen.dmn.explanation.comparisons import Comparison, comparisons_of
from yimen.dmn.explanation.lines import Line, doubling, line_of, turn
from yimen.dmn.explanation.probing import Probe, at_hand
from yimen.dmn.explanation.subjects import fact_of
from yimen.dmn.feel.code.base import Compiled
from yimen.dmn.feel.compile import compile_expression
from yimen.dmn.feel.operators import equal, less
from yimen.dmn.feel.parser import parse_unary_tests
from yimen.dmn.feel.scope import Scope
from yimen.dmn.feel.types import ANY, Restricted
from yimen.dmn.model import Model

TRIES = 3_000
"""How often a model is tried at most: some tenths of a second."""
MOST = 5
"""How many near misses are given."""
FEW = 8
"""How many values of each fact are tried together with another's."""


def near_misses(
    model: Model,
    name: str,
    inputs: Mapping[str, object],
    *,
    wanted: object = True,
    among: Collection[str] | None = None,
    may: May | None = None,
    tries: int = TRIES,
) -> tuple[NearMiss, ...]:
    """Return the smallest changes that give the decision the value wanted, smallest first; empty where it has it.

    `inputs` are the facts at hand; one that is not among them is unknown, and nothing is supposed of it. `among` are
    the facts that can change (None: any), `may` tells of a change whether it is possible. Single facts first; two
    together only where no single one is enough. Each is evaluated: the outcome is then the value wanted, or, where
    facts are unknown, no longer sure not to be.
    """
    facts = at_hand(model, name, inputs)
    now = evaluate(model, name, facts)
    if not now.determined or equal(now.value, wanted) is True:
        return ()
    movable = [fact for fact in facts if among is None or fact in among]
    search = _Search(_Goal(model, name, wanted, may or (lambda _change: True)), facts, movable, tries)
    with suppress(_Spent):  # what was found until then is true all the same
        search.look()
    return tuple(sorted(search.found, key=lambda one: one.size)[:MOST])


class _Spent(Exception):
    """The model has been tried as often as it may."""


@dataclass(frozen=True, slots=True)
class _Limit:
    """A comparison ready to be tried: its sides, and the fact each of them is (empty where it is none)."""

    left: Compiled
    right: Compiled
    left_fact: str
    right_fact: str
    is_inner: bool


@dataclass(frozen=True, slots=True)
class _Goal:
    """What is looked for: a decision with a value, by changes that are possible."""

    model: Model
    name: str
    wanted: object
    may: May


class _Search:
    """One search: `found` are the near misses, each tried; none is the other with something added."""

    def __init__(self, goal: _Goal, facts: Mapping[str, object], movable: Sequence[str], tries: int) -> None:
        self._goal, self._facts, self._movable, self._tries = goal, facts, movable, tries
        self._model = model = goal.model
        self._limits = [_limit(one) for one in comparisons_of(model, _roots(model, goal.name))]
        self._now = Probe(model, facts)
        self.found: list[NearMiss] = []

    def look(self) -> None:
        """Look for single facts, then, where there are none, for two together."""
        for fact in self._movable:
            self._single(fact)
        if not self.found:
            self._pairs()

    # --- trying

    def _spend(self) -> None:
        self._tries -= 1
        if self._tries < 0:
            raise _Spent

    def _tried(self, new: Mapping[str, object]) -> NearMiss | None:
        """Return the changes as a near miss where they turn the outcome, None where they do not or are not possible."""
        changes = tuple(Change(fact, self._facts[fact], value) for fact, value in new.items())
        if not all(map(self._goal.may, changes)):
            return None
        self._spend()
        outcome = evaluate(self._model, self._goal.name, {**self._facts, **new})
        if not outcome.determined:
            return NearMiss(changes, outcome.missing)
        return NearMiss(changes) if equal(outcome.value, self._goal.wanted) is True else None

    def _single(self, fact: str) -> None:
        line = self._line(fact)
        if line is None:
            self.found += filter(None, (self._tried({fact: value}) for value in self._choices(fact)))
            return
        places = sorted(set(self._places(fact, line)), key=abs)
        for direction in (1, -1):
            ways = [place for place in places if place * direction > 0]
            if any(limit.is_inner for limit in self._limits):  # it may matter where no comparison shows by itself
                ways += doubling(direction, line.furthest)
            for value in (one for one in map(line.at, ways) if one is not None):
                if near := self._tried({fact: value}):
                    self.found.append(self._tightened(near, {fact: line}))
                    break

    def _pairs(self) -> None:
        lines = {fact: self._line(fact) for fact in self._movable}
        values = {fact: self._few(fact, lines[fact]) for fact in self._movable}
        for one, two in combinations([fact for fact in self._movable if values[fact]], 2):
            both = ((a, b) for a in values[one] for b in values[two])
            near = next(filter(None, (self._tried({one: a, two: b}) for a, b in both)), None)
            if near is not None:
                known = {fact: line for fact, line in lines.items() if line is not None}
                self.found.append(self._tightened(near, known))

    def _tightened(self, near: NearMiss, lines: Mapping[str, Line]) -> NearMiss:
        """Return a near miss with each change as small as it can be while the others stand."""
        for one in near.changes:
            if one.fact in lines:
                near = self._nearest(near, one, lines[one.fact])
        return near

    def _nearest(self, near: NearMiss, change: Change, line: Line) -> NearMiss:
        others = {one.fact: one.new for one in near.changes}
        far = line.place(change.new)
        tried: dict[int, NearMiss] = {far: near}

        def turns(place: int) -> bool:
            value = line.at(place)
            found = None if value is None else self._tried({**others, change.fact: value})
            if found is not None:
                tried[place] = found
            return found is not None

        return tried[turn(turns, 0, far)]

    # --- candidates

    def _line(self, fact: str) -> Line | None:
        limits = (self._value(one.right) for one in self._limits if one.left_fact == fact)
        return line_of(self._facts[fact], limits)

    def _value(self, compiled: Compiled) -> object:
        return self._now.run(compiled, {})

    def _choices(self, fact: str) -> list[object]:
        """Return the values a fact without distances is compared with, and those its type allows, but its own."""
        own = self._facts[fact]
        if not isinstance(own, str | bool):
            return []
        found: list[object] = [not own] if isinstance(own, bool) else [*_allowed(self._model, fact)]
        for limit in self._limits:
            for side, compiled in ((limit.left_fact, limit.right), (limit.right_fact, limit.left)):
                if side == fact and not limit.is_inner:
                    value = self._value(compiled)
                    found += value if isinstance(value, list) else [value]
        kept: list[object] = []
        for value in found:
            if type(value) is type(own) and equal(value, own) is False and value not in kept:
                kept.append(value)
        return kept

    def _few(self, fact: str, line: Line | None) -> list[object]:
        """Return the nearest values worth trying together with another fact's."""
        if line is None:
            return self._choices(fact)[:FEW]
        places = sorted({place for place in self._places(fact, line) if place}, key=abs)[:FEW]
        return [value for value in map(line.at, places) if value is not None]

    def _places(self, fact: str, line: Line) -> Iterator[int]:
        """Yield the places where a comparison that the fact has to do with turns, and those beside them."""
        for limit in self._limits:
            if limit.is_inner:
                continue
            if limit.left_fact == fact and fact not in limit.right.facts:
                yield from line.around(self._value(limit.right))
            elif limit.right_fact == fact and fact not in limit.left.facts:
                yield from line.around(self._value(limit.left))
            elif fact in limit.left.facts | limit.right.facts:
                yield from self._turns(limit, fact, line)

    def _turns(self, limit: _Limit, fact: str, line: Line) -> Iterator[int]:
        """Yield where the two sides of a comparison change their order as a fact moves, in both directions."""
        signs: dict[int, int | None] = {}

        def sign(place: int) -> int | None:
            if place not in signs:
                signs[place] = self._sign(limit, fact, line.at(place))
            return signs[place]

        at_home = sign(0)
        if at_home is None:
            return
        for direction in (1, -1):
            last = 0
            for place in doubling(direction, line.furthest):
                beyond = sign(place)
                if beyond is None:
                    break
                if beyond != at_home:
                    first = turn(lambda one: sign(one) != at_home, last, place)
                    yield first
                    yield from self._second(sign, first, direction, line)
                    break
                last = place

    def _second(self, sign: Callable[[int], int | None], first: int, direction: int, line: Line) -> Iterator[int]:
        """Yield where the sides are no longer equal, from where they have become so."""
        if sign(first) != 0:
            return
        last = first
        for place in doubling(direction, line.furthest, first):
            if sign(place) is None:
                return
            if sign(place) != 0:
                yield turn(lambda one: sign(one) != 0, last, place)
                return
            last = place

    def _sign(self, limit: _Limit, fact: str, value: object) -> int | None:
        """Return how the two sides compare with the fact at a value: -1, 0, 1; None where they do not."""
        if value is None:
            return None
        self._spend()
        probe = Probe(self._model, {**self._facts, fact: value})
        left, right = probe.run(limit.left, {}), probe.run(limit.right, {})
        if equal(left, right) is True:
            return 0
        return -1 if less(left, right) is True else 1 if less(right, left) is True else None


def _limit(one: Comparison) -> _Limit:
    return _Limit(
        compile_expression(one.left, one.scope),
        compile_expression(one.right, one.scope),
        "" if one.is_inner else fact_of(one.left, one.scope),
        "" if one.is_inner else fact_of(one.right, one.scope),
        one.is_inner,
    )


def _roots(model: Model, name: str) -> tuple[str, ...]:
    return model.services[name].outputs if name in model.services else (name,)


def _allowed(model: Model, fact: str) -> Iterator[object]:
    """Yield the constants among a fact's allowed values."""
    type_ = model.types.get(fact, ANY)
    if not isinstance(type_, Restricted):
        return
    scope = Scope({}, fact)
    try:
        tests = parse_unary_tests(type_.shown)
    except FeelSyntaxError:
        return
    for test in tests.tests:
        constant = constant_value(test.operand, scope) if test.operator in {None, "="} else None
        if constant is not None:
            yield constant[0]
