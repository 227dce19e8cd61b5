"""From the conditions of a decision model to the shared circuit: what is a simple predicate, and what is not.

Nothing of FEEL's meaning is decided here that the engine does not decide too: constants are evaluated by the engine,
and whatever is no plain comparison becomes an `Expression`, which later is put to the engine itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal as OneOf

from yimen import dmn
from yimen.dmn.cells import constant_value
from yimen.dmn.columns import type_of
from yimen.dmn.feel import ast
from yimen.dmn.feel.code.base import Compiled
from yimen.dmn.feel.compile import compile_expression
from yimen.dmn.feel.scope import Input, Local, Required, Scope, symbol_of
from yimen.dmn.feel.types import ANY, Basic, Type, shown
from yimen.dmn.values import OPEN, Range
from yimen.policies.matching.circuit import (
    FALSE,
    NEITHER,
    TRUE,
    AtLeast,
    Circuit,
    Expression,
    Flag,
    Pair,
    Same,
    Whole,
    negated,
)
from yimen.policies.matching.monotone import course
from yimen.rules.logic import DAY

Operator = OneOf["=", "!=", "<", "<=", ">", ">="]
BOOLEAN, NUMBER, DATE = Basic("boolean"), Basic("number"), Basic("date")
ORDERED = (NUMBER, DATE)
FEW = 3
"""How many values a number may be compared with for equality before they are looked up instead."""


@dataclass(frozen=True, slots=True)
class Wording:
    """An expression where it stands: the model it is of, its tree, what its names mean, and its code."""

    model: dmn.Model
    tree: ast.Expr
    scope: Scope
    compiled: Compiled
    text: str


@dataclass(slots=True)
class Reader:
    """Reads the conditions of many models into one circuit. `wordings` are the expressions by what they say."""

    circuit: Circuit = field(default_factory=Circuit)
    wordings: dict[Expression, Wording] = field(default_factory=dict)
    text: str = ""

    def condition(self, model: dmn.Model, key: str) -> tuple[int, int]:
        """Return the literals of a decision: as its state is told, and as another decision sees it.

        The two differ only where a table looks at one fact twice; see `Whole`.
        """
        if _settles_by_cases(model, key):
            facts = tuple(sorted(model.by_key[key].facts))
            return tuple(  # type: ignore[return-value]  # two of them
                self.circuit.literal(Whole(Same(model), key, facts, is_quick)) for is_quick in (True, False)
            )
        found = self.decision(model, key)
        return found, found

    def decision(self, model: dmn.Model, key: str, known: Mapping[str, int] | None = None) -> int:
        """Return the literal of a decision's logic; `known` are the literals of decisions read already."""
        if known and key in known:
            return known[key]
        decision = model.by_key[key]
        if decision.type not in {ANY, BOOLEAN}:
            return self._expression(model, decision.tree, decision.scope)
        return self.literal(model, decision.tree, decision.scope, known or {})

    def literal(self, model: dmn.Model, tree: ast.Expr, scope: Scope, known: Mapping[str, int]) -> int:
        """Return the literal that is true and false where an expression is."""

        def inner(part: ast.Expr) -> int:
            return self.literal(model, part, scope, known)

        match tree:
            case ast.Written(text, _, written):
                self.text = " ".join(text.split())[:200]
                return inner(written)
            case ast.Typed(value, type_) if type_ in {ANY, BOOLEAN}:
                return inner(value)
            case ast.Literal(value):
                return TRUE if value is True else FALSE if value is False else NEITHER
            case ast.Junction("and", operands):
                return self.circuit.every(map(inner, operands))
            case ast.Junction(_, operands):
                return self.circuit.some(map(inner, operands))
            case ast.Call(ast.Name("not"), (operand,)) if "not" not in scope.symbols:
                return negated(inner(operand))
            case ast.Compare("!=", left, right, at):
                return negated(inner(ast.Compare("=", left, right, at)))
            case ast.Compare(operator, left, right):
                found = self._compared(operator, left, right, scope)
                return self._expression(model, tree, scope) if found is None else found
            case ast.Between(value, low, high, at) if _never_null((value, low, high), scope):
                return self.circuit.every(
                    [inner(ast.Compare(">=", value, low, at)), inner(ast.Compare("<=", value, high, at))]
                )
            case ast.In(value, ast.UnaryTests((ast.Test(None, ast.RangeOf() as span),), is_negated), at) if (
                span.low and span.high and _never_null((value, span.low, span.high), scope)
            ):
                ends: list[tuple[Operator, ast.Expr]] = [
                    (">=" if span.low_included else ">", span.low),
                    ("<=" if span.high_included else "<", span.high),
                ]
                found = self.circuit.every(inner(ast.Compare(operator, value, end, at)) for operator, end in ends)
                return negated(found) if is_negated else found
            case ast.In(value, tests):
                found = self._tested(value, tests, scope)
                return self._expression(model, tree, scope) if found is None else found
            case ast.Name() | ast.Path():
                match symbol_of(tree, scope):
                    case Input() if type_of(tree, scope) == BOOLEAN:
                        return self.circuit.literal(Flag(_path(tree, scope)))
                    case Required(key) if key in model.by_key:
                        return self.decision(model, key, known)
        return self._expression(model, tree, scope)

    # --- comparisons of a fact with what is the same for everybody

    def _compared(self, operator: str, left: ast.Expr, right: ast.Expr, scope: Scope) -> int | None:
        """Return the literal of a comparison of a fact with a constant or with another fact; None for any other."""
        one, other = _ordered_fact(left, scope), _ordered_fact(right, scope)
        if one is not None and other is not None:
            return self._paired(operator, one, other) if one[1] == other[1] else None
        if other is not None:
            one, left, right, operator = other, right, left, TURNED[operator]
        if one is not None:
            limit = _limit(right, scope, one[1])
            return None if limit is None else self._limited(operator, one[0], limit)
        if operator != "=":
            return None
        for tree, constant in ((left, right), (right, left)):
            wanted = constant_value(constant, scope)
            if wanted is not None and isinstance(wanted[0], bool) and _is_flag(tree, scope):
                flag = self.circuit.literal(Flag(_path(tree, scope)))
                return flag if wanted[0] else negated(flag)
        return None

    def _paired(self, operator: str, one: tuple[str, Type], other: tuple[str, Type]) -> int:
        def at_least(left: str, right: str, *, strictly: bool) -> int:
            return self.circuit.literal(Pair(left, right, strictly))

        left, right = one[0], other[0]
        match operator:
            case ">=" | ">":
                return at_least(left, right, strictly=operator == ">")
            case "<=" | "<":
                return at_least(right, left, strictly=operator == "<")
            case _:
                return self.circuit.every(
                    [at_least(left, right, strictly=False), at_least(right, left, strictly=False)]
                )

    def _limited(self, operator: str, fact: str, limit: Decimal | date) -> int:
        at_least = self.circuit.literal(AtLeast(fact, limit, is_strict=False)) if operator in {">=", "<", "="} else 0
        above = self.circuit.literal(AtLeast(fact, limit, is_strict=True)) if operator in {">", "<=", "="} else 0
        match operator:
            case ">=":
                return at_least
            case "<":
                return negated(at_least)
            case ">":
                return above
            case "<=":
                return negated(above)
            case _:
                return self.circuit.every([at_least, negated(above)])

    def _tested(self, value: ast.Expr, tests: ast.UnaryTests, scope: Scope) -> int | None:
        """Return the literal of `fact in (…)` where every test compares a number or date with constants."""
        fact = _ordered_fact(value, scope)
        if fact is None or not tests.tests:
            return None
        name, type_ = fact
        inner, found, equals = scope.with_locals("?"), [], 0
        for test in tests.tests:
            constant = constant_value(test.operand, inner)
            if constant is None:
                return None
            match constant[0]:
                case Range() as range_ if test.operator is None:
                    found.append(self._ranged(name, range_, type_))
                case list(items) if test.operator is None:
                    equals += len(items)
                    limits = [_as_limit(one, type_) for one in items]
                    found.extend(None if one is None else self._limited("=", name, one) for one in limits)
                case other:
                    limit = _as_limit(other, type_)
                    operator = test.operator or "="
                    equals += operator == "="
                    one = None if limit is None else self._limited("=" if operator == "!=" else operator, name, limit)
                    found.append(negated(one) if one is not None and operator == "!=" else one)
            if found and found[-1] is None:
                return None
            if equals > FEW:
                return None
        literals = [one for one in found if one is not None]
        made = self.circuit.some(literals) if len(literals) == len(found) else None
        return negated(made) if made is not None and tests.is_negated else made

    def _ranged(self, name: str, range_: Range, type_: Type) -> int | None:
        literals = []
        for end, operator in (
            (range_.low, ">=" if range_.low_included else ">"),
            (range_.high, "<=" if range_.high_included else "<"),
        ):
            if end is OPEN:
                continue
            limit = _as_limit(end, type_)
            if limit is None:
                return None
            literals.append(self._limited(operator, name, limit))
        return self.circuit.every(literals)

    # --- everything else

    def _expression(self, model: dmn.Model, tree: ast.Expr, scope: Scope) -> int:
        compiled = compile_expression(tree, scope)
        facts = tuple(sorted(compiled.facts - {DAY}))
        shape = shape_of(tree, scope)
        said = shape if shape is not None else (Same(model), scope.place, id(tree))
        node = Expression(said, facts, DAY in compiled.facts)
        self.wordings.setdefault(node, Wording(model, tree, scope, compiled, f"{scope.place}：{self.text}"))
        return self.circuit.literal(node)


TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


def _never_null(parts: tuple[ast.Expr, ...], scope: Scope) -> bool:
    """Tell whether expressions are over one fact at most, of one kind, and null or unknown only all together."""
    courses = [course(part, scope) for part in parts]
    if any(one is None for one in courses) or len({one.kind for one in courses if one}) != 1:
        return False
    facts = {fact for part in parts for fact in compile_expression(part, scope).facts}
    return len(facts - {DAY}) <= 1


def _path(tree: ast.Expr, scope: Scope) -> str:
    symbol = symbol_of(tree, scope)
    assert isinstance(symbol, Input)
    return symbol.path


def _is_flag(tree: ast.Expr, scope: Scope) -> bool:
    """Tell whether an expression names a boolean fact; a fact is never null."""
    return isinstance(symbol_of(tree, scope), Input) and type_of(tree, scope) == BOOLEAN


def _ordered_fact(tree: ast.Expr, scope: Scope) -> tuple[str, Type] | None:
    """Return the fact an expression names, with its type, where that is number or date without restriction."""
    if not isinstance(tree, ast.Name | ast.Path) or not isinstance(symbol_of(tree, scope), Input):
        return None
    type_, path = type_of(tree, scope), _path(tree, scope)
    return (path, type_) if type_ in ORDERED and path != DAY else None


def _limit(tree: ast.Expr, scope: Scope, type_: Type) -> Decimal | date | None:
    found = constant_value(tree, scope)
    return None if found is None else _as_limit(found[0], type_)


def _as_limit(value: object, type_: Type) -> Decimal | date | None:
    """Return a constant a fact of this type can be compared with; None for any other."""
    if type_ == NUMBER and isinstance(value, Decimal) and value.is_finite():
        return value
    if type_ == DATE and isinstance(value, date) and not isinstance(value, datetime):
        return value
    return None


def shape_of(tree: object, scope: Scope) -> object | None:
    """Return what is the same for expressions that say the same of the same facts; None where that cannot be told.

    Positions and spelling are gone, names stand for facts with their types, or for built-in functions.
    """
    match tree:
        case ast.Written(_, _, written):
            return shape_of(written, scope)
        case ast.Typed():
            return None
        case ast.Name() | ast.Path():
            match symbol_of(tree, scope):
                case Input(path, parts) if not parts:
                    return "fact", path, _shown(type_of(tree, scope))
                case Local(name):
                    return "local", name
                case None if isinstance(tree, ast.Name):
                    return "built-in", tree.name
                case None if isinstance(tree, ast.Path):
                    base = shape_of(tree.base, scope)
                    return None if base is None else ("path", base, tree.name)
            return None
        case ast.UnaryTests(tests, is_negated):
            inner = shape_of(tests, scope.with_locals("?"))
            return None if inner is None else ("tests", is_negated, inner)
        case ast.Filter() | ast.For() | ast.Quantified() | ast.FunctionOf() | ast.ContextOf() | ast.Table():
            return None  # these have names of their own
        case tuple():
            return _all(tuple(shape_of(one, scope) for one in tree))
        case _ if is_dataclass(tree) and type(tree).__module__ == ast.__name__:
            within = [one.name for one in fields(tree) if one.name not in {"at", "line"}]
            made = _all(tuple(shape_of(getattr(tree, name), scope) for name in within))
            return None if made is None else (type(tree).__name__, made)
        case _:
            return type(tree).__name__, tree if _is_hashable(tree) else repr(tree)


def _all(parts: tuple[object, ...]) -> tuple[object, ...] | None:
    return None if any(one is None for one in parts) else parts


def _shown(type_: Type) -> str:
    return shown(type_)


def _is_hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _settles_by_cases(model: dmn.Model, key: str) -> bool:
    """Tell whether one fact is looked at by several columns of the tables a decision rests on."""
    seen: dict[str, int] = {}
    for tree, scope in _logic(model, key, set()):
        for table in _tables(tree):
            for column in table.inputs:
                for fact in compile_expression(column.tree, scope).facts:
                    seen[fact] = seen.get(fact, 0) + 1
    return any(times > 1 for times in seen.values())


def _logic(model: dmn.Model, key: str, seen: set[str]) -> list[tuple[ast.Expr, Scope]]:
    """Return the logic of a decision and of all it requires, each once."""
    if key in seen or key not in model.by_key:
        return []
    seen.add(key)
    decision = model.by_key[key]
    found = [(decision.tree, decision.scope)]
    for required in decision.requires:
        found += _logic(model, required, seen)
    return found


def _tables(tree: object) -> list[ast.Table]:
    if isinstance(tree, ast.Table):
        return [tree]
    if isinstance(tree, tuple):
        return [table for one in tree for table in _tables(one)]
    if is_dataclass(tree) and type(tree).__module__ == ast.__name__:
        return [table for one in fields(tree) for table in _tables(getattr(tree, one.name))]
    return []
