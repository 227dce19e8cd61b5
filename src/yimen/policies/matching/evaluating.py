"""The engine itself, asked about single rows: for what is no comparison, and for where a comparison turns."""

from collections.abc import Callable, Mapping
from datetime import date

from yimen import dmn
from yimen.dmn import reference
from yimen.dmn.explanation.probing import Probe
from yimen.dmn.feel.operators import less
from yimen.dmn.values import from_python
from yimen.policies.matching.circuit import AtLeast, Pair, Whole
from yimen.policies.matching.reading import Wording
from yimen.rules.logic import DAY

Evaluate = Callable[[Mapping[str, object]], bool | None]
"""From facts at hand by name to true, false, or None: unknown or null."""


def of_wording(wording: Wording, on: date | None) -> Evaluate:
    """Return what evaluates an expression on facts at hand; `on` is the day, None where that is one of the facts."""
    day = {} if on is None else {DAY: on}

    def evaluate(facts: Mapping[str, object]) -> bool | None:
        return _truth(Probe(wording.model, {**day, **facts}).run(wording.compiled, {}))

    return evaluate


def of_decision(whole: Whole, on: date | None) -> Evaluate:
    """Return what evaluates a whole decision on facts at hand; `on` is the day, None where that is one of the facts."""
    engine = dmn.evaluate if whole.is_quick else reference.evaluate
    day = {} if on is None else {DAY: on}

    def evaluate(facts: Mapping[str, object]) -> bool | None:
        return _truth(engine(whole.model.model, whole.decision, {**day, **facts}).value)

    return evaluate


def of_limit(node: AtLeast) -> Evaluate:
    """Return what compares a fact with a limit."""

    def evaluate(facts: Mapping[str, object]) -> bool | None:
        return _compared(facts.get(node.fact), node.limit, is_strict=node.is_strict)

    return evaluate


def of_pair(node: Pair) -> Evaluate:
    """Return what compares two facts."""

    def evaluate(facts: Mapping[str, object]) -> bool | None:
        return _compared(facts.get(node.fact), facts.get(node.other), is_strict=node.is_strict)

    return evaluate


def _compared(left: object, right: object, *, is_strict: bool) -> bool | None:
    if left is None or right is None:
        return None
    one, other = from_python(left), from_python(right)
    if is_strict:
        return less(other, one)
    before = less(one, other)
    return None if before is None else not before


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
