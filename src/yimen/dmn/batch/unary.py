"""Unary tests put to a piece (feel/code/unary.py says what they mean)."""

from collections.abc import Sequence
from dataclasses import dataclass

from yimen.dmn.batch import comparing
from yimen.dmn.batch.comparing import compare, contained
from yimen.dmn.batch.functions import strictly_any
from yimen.dmn.batch.logic import junction, negation, truth_of
from yimen.dmn.batch.pieces import Column, Constant, Many, Piece, Span, any_of, boolean, literal
from yimen.dmn.feel.code import unary
from yimen.dmn.feel.code.base import constant
from yimen.dmn.silent import SILENT
from yimen.dmn.values import Range

LISTED = frozenset(["string", "date", "boolean"])
"""Kinds that are looked up in a list; numbers are compared one by one, in the type their column has."""


@dataclass(frozen=True, slots=True)
class Put:
    """One test: an operator or None, its operand, and whether the operand asks about `?` itself."""

    operator: str | None
    operand: Piece
    asks_itself: bool


def put(value: Piece, tests: Sequence[Put], *, is_negated: bool) -> Piece:
    """Return the verdict; no tests at all are always passed."""
    if not tests:
        return Constant(True)
    verdict = junction(_verdicts(value, tests), decisive=True)
    return negation(verdict) if is_negated else verdict


def _verdicts(value: Piece, tests: Sequence[Put]) -> list[Piece]:
    """Return each test's verdict; several values to be equal to become one list, which databases look up faster."""
    equals = [test.operand for test in tests if _is_plain(value, test)]
    if len(equals) < 2:  # noqa: PLR2004 - one value is no list
        return [_test(value, test) for test in tests]
    assert isinstance(value, Column)
    rest = [_test(value, test) for test in tests if not _is_plain(value, test)]
    return [_among(value, [one for one in equals if isinstance(one, Constant)]), *rest]


def _is_plain(value: Piece, test: Put) -> bool:
    return (
        isinstance(value, Column)
        and value.kind in LISTED
        and test.operator in {None, "="}
        and not test.asks_itself
        and isinstance(test.operand, Constant)
        and test.operand.kind == value.kind
    )


def _among(column: Column, constants: Sequence[Constant]) -> Column:
    """Return whether a column is one of these. Not as `IN`: Ibis writes no brackets around it, and Spark needs them."""
    made = any_of([boolean(column.value == literal(one.value)) for one in constants])
    return comparing.verdict(column, made, of_null=False)


def _test(value: Piece, test: Put) -> Piece:
    if test.asks_itself:
        return truth_of(test.operand)
    if test.operator is not None:
        return compare(test.operator, value, test.operand)
    return _matched(value, test.operand)


def _matched(value: Piece, operand: Piece) -> Piece:
    match operand:
        case Constant() if isinstance(value, Constant):
            test = unary.Put(None, constant(operand.value), asks_itself=False)
            verdict = unary.put(constant(value.value).code, [test], is_negated=False)
            return Constant(verdict.code(SILENT, {}))
        case Constant(Range() as range_):
            return contained(value, range_)
        case Constant(list(items)):
            return _in_list(value, [Constant(item) for item in items])
        case Span():
            return contained(value, operand)
        case Many(items):
            return _in_list(value, items)
        case _:
            return compare("=", value, operand)


def _in_list(value: Piece, items: Sequence[Piece]) -> Piece:
    """Return whether the value matches an item; unknown while any of them is, never null."""
    if isinstance(value, Column) and all(_is_plain(value, Put(None, item, False)) for item in items) and items:
        return _among(value, [item for item in items if isinstance(item, Constant)])
    return strictly_any([_matched(value, item) for item in items], [value, *items])
