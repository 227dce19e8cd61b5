"""What a name or path by itself stands for."""

from yimen.dmn.feel import ast
from yimen.dmn.feel.scope import Imported, Input, Scope, Symbol


def symbol_of(tree: ast.Expr, scope: Scope) -> Symbol | None:
    """Return what a name or path stands for by itself; None for any other expression."""
    match tree:
        case ast.Written(_, _, inner):
            return symbol_of(inner, scope)
        case ast.Typed(value):
            return symbol_of(value, scope)
        case ast.Name(name):
            return scope.symbols.get(name)
        case ast.Path(base, name):
            match symbol_of(base, scope):
                case Input(_, parts):
                    return parts.get(name)
                case Imported(members):
                    return members.get(name)
    return None


def fact_of(tree: ast.Expr, scope: Scope) -> str:
    """Return the fact an expression is, empty where it is none."""
    symbol = symbol_of(tree, scope)
    return symbol.path if isinstance(symbol, Input) and not symbol.parts else ""
