"""The engine itself, asked about single rows: for what is no comparison, and for where a comparison turns."""

from collections.abc import Callable, Mapping
from datetime import date

from yimen import dmn
from yimen.dmn import reference
from yimen.dmn.explanation.probing import Probe
from yimen.dmn.feel.operators import less
from yimen.dmn.values import UNKNOWN, from_python
from yimen.policies.matching.circuit import AtLeast, Pair, Whole
from yimen.policies.matching.reading import Wording
from yimen.rules.logic import DAY

Evaluate = Callable[[Mapping[str, object]], bool | None]
"""From facts at hand by name to true, false, or None: unknown or null."""


def of_wording(wording: Wording, on: date | None) -> Evaluate:
    """Return what evaluates an expression on facts at hand; `on` is the day, None where that is one of the facts."""

    def evaluate(facts: Mapping[str, object]) -> bool | None:
        given = facts if on is None else {DAY: on, **facts}
        return _truth(Probe(wording.model, given).run(wording.compiled, {}))

    return evaluate


def of_decision(whole: Whole, on: date | None) -> Evaluate:
    """Return what evaluates a whole decision on facts at hand; `on` is the day, None where that is one of the facts."""
    engine = dmn.evaluate if whole.is_quick else reference.evaluate

    def evaluate(facts: Mapping[str, object]) -> bool | None:
        given = facts if on is None else {DAY: on, **facts}
        return _truth(engine(whole.model.model, whole.decision, given).value)

    return evaluate


def of_limit(node: AtLeast) -> Evaluate:
    """Return what compares a fact with a limit."""

    def evaluate(facts: Mapping[str, object]) -> bool | None:
        return compared(_taken(facts, node.fact), node.limit, is_strict=node.is_strict)

    return evaluate


def of_pair(node: Pair) -> Evaluate:
    """Return what compares two facts."""

    def evaluate(facts: Mapping[str, object]) -> bool | None:
        return compared(_taken(facts, node.fact), _taken(facts, node.other), is_strict=node.is_strict)

    return evaluate


def compared(left: object, right: object, *, is_strict: bool) -> bool | None:
    """Return whether one value is at least another, or above it, as the engine holds them; None where that is open."""
    if left is UNKNOWN or right is UNKNOWN:
        return None
    if is_strict:
        return less(right, left)
    before = less(left, right)
    return None if before is None else not before


def _taken(facts: Mapping[str, object], name: str) -> object:
    return from_python(facts[name]) if name in facts else UNKNOWN


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
