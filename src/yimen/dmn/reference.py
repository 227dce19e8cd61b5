"""The engine as it is written down: row by row, operator by operator, over values that may be unknown.

What `fast` does must give the same; whatever it cannot do, and facts that cost, are left to this.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from yimen.dmn.columns import apart
from yimen.dmn.errors import UnknownDecision
from yimen.dmn.feel import ast
from yimen.dmn.feel.bounds import ROUNDS, Exhausted
from yimen.dmn.feel.code.base import Code
from yimen.dmn.feel.code.calls import conformed
from yimen.dmn.feel.scope import Apart, Scope
from yimen.dmn.feel.types import ANY
from yimen.dmn.inputs import Inputs, given, is_null, received
from yimen.dmn.model import Decision, DecisionService, Model
from yimen.dmn.notes import Note, NoteKind
from yimen.dmn.outcome import Outcome, Story, at_once
from yimen.dmn.trace import TraceNode
from yimen.dmn.values import UNKNOWN, Function, Unknown, unknowns


def evaluate(model: Model, name: str, inputs: Inputs | Mapping[str, object]) -> Outcome:
    """Evaluate the decision or decision service of this name; see `yimen.dmn.evaluate.evaluate`.

    Raises:
        UnknownDecision: the model has none of this name.
    """
    return decided(Evaluation(model, inputs), name)


def decided(run: "Evaluation", name: str) -> Outcome:
    """Return what the decision or decision service of this name gives in an evaluation just begun.

    Raises:
        UnknownDecision: the model has none of this name.
    """
    model = run.model
    service = model.services.get(name)
    function = model.functions.get(name)
    if service is None and function is None and name not in model.by_key:
        known = "、".join([*model.decisions, *model.services, *model.functions])
        raise UnknownDecision(f"模型“{model.name}”中没有决策“{name}”。可用的有：{known}。")
    frame = run.frame
    try:
        if service is not None:
            value = run.outputs(service, service.input_decisions)
        else:
            value = run.decision(name) if function is None else run.called(function.code)
    except (Exhausted, RecursionError):
        value = run.exhausted(name)
    waiting = unknowns(value)
    is_whole = service is None and len(frame.children) == 1
    trace = frame.children[0] if is_whole else TraceNode(name, value, waiting is None, children=tuple(frame.children))
    story = Story(tuple(run.asked), tuple(run.notes), trace)
    if waiting is None:
        return Outcome((value, True, (), at_once, story))
    return Outcome((UNKNOWN, False, run.order(waiting), at_once, story))


@dataclass(slots=True)
class _Frame:
    """A decision being evaluated: what will be in its trace."""

    facts: dict[str, object] = field(default_factory=dict)
    rows: list[str] = field(default_factory=list)
    children: list[TraceNode] = field(default_factory=list)


class Evaluation:
    """One evaluation: remembers what was asked and decided, so that nothing is asked or decided twice."""

    def __init__(self, model: Model, inputs: Inputs | Mapping[str, object]) -> None:
        """Start with nothing known."""
        self.model = model
        self._inputs = inputs
        cost = getattr(inputs, "cost", None)
        self._cost = cost if callable(cost) else None
        self.is_priced = self._cost is not None
        self.asked: dict[str, object] = {}
        self.notes: list[Note] = []
        self.frame = _Frame()
        self.rounds = 0
        self._waiting: dict[str, int] = {}
        self._decided: dict[str, object] = {}
        self._supplied: frozenset[str] = frozenset()

    def fact(self, path: str) -> object:
        """Return the fact's value, or an Unknown naming it."""
        if path not in self.asked:
            raw = given(self._inputs, path)
            if isinstance(raw, Unknown):
                self.asked[path] = Unknown(frozenset([path]))
            else:
                self.asked[path] = received(raw, self.model.types.get(path, ANY), path, self._wrong)
        self.frame.facts[path] = self.asked[path]
        return self.asked[path]

    def subject(self, path: str) -> object:
        """Return true for a subject, null for one given as null."""
        return None if is_null(self._inputs, path) else True

    def _wrong(self, path: str, value: object) -> None:
        self.note(NoteKind.WRONG_TYPE, path, (value,))

    def decision(self, key: str) -> object:
        """Return what the decision gives, evaluating it on first need."""
        if key in self._decided:
            return self._decided[key]
        decision = self.model.by_key[key]
        if key in self._supplied:
            value = conformed(self.fact(key), decision.type, self, key)
        else:
            above, self.frame = self.frame, _Frame()
            value = conformed(self.logic(decision), decision.type, self, key)
            mine, self.frame = self.frame, above
            node = TraceNode(key, value, unknowns(value) is None, mine.facts, tuple(mine.rows), tuple(mine.children))
            above.children.append(node)
        self._decided[key] = value
        return value

    def logic(self, decision: Decision) -> object:
        """Return what the decision's logic gives, before it is made to conform to the decision's type."""
        return decision.compiled.code(self, {})

    def called(self, code: Code) -> object:
        """Return what a function gives for facts by the names of its parameters."""
        function = code(self, {})
        return function.call(*map(self.fact, function.parameters)) if isinstance(function, Function) else None

    def outputs(self, service: DecisionService, supplied: tuple[str, ...] = ()) -> object:
        """Return what a service puts out: its one output decision's value, or a context of several."""
        self._supplied = frozenset(supplied)
        found = {key: self.decision(key) for key in service.outputs}
        if len(found) == 1:
            return conformed(found[service.outputs[0]], service.type, self, service.key)
        named = {self.model.by_key[key].name: value for key, value in found.items()}
        return conformed(named, service.type, self, service.key)

    def service(self, key: str, arguments: tuple[object, ...]) -> object:
        """Return what a service gives when called with these values in place of its inputs."""
        service = self.model.services_by_key[key]
        self.work()
        return _Called(self, service, arguments).result()

    def expense(self, facts: frozenset[str]) -> float:
        """Return what the facts not asked yet would cost; zero where nobody says."""
        if self._cost is None:
            return 0.0
        return float(sum(self._cost(path) for path in facts if path not in self.asked))

    def note(self, kind: NoteKind, place: str, values: tuple[object, ...] = ()) -> None:
        """Keep a remark."""
        self.notes.append(Note(kind, place, values))

    def hit(self, row: str) -> None:
        """Keep which row of a table was hit."""
        self.frame.rows.append(row)

    def open(self, facts: frozenset[str]) -> None:
        """Keep that a row of a table waits for these facts."""
        for path in facts:
            self._waiting[path] = self._waiting.get(path, 0) + 1

    def apart(self, table: ast.Table, scope: Scope) -> Apart:
        """Return what tells which rows of a table are never hit together; found out once for the model."""
        key = id(table)
        if key not in self.model.apart:
            self.model.apart[key] = apart(table, scope)
        return self.model.apart[key]

    def work(self, rounds: int = 1) -> None:
        """Count rounds of loops and calls."""
        self.rounds += rounds
        if self.rounds > ROUNDS:
            raise Exhausted

    def exhausted(self, name: str) -> object:
        """Return what an evaluation without end gives: null, or unknown where a fact could still have ended it."""
        self.note(NoteKind.TOO_LONG, name)
        waiting = unknowns(list(self.asked.values()))
        return None if waiting is None else Unknown(waiting)

    def order(self, facts: frozenset[str]) -> tuple[str, ...]:
        """Return facts cheapest first, then the one that most rows of tables wait for, else in the order asked."""
        if len(facts) < 2:  # noqa: PLR2004 - there is an order only among two
            return tuple(facts)
        places = {path: place for place, path in enumerate(self.asked)}
        cost, waiting = self._cost or (lambda _path: 0.0), self._waiting

        def key(path: str) -> tuple[float, int, int, str]:
            return cost(path), -waiting.get(path, 0), places.get(path, len(places)), path

        return tuple(sorted(facts, key=key))


class _Called(Evaluation):
    """A decision service being called: its inputs are the arguments, and it sees no others (10.4)."""

    def __init__(self, caller: Evaluation, service: DecisionService, arguments: tuple[object, ...]) -> None:
        super().__init__(caller.model, {})
        self._caller, self._service = caller, service
        self.notes, self.frame = caller.notes, caller.frame
        self._arguments: dict[str, object] = {}
        self._is_fit = True
        for key, value in zip((*service.inputs, *service.input_decisions), arguments, strict=True):
            if key in service.inputs:
                self._arguments[key] = value
                continue
            kept = self._decided[key] = conformed(value, caller.model.by_key[key].type, self, key)
            self._is_fit = self._is_fit and (kept is not None or value is None)

    def result(self) -> object:
        """Return what the service puts out; null where an argument is of the wrong type."""
        return self.outputs(self._service) if self._is_fit else None

    def fact(self, path: str) -> object:
        """Return an argument, or a component of one; null for what was not passed."""
        return conformed(self._found(path), self.model.types.get(path, ANY), self, path)

    def _found(self, path: str) -> object:
        for key, value in self._arguments.items():
            if path == key or path.startswith(f"{key}."):
                found = value
                for part in path.removeprefix(key).split(".")[1:]:
                    found = (
                        found.get(part) if isinstance(found, dict) else found if isinstance(found, Unknown) else None
                    )
                return found
        return None

    def subject(self, path: str) -> object:
        """Return true for an argument with components, an unknown one as it is, null for any other."""
        found = self._found(path)
        return True if isinstance(found, dict) else found if isinstance(found, Unknown) else None

    def work(self, rounds: int = 1) -> None:
        """Count rounds where the caller counts them."""
        self._caller.work(rounds)
