"""What a decision's logic compares with what: where the limits are that a change of facts could cross."""

from collections.abc import Iterator
from dataclasses import dataclass

from yimen.dmn.feel import ast
from yimen.dmn.feel.scope import Defined, Imported, Scope, Symbol
from yimen.dmn.model import Decision, Model
from yimen.dmn.walk import is_within, walk


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two expressions that are compared. `is_inner`: they see variables around them, so have no value by themselves."""

    left: ast.Expr
    right: ast.Expr
    scope: Scope
    is_inner: bool


def comparisons_of(model: Model, names: tuple[str, ...]) -> Iterator[Comparison]:
    """Yield every comparison in the logic of these decisions and all they require, functions included."""
    functions: dict[int, Defined] = {}
    for decision in reached(model, names):
        yield from _in(decision.tree, decision.scope)
        _gather(decision.scope, functions)
    for function in functions.values():
        if function.tree is not None and function.scope is not None:
            yield from _in(function.tree, function.scope)


def reached(model: Model, names: tuple[str, ...]) -> Iterator[Decision]:
    """Yield these decisions and all they require, each once."""
    waiting, seen = list(names), set(names)
    while waiting:
        decision = model.by_key.get(waiting.pop(0))
        if decision is not None:
            yield decision
            further = [key for key in decision.requires if key not in seen]
            seen.update(further)
            waiting += further


def _gather(scope: Scope, found: dict[int, Defined]) -> None:
    waiting: list[Symbol] = list(scope.symbols.values())
    while waiting:
        match waiting.pop():
            case Imported(members):
                waiting += members.values()
            case Defined() as function if id(function) not in found:
                found[id(function)] = function
                if function.scope is not None:
                    waiting += function.scope.symbols.values()


def _in(tree: ast.Expr, scope: Scope) -> Iterator[Comparison]:
    for node, around in walk(tree, scope):
        match node:
            case ast.Compare(_, left, right):
                yield _comparison(left, right, around)
            case ast.Between(value, low, high):
                yield _comparison(value, low, around)
                yield _comparison(value, high, around)
            case ast.In(value, tests):
                yield from _tests(value, tests, around)
            case ast.Table(_, inputs, _, rules):
                for rule in rules:
                    for asked, test in zip(inputs, rule.tests, strict=True):
                        if test is not None and isinstance(test.tree, ast.UnaryTests):
                            yield from _tests(asked, test.tree, around)
            case ast.Call(ast.Name("starts with"), (value, beginning)):
                yield _comparison(value, beginning, around)


def _tests(value: ast.Expr, tests: ast.UnaryTests, scope: Scope) -> Iterator[Comparison]:
    for test in tests.tests:
        for end in _ends(test.operand):
            yield _comparison(value, end, scope)


def _ends(operand: ast.Expr) -> Iterator[ast.Expr]:
    match operand:
        case ast.RangeOf(low, high):
            yield from (end for end in (low, high) if end is not None)
        case ast.ListOf(items):
            for item in items:
                yield from _ends(item)
        case _:
            yield operand


def _comparison(left: ast.Expr, right: ast.Expr, scope: Scope) -> Comparison:
    return Comparison(left, right, scope, is_within(scope))
