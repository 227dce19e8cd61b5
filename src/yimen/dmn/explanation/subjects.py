"""What a name or path by itself stands for."""

from yimen.dmn.feel import ast
from yimen.dmn.feel import scope as scoped
from yimen.dmn.feel.scope import Input, Scope, Symbol


def symbol_of(tree: ast.Expr, scope: Scope) -> Symbol | None:
    """Return what a name or path stands for by itself, whatever type it is made to have; None for anything else."""
    match tree:
        case ast.Written(_, _, inner) | ast.Typed(inner):
            return symbol_of(inner, scope)
        case _:
            return scoped.symbol_of(tree, scope)


def fact_of(tree: ast.Expr, scope: Scope) -> str:
    """Return the fact an expression is, empty where it is none."""
    symbol = symbol_of(tree, scope)
    return symbol.path if isinstance(symbol, Input) and not symbol.parts else ""
