"""A table's column as row masks: one word a segment, between two neighbouring constants of its cells (dmn/cells.py)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import ibis
import ibis.expr.types as ir

from yimen.dmn.batch import numbers
from yimen.dmn.batch.pieces import Column, as_word, boolean, literal, number
from yimen.dmn.batch.words import Words, halved, mask
from yimen.dmn.cells import ELSEWHERE, Cell, ascending, representatives
from yimen.dmn.values import OPEN


@dataclass(frozen=True, slots=True)
class Masks:
    """Of the cells of a column: rows not refuted, and rows whose verdict is null. Where the value is known."""

    possible: Words
    null: Words


def is_segmented(column: Column) -> bool:
    """Tell whether constants cut this kind of values into segments."""
    return column.kind in ELSEWHERE


def masks(column: Column, cells: Sequence[tuple[int, Cell]], width: int) -> Masks:
    """Return the masks of a column from its cells with their rows; all other rows are possible, and not null."""
    others = set(range(width)) - {bit for bit, _ in cells}

    def of(value: object) -> tuple[tuple[int, ...], tuple[int, ...]]:
        verdicts = [(bit, cell.verdict(value)) for bit, cell in cells]
        possible = others | {bit for bit, verdict in verdicts if verdict is not False}
        return mask(possible, width), mask((bit for bit, verdict in verdicts if verdict is None), width)

    named = [point for _, cell in cells if column.kind in cell.by_kind for point in cell.by_kind[column.kind].points]
    points = ascending(named) if column.kind != "boolean" else (False, True)
    tried = representatives(points) if column.kind != "boolean" else (OPEN, False, OPEN, True, OPEN)
    segments = [None if value is OPEN else of(value) for value in tried or (ELSEWHERE[column.kind],)]
    of_null = of(None)
    made: list[Words] = []
    for which in range(2):
        words: list[int | ir.IntegerValue] = []
        for place in range(len(of_null[which])):
            word = _word(column, points, [None if one is None else one[which][place] for one in segments])
            words.append(_or_null(column, word, of_null[which][place]) if column.may_be_null else word)
        made.append(tuple(words))
    return Masks(*made)


def _or_null(column: Column, word: int | ir.IntegerValue, of_null: int) -> int | ir.IntegerValue:
    if isinstance(word, int) and word == of_null:
        return word
    return number(ibis.ifelse(column.value.isnull(), ibis.literal(of_null, "int64"), as_word(word)))


def _word(column: Column, points: Sequence[object], leaves: Sequence[int | None]) -> int | ir.IntegerValue:
    """Return the leaf of the segment a value lies in, given one for each; None for a segment of no values."""
    found = {leaf for leaf in leaves if leaf is not None}
    if len(found) == 1:
        return found.pop()
    if column.kind == "boolean":
        return number(ibis.ifelse(boolean(column.value), _leaf(leaves[3]), _leaf(leaves[1])))
    between = {leaf for leaf in leaves[::2] if leaf is not None}
    if column.kind == "string" and len(between) == 1:
        return _by_value(column, points, leaves[1::2], between.pop())
    # A segment of no values takes its neighbour's leaf, so that no test is spent on it.
    filled = list(leaves)
    for place, leaf in enumerate(leaves):
        if leaf is None:
            filled[place] = leaves[place + 1] if place + 1 < len(leaves) else filled[place - 1]
    tests = [_test(column, operator, point) for point in points for operator in ("<", "<=")]
    return number(halved([_leaf(leaf) for leaf in filled], tests))


def _leaf(leaf: int | None) -> ir.Value:
    return ibis.literal(leaf, "int64")


def _by_value(column: Column, points: Sequence[object], leaves: Sequence[int | None], rest: int) -> ir.IntegerValue:
    """Return a leaf for each value that cells name, and one for the rest."""
    groups: dict[int, list[ir.Value]] = {}
    for point, leaf in zip(points, leaves, strict=True):
        if leaf is not None and leaf != rest:
            groups.setdefault(leaf, []).append(literal(point))
    value = column.value
    cases = [
        (boolean(value == named[0] if len(named) == 1 else value.isin(named)), _leaf(leaf))
        for leaf, named in groups.items()
    ]
    return number(ibis.cases(*cases, else_=_leaf(rest)))


def _test(column: Column, operator: str, constant: object) -> Callable[[], ir.BooleanValue]:
    if isinstance(constant, Decimal):
        return lambda: numbers.against(operator, column, constant)
    return lambda: numbers.apply(operator, column.value, literal(constant))
