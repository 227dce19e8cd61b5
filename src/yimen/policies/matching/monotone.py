"""Which expressions over one fact only ever rise, or only ever fall, with it: a comparison of such turns only once."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from yimen.dmn.cells import constant_value
from yimen.dmn.columns import type_of
from yimen.dmn.feel import ast
from yimen.dmn.feel.scope import Input, Scope, symbol_of
from yimen.dmn.feel.types import Basic
from yimen.dmn.values import YearsMonths
from yimen.rules.logic import DAY

KINDS: tuple[tuple[type, str], ...] = (
    (Decimal, "number"), (timedelta, "days"), (YearsMonths, "months"), (date, "date"),
)  # fmt: skip


class Course(NamedTuple):
    """How an expression goes with its fact: 1 rising, -1 falling, 0 the same for all; `value` where it is a constant.

    `kind` is number, date, days or months (the two kinds of durations). It is never null where the fact is known.
    """

    direction: int
    kind: str
    value: object = None


def turns_once(tree: ast.Expr, scope: Scope) -> bool:
    """Tell whether a truth turns at most once as the one fact in it rises, and is never null."""
    match tree:
        case ast.Written(_, _, written):
            return turns_once(written, scope)
        case ast.Compare("<" | "<=" | ">" | ">=", left, right):
            one, other = course(left, scope), course(right, scope)
            return (
                one is not None
                and other is not None
                and one.kind == other.kind
                and _joined(one.direction, -other.direction) is not None
            )
        case _:
            return False


def course(tree: ast.Expr, scope: Scope) -> Course | None:
    """Return how an expression goes with its fact; None where that is not known."""
    constant = constant_value(tree, scope)
    if constant is not None:
        return _constant(constant[0])
    match tree:
        case ast.Name() | ast.Path() if isinstance(symbol_of(tree, scope), Input):
            return _fact(tree, scope)
        case ast.Path(base, name):
            whole = course(base, scope)
            if whole is not None and (whole.kind, name) in {("months", "years"), ("days", "days")}:
                return Course(whole.direction, "number")
        case ast.Negate(operand):
            one = course(operand, scope)
            return None if one is None or one.kind == "date" else Course(-one.direction, one.kind)
        case ast.Arithmetic(operator, left, right):
            one, other = course(left, scope), course(right, scope)
            return None if one is None or other is None else _reckoned(operator, one, other)
        case ast.Call(ast.Name("years and months duration" as name), (start, end), ()) if name not in scope.symbols:
            one, other = course(start, scope), course(end, scope)
            if one is not None and other is not None and one.kind == other.kind == "date":
                return _course(other.direction, -one.direction, "months")
    return None


def _constant(value: object) -> Course | None:
    if isinstance(value, bool | datetime):
        return None
    for class_, kind in KINDS:
        if isinstance(value, class_):
            return Course(0, kind, value)
    return None


def _fact(tree: ast.Expr, scope: Scope) -> Course | None:
    symbol, type_ = symbol_of(tree, scope), type_of(tree, scope)
    if not isinstance(symbol, Input) or type_ not in {Basic("number"), Basic("date")}:
        return None
    assert isinstance(type_, Basic)
    return Course(0 if symbol.path == DAY else 1, type_.name)


def _joined(one: int, other: int) -> int | None:
    """Return the direction of a sum; None where the two go against each other."""
    return one or other if one * other >= 0 else None


def _course(one: int, other: int, kind: str) -> Course | None:
    direction = _joined(one, other)
    return None if direction is None else Course(direction, kind)


def _reckoned(operator: str, one: Course, other: Course) -> Course | None:
    match operator, one.kind, other.kind:
        case ("+", "date", "days" | "months") if other.direction == 0:
            return Course(one.direction, "date")
        case ("-", "date", "days" | "months") if other.direction == 0:
            return Course(one.direction, "date")
        case "-", "date", "date":
            return _course(one.direction, -other.direction, "days")
        case (("+" | "-"), a, b) if a == b and a != "date":
            return _course(one.direction, other.direction if operator == "+" else -other.direction, a)
        case (("*" | "/"), "number", "number"):
            return _scaled(one, other, operator)
        case "/", "days", "days":
            return _scaled(one, other, operator)
        case _:
            return None


def _scaled(one: Course, other: Course, operator: str) -> Course | None:
    """Return a multiple, or the part, of something by a constant."""
    if other.value is None and operator == "*":
        one, other = other, one
    value = other.value
    amount = (
        value
        if isinstance(value, Decimal)
        else Decimal(value // timedelta.resolution)
        if isinstance(value, timedelta)
        else None
    )
    if not amount:
        return None
    return Course(one.direction if amount > 0 else -one.direction, "number")
