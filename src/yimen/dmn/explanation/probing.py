"""Parts of a decision's logic evaluated by themselves, on facts at hand: nothing is fetched."""

from collections.abc import Mapping
from decimal import Decimal

from yimen.dmn.feel import ast
from yimen.dmn.feel.bounds import Exhausted
from yimen.dmn.feel.code.base import Compiled
from yimen.dmn.feel.compile import compile_expression, compile_tests
from yimen.dmn.feel.scope import Scope
from yimen.dmn.inputs import given
from yimen.dmn.model import Model
from yimen.dmn.reference import Evaluation
from yimen.dmn.values import UNKNOWN, Unknown, unknowns


class Probe:
    """One set of facts, on which any part of the logic can be tried."""

    def __init__(self, model: Model, facts: Mapping[str, object]) -> None:
        """Start with nothing evaluated."""
        self._run = Evaluation(model, facts)

    def value(self, tree: ast.Expr, scope: Scope, local: Mapping[str, object]) -> object:
        """Return the value of an expression; UNKNOWN where a fact it needs is unknown."""
        return self.run(compile_expression(tree, scope), local)

    def run(self, compiled: Compiled, local: Mapping[str, object]) -> object:
        """Return what a compiled piece gives; null where it would never end."""
        try:
            return _whole(compiled.code(self._run, local))
        except (Exhausted, RecursionError):
            return None

    def verdict(self, asked: object, tests: ast.UnaryTests, scope: Scope, local: Mapping[str, object]) -> object:
        """Return what tests say of a value."""
        return self.run(compile_tests(tests, lambda _run, _local: asked, scope), local)

    def decision(self, key: str) -> object:
        """Return what a decision gives; null where it would never end."""
        try:
            return _whole(self._run.decision(key))
        except (Exhausted, RecursionError):
            return None

    def fact(self, path: str) -> object:
        """Return a fact as the engine holds it."""
        return _whole(self._run.fact(path))

    def entries(self, path: str) -> object:
        """Return a list of which parts may be unknown, as how many entries it has where they are; else the fact."""
        value = self._run.fact(path)
        return Decimal(len(value)) if isinstance(value, list) and unknowns(value) is not None else _whole(value)


def reachable(model: Model, name: str) -> frozenset[str]:
    """Return the facts a decision or decision service can reach."""
    if name in model.services:
        return frozenset().union(*(model.by_key[key].facts for key in model.services[name].outputs))
    return model.by_key[name].facts


def at_hand(model: Model, name: str, inputs: Mapping[str, object]) -> dict[str, object]:
    """Return the facts a decision can reach and that are known, as the engine holds them, by dotted name."""
    probe = Probe(model, inputs)
    known = [path for path in sorted(reachable(model, name)) if not isinstance(given(inputs, path), Unknown)]
    return {path: value for path in known if (value := probe.fact(path)) is not UNKNOWN}


def facts_in(tree: ast.Expr, scope: Scope) -> frozenset[str]:
    """Return the facts an expression can reach."""
    return compile_expression(tree, scope).facts


def _whole(value: object) -> object:
    return value if unknowns(value) is None else UNKNOWN
