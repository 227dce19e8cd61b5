"""`and`, `or`, `not` and `if` over columns (feel/truth.py and feel/code/logic.py say what they mean)."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from yimen.dmn.batch.comparing import same
from yimen.dmn.batch.numbers import aligned
from yimen.dmn.batch.pieces import (
    Bits,
    Column,
    Constant,
    Piece,
    all_of,
    any_of,
    as_column,
    blank,
    boolean,
    is_known,
    is_unknown,
    merged,
    negative,
    null,
    where,
)
from yimen.dmn.batch.refusal import ROW_BY_ROW, NotCompilable
from yimen.dmn.feel.operators import is_same


def truth_of(piece: Piece) -> Constant | Column:
    """Return the piece as a truth value: null for anything else."""
    if isinstance(piece, Constant):
        return piece if isinstance(piece.value, bool) else Constant(None)
    column = as_column(piece)
    if column.kind == "boolean":
        return column
    return Column("boolean", blank("boolean"), is_known(column), column.waiting)


def junction(pieces: Sequence[Piece], *, decisive: bool) -> Constant | Column:
    """Return the conjunction (decisive false) or disjunction (decisive true).

    SQL's own `AND` and `OR` decide; what they leave NULL is unknown while an operand is, else null.
    """
    truths = [truth_of(piece) for piece in pieces]
    fixed = [one.value for one in truths if isinstance(one, Constant)]
    if decisive in fixed:
        return Constant(decisive)
    columns = [one for one in truths if isinstance(one, Column)]
    has_null = None in fixed
    if not columns:
        return Constant(None if has_null else not decisive)
    if len(columns) == 1 and not has_null:
        return columns[0]
    values = [boolean(column.value) for column in columns]
    if has_null:
        values.append(boolean(null("boolean")))
    made = any_of(values) if decisive else all_of(values)
    waiting = merged([where(is_unknown(column), column.waiting) for column in columns])
    if not has_null and all(column.known is None for column in columns):
        return Column("boolean", made, None, waiting)
    known = boolean(made.notnull()) | all_of([is_known(column) for column in columns])
    return Column("boolean", made, known, waiting)


def negation(piece: Piece) -> Constant | Column:
    """Return the other truth value; null stays null."""
    one = truth_of(piece)
    if isinstance(one, Constant):
        return Constant(None if one.value is None else not one.value)
    return Column("boolean", negative(boolean(one.value)), one.known, one.waiting)


def unified(pieces: Sequence[Piece]) -> list[Column]:
    """Return the pieces as columns of one kind and one type of the database.

    Raises:
        NotCompilable: they are of different kinds.
    """
    kinds = {one.kind for one in pieces if isinstance(one, Constant | Column)} - {"Null"}
    if len(kinds) > 1:
        raise NotCompilable(f"同一个结果有几种类型：{'、'.join(sorted(kinds))}。", "一列只能有一种类型，请统一。")
    kind = next(iter(kinds), "Null")
    columns = [as_column(one, kind) for one in pieces]
    columns = [Column(kind, blank(kind), is_known(one), one.waiting) if one.kind != kind else one for one in columns]
    if kind != "number":
        return columns
    values = aligned(columns)
    return [Column(kind, value, one.known, one.waiting) for value, one in zip(values, columns, strict=True)]


def choice(condition: Piece, then: Piece, otherwise: Piece) -> Piece:
    """Return `if`: an unknown condition does not matter where both branches say the same."""
    test = truth_of(condition)
    if isinstance(test, Constant):
        return then if test.value is True else otherwise
    if isinstance(then, Constant) and isinstance(otherwise, Constant) and is_same(then.value, otherwise.value):
        return then
    for branch in (then, otherwise):
        if not isinstance(branch, Constant | Column):
            raise NotCompilable("if 的两支要各是一个值，不能是列表、上下文或除不尽的商。", ROW_BY_ROW)
    one, other = unified([then, otherwise])
    is_open, is_true = is_unknown(test), boolean(test.value)
    agree = None
    if not (isinstance(then, Constant) and isinstance(otherwise, Constant)):
        agree = same(one, other)
    nothing = null(one.kind).cast(one.value.type())
    value = ibis.cases(
        (is_true, one.value),
        (is_open, nothing if agree is None else ibis.ifelse(agree, one.value, nothing)),
        else_=other.value,
    )
    waiting = merged([where(is_open, test.waiting), _branch(is_true, is_open, one, other)])
    if one.known is None and other.known is None:
        return Column(one.kind, value, None, waiting)
    known = ibis.cases(
        (is_true, is_known(one)), (is_open, ibis.literal(False) if agree is None else agree), else_=is_known(other)
    )
    return Column(one.kind, value, boolean(known), waiting)


def _branch(is_true: ir.BooleanValue, is_open: ir.BooleanValue, one: Column, other: Column) -> Bits:
    """Return what the branches taken or possible wait for."""
    taken = is_true.fill_null(False)
    first = where(boolean((taken | is_open) & is_unknown(one)), one.waiting)
    second = where(boolean(negative(boolean(taken)) & is_unknown(other)), other.waiting)
    return merged([first, second])
