"""Evaluate a decision on facts that are asked for one by one, as it needs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from yimen.dmn.errors import UnknownDecision
from yimen.dmn.feel.types import conform
from yimen.dmn.model import Model
from yimen.dmn.trace import TraceNode
from yimen.dmn.values import UNKNOWN, Unknown, from_python, unknowns


@runtime_checkable
class Inputs(Protocol):
    """What the engine asks facts of. May also have `cost(path) -> float`: dear facts are then asked last."""

    def get(self, path: str, /) -> object:
        """Return the fact's value, or UNKNOWN; None is FEEL null."""


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a null that the engine made: what happened, and where."""

    kind: str
    place: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision gave (结果).

    `value` is UNKNOWN unless `determined`: no fact still unknown could then change it. `missing` are the facts that
    still matter, cheapest first; `asked` the facts really read, in order.
    """

    value: object
    determined: bool
    missing: tuple[str, ...]
    asked: tuple[str, ...]
    notes: tuple[Note, ...]
    trace: TraceNode


def evaluate(model: Model, name: str, inputs: Inputs | Mapping[str, object]) -> Outcome:
    """Evaluate the decision or decision service of this name.

    `inputs` maps dotted fact names (or input data) to values; what is absent is unknown. Each fact is asked once.

    Raises:
        UnknownDecision: the model has none of this name.
    """
    run = Evaluation(model, inputs)
    if name in model.services:
        outputs = model.services[name]
        results = {output: run.decision(output) for output in outputs}
        value = results[outputs[0]] if len(outputs) == 1 else results
        trace = TraceNode(name, value, children=run.root.children)
    elif name in model.decisions:
        value = run.decision(name)
        trace = run.root.children[0]
    else:
        raise UnknownDecision(f"模型“{model.name}”中没有决策“{name}”。可用的有：{'、'.join(model.decisions)}。")
    waiting = unknowns(value)
    return Outcome(
        value=value if waiting is None else UNKNOWN,
        determined=waiting is None,
        missing=run.order(waiting or frozenset()),
        asked=tuple(run.asked),
        notes=tuple(run.notes),
        trace=trace,
    )


class Evaluation:
    """One evaluation: remembers what was asked and decided, so that nothing is asked or decided twice."""

    def __init__(self, model: Model, inputs: Inputs | Mapping[str, object]) -> None:
        """Start with nothing known."""
        self._model = model
        self._inputs = inputs
        cost = getattr(inputs, "cost", None)
        self._cost = cost if callable(cost) else None
        self.asked: dict[str, object] = {}
        self.notes: list[Note] = []
        self._decided: dict[str, object] = {}
        self.root = TraceNode("")
        self._current = self.root

    def fact(self, path: str) -> object:
        """Return the fact's value, or an Unknown naming it."""
        if path not in self.asked:
            raw = self._given(path)
            if isinstance(raw, Unknown):
                value: object = Unknown(frozenset([path]))
            else:
                value = conform(from_python(raw), self._model.types.get(path, "Any"))
                if value is None and raw is not None:
                    self.note(f"数据项 {path} 的值不是 {self._model.types[path]}，按空值处理", path)
            self.asked[path] = value
        self._current.facts[path] = self.asked[path]
        return self.asked[path]

    def _given(self, path: str) -> object:
        if not isinstance(self._inputs, Mapping):
            return self._inputs.get(path)
        if path in self._inputs:
            return self._inputs[path]
        head, dot, rest = path.partition(".")
        value: object = self._inputs.get(head, UNKNOWN) if dot else UNKNOWN
        for part in rest.split(".") if dot else ():
            if not isinstance(value, Mapping):
                return None if value is None else UNKNOWN
            value = value.get(part, UNKNOWN)
        return value

    def decision(self, name: str) -> object:
        """Return what the decision gives, evaluating it on first need."""
        if name not in self._decided:
            node = TraceNode(name)
            self._current.children.append(node)
            above, self._current = self._current, node
            decision = self._model.decisions[name]
            value = decision.compiled.code(self, {})
            if decision.type:
                value = self._conformed(value, decision.type, name)
            self._current = above
            node.value = self._decided[name] = value
        return self._decided[name]

    def _conformed(self, value: object, type_: str, name: str) -> object:
        if unknowns(value) is not None:
            return value
        kept = conform(value, type_)
        if kept is None and value is not None:
            self.note(f"决策 {name} 的结果不是 {type_}，按空值处理", name)
        return kept

    def expense(self, facts: frozenset[str]) -> float:
        """Return what the facts not asked yet would cost; zero where nobody says."""
        if self._cost is None:
            return 0.0
        return float(sum(self._cost(path) for path in facts if path not in self.asked))

    def note(self, kind: str, place: str) -> None:
        """Keep a remark."""
        self.notes.append(Note(kind, place))

    def hit(self, row: str) -> None:
        """Keep which row of a table was hit."""
        self._current.rows.append(row)

    def order(self, facts: frozenset[str]) -> tuple[str, ...]:
        """Return facts cheapest first, else in the order they were asked."""
        places = {path: place for place, path in enumerate(self.asked)}
        cost = self._cost or (lambda _path: 0.0)
        return tuple(sorted(facts, key=lambda path: (cost(path), places.get(path, len(places)), path)))
