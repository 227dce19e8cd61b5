"""Expressions put back into text, with the names people know: what a limit was reckoned from."""

from collections.abc import Callable

from yimen.dmn.cells import constant_value
from yimen.dmn.explanation.phrases import Phrases
from yimen.dmn.explanation.subjects import symbol_of
from yimen.dmn.feel import ast
from yimen.dmn.feel.scope import Input, Required, Scope

REST = "…"


def written(tree: ast.Expr, scope: Scope, phrases: Phrases) -> str:
    """Return an expression as text; constants as their values, facts and decisions by their titles."""
    symbol = symbol_of(tree, scope)
    if isinstance(symbol, Input):
        return phrases.names.title(symbol.path)
    if isinstance(symbol, Required):
        return phrases.names.title(symbol.key)
    constant = constant_value(tree, scope)
    if constant is not None:
        return phrases.value(constant[0])

    def inner(part: ast.Expr) -> str:
        return written(part, scope, phrases)

    return _shape(tree, inner)


def _shape(tree: ast.Expr, inner: Callable[[ast.Expr], str]) -> str:
    match tree:
        case ast.Written(_, _, part) | ast.Typed(part):
            return inner(part)
        case ast.Name(name):
            return name
        case ast.Path(base, name):
            return f"{inner(base)}.{name}"
        case ast.Arithmetic(operator, left, right) | ast.Compare(operator, left, right):
            return f"{_grouped(left, inner)} {operator} {_grouped(right, inner)}"
        case ast.Junction(operator, operands):
            return f" {operator} ".join(_grouped(one, inner) for one in operands)
        case ast.Negate(operand):
            return f"-{_grouped(operand, inner)}"
        case ast.Call(function, arguments):
            name = function.name if isinstance(function, ast.Name) else inner(function)
            return f"{name}({', '.join(map(inner, arguments))})"
        case ast.ListOf(items):
            return f"[{', '.join(map(inner, items))}]"
        case ast.ContextOf(entries, _, None):
            return f"{{{', '.join(f'{name}: {inner(entry)}' for name, entry in entries)}}}"
        case ast.Between(value, low, high):
            return f"{inner(value)} between {inner(low)} and {inner(high)}"
        case ast.If(condition, then, otherwise):
            return f"if {inner(condition)} then {inner(then)} else {inner(otherwise)}"
        case _:
            return REST


def _grouped(tree: ast.Expr, inner: Callable[[ast.Expr], str]) -> str:
    text = inner(tree)
    return f"({text})" if isinstance(tree, ast.Arithmetic | ast.Compare | ast.Junction) else text
