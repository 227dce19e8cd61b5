"""What type an input column's values have, as far as that shows without running anything."""

from yimen.dmn.feel import ast
from yimen.dmn.feel.scope import Imported, Input, Local, Required, Scope, Symbol
from yimen.dmn.feel.types import ANY, Basic, ContextType, Restricted, Type
from yimen.dmn.model import Model

BOOLEAN, NUMBER = Basic("boolean"), Basic("number")
CALLS = {
    "not": BOOLEAN,
    "starts with": BOOLEAN,
    "ends with": BOOLEAN,
    "contains": BOOLEAN,
    "matches": BOOLEAN,
    "list contains": BOOLEAN,
    "all": BOOLEAN,
    "any": BOOLEAN,
    "count": NUMBER,
    "sum": NUMBER,
    "mean": NUMBER,
    "floor": NUMBER,
    "ceiling": NUMBER,
    "abs": NUMBER,
    "modulo": NUMBER,
    "string length": NUMBER,
    "number": NUMBER,
    "date": Basic("date"),
    "string": Basic("string"),
    "upper case": Basic("string"),
    "lower case": Basic("string"),
    "substring": Basic("string"),
    "years and months duration": Basic("years and months duration"),
}
PARTS = {"year", "month", "day", "years", "months", "days", "hours", "minutes", "seconds", "weekday"}


def type_of(tree: ast.Expr, scope: Scope, model: Model) -> Type:
    """Return the type of an expression's values; ANY where it does not show."""
    match tree:
        case ast.Written(_, _, inner):
            return type_of(inner, scope, model)
        case ast.Typed(_, type_):
            return type_
        case ast.Name(name):
            return _symbol(scope.symbols.get(name), model)
        case ast.Path(base, name):
            symbol = _part(tree, scope)
            if symbol is not None:
                return _symbol(symbol, model)
            whole = base_of(type_of(base, scope, model))
            if isinstance(whole, ContextType):
                return dict(whole.entries).get(name, ANY)
            return NUMBER if name in PARTS and isinstance(whole, Basic) and whole != ANY else ANY
        case ast.Compare() | ast.Between() | ast.In() | ast.Junction() | ast.Quantified() | ast.InstanceOf():
            return BOOLEAN
        case ast.Call(ast.Name(name)) if name not in scope.symbols:
            return CALLS.get(name, ANY)
        case ast.Arithmetic(_, left, right):
            sides = {base_of(type_of(side, scope, model)) for side in (left, right)}
            return NUMBER if sides == {NUMBER} else ANY
        case ast.Literal(value):
            return BOOLEAN if isinstance(value, bool) else ANY
        case _:
            return ANY


def base_of(type_: Type) -> Type:
    """Return the type without its allowed values."""
    return base_of(type_.base) if isinstance(type_, Restricted) else type_


def _symbol(symbol: Symbol | None, model: Model) -> Type:
    match symbol:
        case Input(path, parts, type_):
            return (type_ or ANY) if parts else model.types.get(path, ANY)
        case Required(key):
            return model.by_key[key].type
        case _:
            return ANY


def _part(tree: ast.Expr, scope: Scope) -> Symbol | None:
    match tree:
        case ast.Name(name):
            symbol = scope.symbols.get(name)
            return None if isinstance(symbol, Local) else symbol
        case ast.Path(base, name):
            match _part(base, scope):
                case Input(_, parts):
                    return parts.get(name)
                case Imported(members):
                    return members.get(name)
                case _:
                    return None
        case _:
            return None
