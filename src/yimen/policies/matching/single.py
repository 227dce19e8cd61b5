"""One enterprise beside every measure of a plan, with reasons: each distinct predicate once, for it alone.

The same plan, the same verdicts as of everybody at once. A reason names the facts that settled a condition, their
values, and what is required of them; it is made once however many measures say the same.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from yimen.dmn.explanation import LANGUAGES, Check, Names, Phrases
from yimen.dmn.explanation.checks import Checks, Where
from yimen.dmn.explanation.probing import Probe
from yimen.dmn.feel.types import ANY
from yimen.dmn.inputs import received
from yimen.dmn.values import UNKNOWN
from yimen.policies.matching import evaluating
from yimen.policies.matching.circuit import FIXED, AtLeast, Every, Expression, Flag, Leaf, Pair, Whole
from yimen.policies.matching.plan import Measure, Plan
from yimen.rules.logic import DAY, ConditionState, Verdict

Facts = Mapping[str, object]
Truth = bool | None
Look = Callable[["_Known"], Truth]
REMEMBERED = 4096
"""For how many values of a fact a predicate's truth is remembered."""
STATES = {True: ConditionState.MET, False: ConditionState.FAILED, None: ConditionState.OPEN}
VERDICTS = {True: Verdict.APPROVE, False: Verdict.REJECT, None: Verdict.UNDETERMINED}


@dataclass(frozen=True, slots=True)
class Why:
    """One comparison that settled a condition, or leaves it open: what was looked at, its value, what is required.

    `value` is empty where it is not known; `is_met` is None then. `facts` are all it looks at.
    """

    title: str
    value: str
    required: str
    is_met: bool | None
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stood:
    """How a condition stands, and why where it is not met."""

    id: str
    state: ConditionState
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a measure stands with one enterprise."""

    measure: Measure
    verdict: Verdict
    conditions: tuple[Stood, ...]

    @property
    def failing(self) -> tuple[str, ...]:
        """Return the ids of the conditions that have failed."""
        return tuple(one.id for one in self.conditions if one.state is ConditionState.FAILED)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the unknown facts that open conditions wait for, each once."""
        waits = (why for one in self.conditions if one.state is ConditionState.OPEN for why in one.why)
        return tuple(dict.fromkeys(fact for why in waits for fact in why.facts if not why.value))


class PathNames:
    """Facts by their dotted names, values as they are."""

    def title(self, name: str) -> str:
        """Return the name itself."""
        return name

    def value(self, fact: str, value: object) -> None:
        """Return None: there are no better words."""
        del fact, value


@dataclass(slots=True)
class Single:
    """A plan made ready for single enterprises; may be kept and used by one thread at a time."""

    plan: Plan
    names: Names = field(default_factory=PathNames)
    phrases: Phrases = field(init=False)
    _looks: list[tuple[int, Look]] = field(init=False)
    _gates: list[tuple[int, tuple[int, ...]]] = field(init=False)
    _required: dict[tuple[int, date], tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make each predicate ready."""
        nodes = self.plan.circuit.nodes
        self.phrases = Phrases(LANGUAGES["zh"], self.names)
        self._looks, self._gates = [], []
        for place in self.plan.places:
            match nodes[place]:
                case None:
                    continue
                case Every(literals):
                    self._gates.append((place, literals))
                case leaf:
                    self._looks.append((place, _look(self.plan, leaf)))

    def look(self, known: Facts, *, on: date) -> tuple[Standing, ...]:
        """Return how every measure stands with an enterprise of which these facts are known, on that day.

        Facts are by their full dotted names; nothing is fetched.
        """
        facts = _Known(self.plan, known, on)
        truths: list[Truth] = [None] * len(self.plan.circuit.nodes)
        truths[0] = True
        for place, look in self._looks:
            truths[place] = look(facts)
        for place, literals in self._gates:
            truths[place] = _every(truths, literals)
        reasons = _Reasons(self, facts, truths)
        return tuple(self._standing(one, truths, reasons) for one in self.plan.measures)

    def _standing(self, measure: Measure, truths: list[Truth], reasons: "_Reasons") -> Standing:
        conditions = []
        for name, literal in zip(measure.conditions, measure.states, strict=True):
            truth = _of(truths, literal)
            conditions.append(Stood(name, STATES[truth], () if truth else reasons.of(literal)))
        return Standing(measure, VERDICTS[_of(truths, measure.verdict)], tuple(conditions))

    def required(self, literal: int, facts: "_Known") -> tuple[str, str]:
        """Return what a predicate looks at and what it requires, in words."""
        key = (literal, facts.on)
        if key not in self._required:
            self._required[key] = self._worded(literal, facts)
        return self._required[key]

    def _worded(self, literal: int, facts: "_Known") -> tuple[str, str]:
        phrases = self.phrases
        node, is_negated = self.plan.circuit.nodes[literal // 2], bool(literal % 2)
        match node:
            case Flag(fact):
                return self.names.title(fact), phrases.comparison(
                    "=", phrases.value(not is_negated, fact), not is_negated
                )
            case AtLeast(fact, limit, is_strict):
                operator = ("<=" if is_strict else "<") if is_negated else (">" if is_strict else ">=")
                return self.names.title(fact), phrases.comparison(operator, phrases.value(limit, fact), limit)
            case Pair(fact, other, is_strict):
                operator = ("<=" if is_strict else "<") if is_negated else (">" if is_strict else ">=")
                return self.names.title(fact), phrases.comparison(operator, self.names.title(other), None)
            case Expression():
                check = self._check(node, facts, is_negated=is_negated)
                if check is not None:
                    return check.title, check.required
                text = self.plan.wordings[node].text.partition("：")[2]
                return phrases.listed([*map(self.names.title, node.facts)]), phrases.say(
                    "not fits" if is_negated else "fits", text=text
                )
            case Whole(_, decision, of):
                return phrases.listed([*map(self.names.title, of)]), phrases.say("met", title=decision)
            case _:
                raise AssertionError(node)

    def _check(self, node: Expression, facts: "_Known", *, is_negated: bool) -> Check | None:
        """Return what the engine's own explanation says of a comparison, where it is of one fact alone."""
        wording = self.plan.wordings[node]
        probe = Probe(wording.model, facts.given)
        found = list(Checks(probe, self.phrases).of(wording.tree, Where(wording.scope, {}, is_negated)))
        one = found[0] if len(found) == 1 else None
        return one if isinstance(one, Check) and (one.subject,) == node.facts else None


@dataclass(slots=True)
class _Known:
    """The facts known of one enterprise, each made to conform to its type once."""

    plan: Plan
    raw: Facts
    on: date
    given: Facts = field(init=False)
    _values: dict[str, object] = field(default_factory=dict)
    _worded: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Add the day."""
        self.given = {DAY: self.on, **self.raw}

    def value(self, fact: str) -> object:
        """Return a fact as the engine holds it: UNKNOWN where it is not known, None where it is null."""
        if fact not in self._values:
            raw = self.given.get(fact, UNKNOWN)
            type_ = self.plan.types.get(fact, ANY)
            self._values[fact] = UNKNOWN if raw is UNKNOWN else received(raw, type_, fact, lambda _path, _value: None)
        return self._values[fact]

    def worded(self, fact: str, phrases: Phrases) -> str:
        """Return a known fact's value in words."""
        if fact not in self._worded:
            self._worded[fact] = phrases.value(self.value(fact), fact)
        return self._worded[fact]


def _look(plan: Plan, leaf: Leaf) -> Look:
    match leaf:
        case Flag(fact):

            def flag(known: _Known) -> Truth:
                value = known.value(fact)
                return value if isinstance(value, bool) else None

            return flag
        case AtLeast(fact, limit, is_strict):

            def at_least(known: _Known) -> Truth:
                return evaluating.compared(known.value(fact), limit, is_strict=is_strict)

            return at_least
        case Pair(fact, other, is_strict):
            return lambda known: evaluating.compared(known.value(fact), known.value(other), is_strict=is_strict)
        case Expression():
            put = evaluating.of_wording(plan.wordings[leaf], None)
            return _remembering(leaf, put) if len(leaf.facts) == 1 else lambda known: put(known.given)
        case Whole():
            ask = evaluating.of_decision(leaf, None)
            return lambda known: ask(known.given)


def _remembering(leaf: Expression, put: evaluating.Evaluate) -> Look:
    """Return what asks the engine about each value of the one fact, on each day, once."""
    (fact,) = leaf.facts
    told: dict[tuple[type, object, date], Truth] = {}

    def look(known: _Known) -> Truth:
        value = known.value(fact)
        key = (type(value), value, known.on)
        try:
            return told[key]
        except KeyError:
            if len(told) >= REMEMBERED:
                told.clear()
            found = told[key] = put(known.given)
            return found
        except TypeError:  # a list
            return put(known.given)

    return look


def _of(truths: list[Truth], literal: int) -> Truth:
    truth = truths[literal >> 1]
    return truth if truth is None or not literal & 1 else not truth


def _every(truths: list[Truth], literals: tuple[int, ...]) -> Truth:
    found: Truth = True
    for one in literals:
        truth = _of(truths, one)
        if truth is False:
            return False
        if truth is None:
            found = None
    return found


@dataclass(slots=True)
class _Reasons:
    """The reasons of one enterprise, each made once."""

    single: Single
    facts: _Known
    truths: list[Truth]
    made: dict[int, tuple[Why, ...]] = field(default_factory=dict)

    def of(self, literal: int) -> tuple[Why, ...]:
        """Return the comparisons that settled a literal, or leave it open."""
        if literal not in self.made:
            leaves = dict.fromkeys(self._settling(literal))
            self.made[literal] = tuple(self._why(one) for one in leaves if one // 2 >= FIXED)
        return self.made[literal]

    def _settling(self, literal: int) -> Iterator[int]:
        node = self.single.plan.circuit.nodes[literal // 2]
        if not isinstance(node, Every):
            yield literal
            return
        truth = _of(self.truths, literal & ~1)
        for one in node.literals:
            if _of(self.truths, one) is truth:
                yield from self._settling(one ^ (literal & 1))

    def _why(self, literal: int) -> Why:
        single, node = self.single, self.single.plan.circuit.nodes[literal // 2]
        title, required = single.required(literal, self.facts)
        facts, phrases = _read(node), single.phrases
        is_known = all(self.facts.value(fact) is not UNKNOWN for fact in facts)
        value = phrases.listed([self.facts.worded(fact, phrases) for fact in facts]) if is_known else ""
        return Why(title, value, required, _of(self.truths, literal), facts)


def _read(node: object) -> tuple[str, ...]:
    match node:
        case Flag(fact) | AtLeast(fact):
            return (fact,)
        case Pair(fact, other):
            return (fact, other)
        case Expression(_, facts) | Whole(_, _, facts):
            return tuple(fact for fact in facts if fact != DAY)
        case _:
            return ()


def single(plan: Plan, names: Names | None = None) -> Single:
    """Return the plan made ready for single enterprises; `names` says what facts and values are called."""
    return Single(plan, names or PathNames())
