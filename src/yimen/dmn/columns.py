"""A column of a table as masks of rows: for every stretch of values, which rows its cells let through.

Bit 0 of a mask is the first row. A value's mask is found without looking at a single cell.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import and_, or_

from yimen.dmn.cells import ANYTHING, DAY, ELSEWHERE, Cell, Said, Segments, ascending, cell_of, representatives
from yimen.dmn.feel import ast
from yimen.dmn.feel.scope import Apart, Input, Required, Scope, symbol_of
from yimen.dmn.feel.types import ANY, Basic, Restricted, Type
from yimen.dmn.values import NUMBERS, OPEN, YearsMonths

CLASSES: Mapping[type, str] = {
    Decimal: "number",
    str: "string",
    date: "date",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
}
"""The kinds whose values lie on a line, by the very class of the value."""


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of values cut in stretches: `masks[i]` is for those from `cuts[i - 1]` on, up to but not `cuts[i]`."""

    cuts: tuple[object, ...]
    masks: tuple[int, ...]

    def mask(self, value: object) -> int:
        """Return the rows let through by a value of this kind."""
        return self.masks[bisect_right(self.cuts, value)]  # type: ignore[call-overload]  # of one ordered kind

    @property
    def named(self) -> Mapping[object, int] | None:
        """Return the masks of single values; None where what lies between them does not all have `masks[0]`."""
        if self.masks and any(one != self.masks[0] for one in self.masks[::2]):
            return None
        pairs = zip(self.cuts[::2], self.cuts[1::2], strict=False)
        if len(self.cuts) % 2 or any(after(one) != end for one, end in pairs):
            return None
        return dict(zip(self.cuts[::2], self.masks[1::2], strict=True))


@dataclass(frozen=True, slots=True)
class Column:
    """What a column's cells let through, by kind of value; `cares` are the rows whose cell is no `-`.

    `kind` is the one kind its values can be of, beside null; None where that is not known.
    """

    tree: ast.Expr
    kind: str | None
    lines: Mapping[str, Line]
    truths: tuple[int, int]
    null: int
    other: int
    cares: int
    names_lists: bool

    def mask(self, value: object) -> int | None:
        """Return the rows let through by a known value; None for kinds that masks do not tell of."""
        if value is None:
            return self.null
        if value is True or value is False:
            return self.truths[value]
        name = CLASSES.get(type(value))
        if name is None:
            return None
        line = self.lines.get(name)
        return self.other if line is None else line.mask(value)

    @property
    def is_named(self) -> bool:
        """Tell whether the column names a fact or a decision, so that it is computed once however often it is read."""
        return isinstance(self.tree, ast.Name | ast.Path)

    @property
    def all_masks(self) -> frozenset[int] | None:
        """Return every mask a value of this column can have; None where that is not known."""
        if self.kind is None:
            return None
        if self.kind == "boolean":
            return frozenset([*self.truths, self.null])
        line = self.lines.get(self.kind)
        return frozenset([self.null, *((self.other,) if line is None else line.masks)])

    def unknown(self, everything: int) -> tuple[int, int]:
        """Return the rows that some value of the column lets through, and those that any does."""
        masks = self.all_masks
        if masks is None:
            return everything, everything & ~self.cares
        return reduce(or_, masks), reduce(and_, masks)


def columns_of(table: ast.Table, scope: Scope) -> tuple[Column, ...] | None:
    """Return the columns of a table, in order, each input once; None where a cell does more than compare."""
    shapes: dict[object, Said | None] = {}
    read: dict[ast.Expr | tuple[str, ...], list[Column]] = {}
    for place, written in enumerate(table.inputs):
        cells: list[Cell] = []
        seen: dict[str, Cell | None] = {}
        for rule in table.rules:
            test = rule.tests[place]
            text = "" if test is None else test.text
            if text not in seen:
                seen[text] = _plain(cell_of(test, scope, shapes))
            cell = seen[text]
            if cell is None:
                return None
            cells.append(cell)
        try:
            column = _column(written.tree, cells, scope)
        except OverflowError:
            return None  # at the end of what dates there are
        read.setdefault(_identity(written.tree, place), []).append(column)
    return tuple(reduce(_both, same) for same in read.values())


def _plain(cell: Cell | None) -> Cell | None:
    """Return a cell whose constants are all of Python's own classes; None for one with finer or wider ones."""
    if cell is None:
        return None
    points = (point for name, of in cell.by_kind.items() if name != "boolean" for point in of.points)
    return cell if all(type(point) in CLASSES for point in points) else None


def apart(table: ast.Table, scope: Scope) -> Apart:
    """Return what tells which rows of a table are never hit together: some column's cells have no value in common."""
    columns = columns_of(table, scope) or ()
    return apart_in(columns, len(table.rules))


def apart_in(columns: Sequence[Column], rows: int) -> Apart:
    """Return what tells which rows are never hit together, each looked up once."""
    masks = [found for one in columns if (found := one.all_masks) is not None]
    everything = (1 << rows) - 1
    known: dict[int, int] = {}

    def find(row: int) -> int:
        if row not in known:
            bit = 1 << row
            together = (reduce(or_, (one for one in of if one & bit), 0) for of in masks)
            known[row] = everything & ~reduce(and_, together, everything)
        return known[row]

    return find


def type_of(tree: ast.Expr, scope: Scope) -> Type:
    """Return the type that a fact or a decision named by this expression conforms to; ANY for any other expression."""
    match symbol_of(tree, scope):
        case Input(_, parts, type_) if not parts and type_ is not None:
            return type_
        case Required(_, _, type_):
            return type_
        case _:
            return ANY


def _identity(tree: ast.Expr, place: int) -> ast.Expr | tuple[str, ...]:
    """Return what is the same for columns that always have the same value: names alone are looked at."""
    names: list[str] = []
    while isinstance(tree, ast.Path):
        names.append(tree.name)
        tree = tree.base
    return (tree.name, *names) if isinstance(tree, ast.Name) else (str(place), "")


def _column(tree: ast.Expr, cells: Sequence[Cell], scope: Scope) -> Column:
    type_ = type_of(tree, scope)
    base = type_.base if isinstance(type_, Restricted) else type_
    kinds = {*CLASSES.values(), "boolean"}
    others = [cell.other is True for cell in cells]
    by_kind = [cell.by_kind for cell in cells]
    truths = [cell.by_kind.get("boolean") for cell in cells]
    names = {name for one in by_kind for name in one} - {"boolean"}
    return Column(
        tree=tree,
        kind=base.name if isinstance(base, Basic) and base.name in kinds else None,
        lines={name: _line([one.get(name) for one in by_kind], others) for name in names},
        truths=(
            _mask(other if one is None else one.verdicts[1] is True for one, other in zip(truths, others, strict=True)),
            _mask(other if one is None else one.verdicts[3] is True for one, other in zip(truths, others, strict=True)),
        ),
        null=_mask(cell.null is True for cell in cells),
        other=_mask(others),
        cares=_mask(cell is not ANYTHING for cell in cells),
        names_lists=any(cell.names_lists for cell in cells),
    )


def _mask(verdicts: Iterable[bool]) -> int:
    return int("".join("1" if one else "0" for one in verdicts)[::-1] or "0", 2)


def _line(cells: Sequence[Segments | None], others: Sequence[bool]) -> Line:
    """Return a line by one sweep over all cells' points: at each cut the rows whose verdict turns are turned."""
    turns: dict[object, int] = {}
    start = [other if one is None else one.verdicts[0] is True for one, other in zip(cells, others, strict=True)]
    for row, cell in enumerate(cells):
        if cell is None:
            continue
        before = start[row]
        for place, verdict in enumerate(cell.verdicts[1:]):
            if (verdict is True) is not before and not cell.is_empty[place + 1]:
                point = cell.points[place // 2]
                cut = after(point) if place % 2 else point
                turns[cut] = turns.get(cut, 0) ^ (1 << row)
                before = verdict is True
    cuts = sorted(cut for cut, rows in turns.items() if rows)  # type: ignore[type-var]  # of one ordered kind
    mask = _mask(start)
    masks = [mask]
    for cut in cuts:
        mask ^= turns[cut]
        masks.append(mask)
    return Line(tuple(cuts), tuple(masks))


def after(point: object) -> object:
    """Return the least value above a point: numbers have 34 digits, instants microseconds, and a text may go on."""
    match point:
        case Decimal():
            return NUMBERS.next_plus(point)
        case str():
            return point + "\0"
        case date():
            return point + DAY
        case timedelta():
            return point + timedelta.resolution
        case YearsMonths(months):
            return YearsMonths(months + 1)
        case _:
            raise TypeError(type(point))


def cases_of(columns: Sequence[Column]) -> tuple[object, ...]:
    """Return values of one fact such that any other is to these columns like one of them; none if not known."""
    kind = columns[0].kind
    if kind is None:
        return ()
    values: list[object] = [None]
    if kind == "boolean":
        values += (False, True)
    else:
        cuts = ascending(
            [cut for column in columns if kind in column.lines for cut in column.lines[kind].cuts] or [ELSEWHERE[kind]]
        )
        try:
            lowest = representatives(cuts[:1])[0]
        except OverflowError:
            return ()
        values += cuts if lowest is OPEN else (lowest, *cuts)
    told = {tuple(column.mask(value) for column in columns): value for value in values}
    return tuple(told.values())


def _both(left: Column, right: Column) -> Column:
    """Return one column for two with the same value: a row is let through by both its cells."""
    names = left.lines.keys() | right.lines.keys()
    return Column(
        tree=left.tree,
        kind=left.kind,
        lines={name: _crossed(_line_in(left, name), _line_in(right, name)) for name in names},
        truths=(left.truths[0] & right.truths[0], left.truths[1] & right.truths[1]),
        null=left.null & right.null,
        other=left.other & right.other,
        cares=left.cares | right.cares,
        names_lists=left.names_lists or right.names_lists,
    )


def _line_in(column: Column, name: str) -> Line:
    return column.lines.get(name, Line((), (column.other,)))


def _crossed(left: Line, right: Line) -> Line:
    cuts = tuple(sorted({*left.cuts, *right.cuts}))  # type: ignore[type-var]  # of one ordered kind
    masks = (left.masks[0] & right.masks[0], *(left.mask(cut) & right.mask(cut) for cut in cuts))
    return Line(cuts, masks)
