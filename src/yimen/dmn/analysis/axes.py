"""From a table's columns to the axes of a grid: what values there are, cut into atoms, and what rows say of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from yimen.dmn.analysis.kinds import base_of, type_of
from yimen.dmn.cells import ANYTHING, ELSEWHERE, Cell, ascending, cell_of, representatives
from yimen.dmn.errors import FeelSyntaxError
from yimen.dmn.feel import ast
from yimen.dmn.feel.parser import parse_unary_tests
from yimen.dmn.feel.scope import Scope
from yimen.dmn.feel.types import ANY, Basic, Restricted, Type, shown
from yimen.dmn.model import Model
from yimen.dmn.values import OPEN

OTHER = "其他"


@dataclass(frozen=True, slots=True)
class Atom:
    """Values of one kind that no cell of the column tells apart; `value` is one of them.

    `place` is their segment among the points of their kind: odd at a point, even between two.
    """

    kind: str
    place: int
    value: object


@dataclass(frozen=True, slots=True)
class Axis:
    """One input of a table: the columns (from one) that are about it, its atoms, and what the cells say of them.

    `may` has, by atom, the rows (as bits) that admit it or cannot be read; `must` those that surely admit it. `empty`
    are the rows whose cells admit no value there is, with the column at fault.
    """

    text: str
    columns: tuple[int, ...]
    points: Mapping[str, tuple[object, ...]]
    atoms: tuple[Atom, ...]
    may: tuple[int, ...]
    must: tuple[int, ...]
    empty: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Unread:
    """Cells that cannot be analysed, by column and rows (from one), and why; `is_whole`: the column is no axis."""

    column: int
    text: str
    rows: tuple[int, ...]
    why: str
    is_whole: bool


def axes_of(table: ast.Table, scope: Scope, model: Model) -> tuple[list[Axis], list[Unread]]:
    """Return a table's axes and what of its columns cannot be read; columns of the same text are one axis."""
    by_text: dict[str, list[int]] = {}
    for column, one in enumerate(table.inputs):
        by_text.setdefault(" ".join(one.text.split()), []).append(column)
    axes: list[Axis] = []
    unread: list[Unread] = []
    for text, columns in by_text.items():
        cells = {column: [cell_of(rule.tests[column], scope) for rule in table.rules] for column in columns}
        domains = list(_domains(table, columns, scope, model))
        kinds = _kinds(domains, [cell for of_column in cells.values() for cell in of_column])
        if kinds is None:
            types = "、".join(dict.fromkeys(shown(base_of(one)) for one in domains if base_of(one) != ANY))
            unread += _dropped(text, cells, f"{types} 类型的值不能分段比较")
            continue
        try:
            axes.append(_axis(text, cells, [_admitted(one) for one in domains], kinds))
        except OverflowError:
            unread += _dropped(text, cells, "所比较的日期在引擎能表示的范围的尽头")
            continue
        for column, of_column in cells.items():
            rows = tuple(row for row, cell in enumerate(of_column, 1) if cell is None)
            if rows:
                unread.append(Unread(column + 1, text, rows, "这些格子不只是与常数比较", is_whole=False))
    return axes, unread


def _dropped(text: str, cells: Mapping[int, Sequence[Cell | None]], why: str) -> Iterator[Unread]:
    for column, of_column in cells.items():
        rows = tuple(row for row, cell in enumerate(of_column, 1) if cell is not ANYTHING)
        yield Unread(column + 1, text, rows, why, is_whole=True)


def _domains(table: ast.Table, columns: Sequence[int], scope: Scope, model: Model) -> Iterator[Type]:
    """Yield the types that bind the values: of the expression, those written on the columns, and allowed values."""
    yield type_of(table.inputs[columns[0]], scope, model)
    for column in columns:
        written, allowed = table.domains[column] if table.domains else (ANY, None)
        yield written
        if allowed is not None:
            yield Restricted(ANY, lambda _value: True, allowed.text)


def _kinds(domains: Sequence[Type], cells: Sequence[Cell | None]) -> tuple[str, ...] | None:
    """Return the kinds of values there are: as declared, else those the cells name; None where they cannot be cut."""
    declared = next((base for base in map(base_of, domains) if base != ANY), None)
    if declared is None:
        named = dict.fromkeys(kind for cell in cells if cell is not None for kind in cell.by_kind)
        return tuple(named)
    if isinstance(declared, Basic) and declared.name in ELSEWHERE:
        return (declared.name,)
    return () if all(cell is ANYTHING for cell in cells) else None


def _admitted(type_: Type) -> Cell:
    """Return what a type's allowed values say of any value; everything where that cannot be read."""
    if not isinstance(type_, Restricted):
        return ANYTHING
    try:
        tests = parse_unary_tests(type_.shown)
    except FeelSyntaxError:
        return ANYTHING
    return cell_of(ast.Written(type_.shown, 1, tests), Scope({}, "")) or ANYTHING


def _axis(text: str, cells: Mapping[int, Sequence[Cell | None]], domains: Sequence[Cell], kinds: Sequence[str]) -> Axis:
    read = [cell for of_column in cells.values() for cell in of_column if cell is not None]
    points = {kind: _points(kind, [*read, *domains]) for kind in kinds}
    atoms = tuple(
        atom
        for kind in kinds
        for atom in _atoms(kind, points[kind])
        if all(domain.verdict(atom.value) is True for domain in domains)
    )
    if not kinds:
        atoms = (Atom("", 0, None),)  # nothing is compared: one atom, which every row admits
    count = len(next(iter(cells.values())))
    rows = (1 << count) - 1
    may, must = [rows] * len(atoms), [rows] * len(atoms)
    alone: dict[int, list[int]] = {}
    for column, of_column in cells.items():
        sure = _swept(of_column, atoms, points)
        unread = sum(1 << row for row, cell in enumerate(of_column) if cell is None)
        may = [mask & (said | unread) for mask, said in zip(may, sure, strict=True)]
        must = [mask & said for mask, said in zip(must, sure, strict=True)]
        alone[column] = _rows_of(rows & ~(_union(sure) | unread))
    columns = {row: column + 1 for column, found in reversed(alone.items()) for row in found}
    empty = {row: columns.get(row, next(iter(cells)) + 1) for row in _rows_of(rows & ~_union(may))}
    return Axis(text, tuple(column + 1 for column in cells), points, atoms, tuple(may), tuple(must), empty)


def _swept(cells: Sequence[Cell | None], atoms: Sequence[Atom], points: Mapping[str, Sequence[object]]) -> list[int]:
    """Return by atom the rows whose cell surely admits it: along the line, a row comes and goes at its own points."""
    everywhere = sum(1 << row for row, cell in enumerate(cells) if cell is ANYTHING)
    if not points:
        return [everywhere for _ in atoms]
    swept: dict[tuple[str, int], int] = {}
    for kind, of_kind in points.items():
        places = {point: place for place, point in enumerate(of_kind)}
        turns = [0] * (2 * len(of_kind) + 2)
        for row, cell in enumerate(cells):
            if cell is not None and cell is not ANYTHING:
                for first, last in _runs(cell, kind, places):
                    turns[first] ^= 1 << row
                    turns[last + 1] ^= 1 << row
        inside = everywhere
        for place, turn in enumerate(turns[:-1]):
            inside ^= turn
            swept[kind, place] = inside
    return [swept[atom.kind, atom.place] for atom in atoms]


def _runs(cell: Cell, kind: str, places: Mapping[object, int]) -> Iterator[tuple[int, int]]:
    """Yield from which place to which a cell admits values; a cell's null does not admit."""
    end = 2 * len(places)
    segments = cell.by_kind.get(kind)
    if segments is None:
        if cell.other is True:
            yield 0, end
        return
    own = [2 * places[point] + 1 for point in segments.points]
    bounds = [-1, *own, end + 1]
    for number, verdict in enumerate(segments.verdicts):
        if verdict is not True:
            continue
        between, is_point = divmod(number, 2)
        if is_point:
            yield own[between], own[between]
        elif bounds[between] + 1 < bounds[between + 1]:
            yield bounds[between] + 1, bounds[between + 1] - 1


def _union(masks: Sequence[int]) -> int:
    return reduce(or_, masks, 0)


def _rows_of(mask: int) -> list[int]:
    return [row for row in range(mask.bit_length()) if mask >> row & 1]


def _points(kind: str, cells: Sequence[Cell]) -> tuple[object, ...]:
    if kind == "boolean":
        return (False, True)
    return ascending([point for cell in cells if kind in cell.by_kind for point in cell.by_kind[kind].points])


def _atoms(kind: str, points: Sequence[object]) -> Iterator[Atom]:
    if kind == "boolean":
        yield from (Atom(kind, 2 * place + 1, value) for place, value in enumerate(points))
    elif not points:
        yield Atom(kind, 0, ELSEWHERE[kind])
    else:
        for place, value in enumerate(representatives(points)):
            if value is not OPEN:
                yield Atom(kind, place, value)
