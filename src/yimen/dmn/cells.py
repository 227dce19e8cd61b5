"""What a cell of a table says of any value, when it only compares with constants (DMN 1.5, 8.2.8 and table 55).

Comparisons with constants cut a kind of values into segments: each constant, and what lies between two. A cell gives
the same verdict all over a segment, so one value of each, put to the cell's own code, tells it of all. Nothing of the
semantics of tests is written a second time here: whoever reads cells agrees with whoever evaluates them.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from functools import cmp_to_key

from yimen.dmn.feel import ast
from yimen.dmn.feel.bounds import Exhausted
from yimen.dmn.feel.code.base import Compiled
from yimen.dmn.feel.compile import compile_expression, compile_tests
from yimen.dmn.feel.functions import BUILTINS
from yimen.dmn.feel.operators import less, range_of
from yimen.dmn.feel.scope import Scope
from yimen.dmn.silent import SILENT, Counting
from yimen.dmn.temporal import arithmetic
from yimen.dmn.temporal.make import duration_at, length
from yimen.dmn.temporal.wide import WideDate, WideDuration
from yimen.dmn.values import NUMBERS, OPEN, Open, Range, YearsMonths, kind

CLOCKS = frozenset({"today", "now"})
DAY = timedelta(days=1)
ORDERED = ("number", "string", "date", "days and time duration", "years and months duration")
"""The kinds a cell may compare with. Times and instants are no single line: some have an offset, some have none."""

ELSEWHERE: Mapping[str, object] = {
    "number": Decimal(0),
    "string": "",
    "boolean": True,
    "date": date(2000, 1, 1),
    "days and time duration": timedelta(0),
    "years and months duration": YearsMonths(0),
}
"""A value of each kind, to try what a cell says of kinds it does not name."""
BOOLEANS = (OPEN, False, OPEN, True, OPEN)
"""The two truth values as points, with nothing between."""


@dataclass(frozen=True, slots=True)
class Segments:
    """One kind of values cut at `points`, ascending: a verdict for each of the 2n + 1 segments, first what lies below.

    A verdict is None where the cell's tests give null. `is_empty` tells the segments no value lies in.
    """

    points: tuple[object, ...]
    verdicts: tuple[bool | None, ...]
    is_empty: tuple[bool, ...]

    def place(self, value: object) -> int:
        """Return the segment a value of this kind lies in."""
        return segment(self.points, value)

    def verdict(self, value: object) -> bool | None:
        """Return what the cell says of a value of this kind."""
        return self.verdicts[self.place(value)]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says: by the kinds it names, of null, and of every other kind that can be ordered.

    `names_lists` tells that an operand is a list, so that a list may pass, too.
    """

    by_kind: Mapping[str, Segments]
    null: bool | None
    other: bool | None
    names_lists: bool = False

    def verdict(self, value: object) -> bool | None:
        """Return what the cell says of a known value of an orderable kind, of a boolean, or of null."""
        if value is None:
            return self.null
        of = self.by_kind.get(kind(value))
        return self.other if of is None else of.verdict(value)


ANYTHING = Cell({}, null=True, other=True)
"""The cell `-`."""


Said = tuple[Mapping[str, tuple[bool | None, ...]], bool | None, bool | None]
"""What cells of one shape say: by kind and segment, of null, of any other kind."""


def cell_of(test: ast.Written | None, scope: Scope, shapes: dict[object, Said | None] | None = None) -> Cell | None:
    """Return what a cell says of any value; None where it does more than compare with constants.

    Cells that differ in their constants alone, not in how these lie to one another, say the same segment by segment.
    `shapes` remembers it, so that of a long table only a few cells are asked.
    """
    if test is None:
        return ANYTHING
    tests = test.tree
    if not isinstance(tests, ast.UnaryTests):
        return None
    operands: list[object] = []
    for one in tests.tests:
        found = constant_value(one.operand, scope)
        if found is None:
            return None
        operands.append(found[0])
    points = _points(operands)
    if points is None:
        return None
    try:
        empty = {name: _empty(name, of) for name, of in points.items()}
    except OverflowError:
        return None  # at the end of what dates there are
    shape = (
        tests.is_negated,
        tuple((one.operator, _shape(value, points)) for one, value in zip(tests.tests, operands, strict=True)),
        tuple(empty.items()),
    )
    shapes = {} if shapes is None else shapes
    if shape not in shapes:
        shapes[shape] = _said(tests, scope, {name: _tried(name, of) for name, of in points.items()})
    said = shapes[shape]
    if said is None:
        return None
    verdicts, null, other = said
    by_kind = {name: Segments(of, verdicts[name], empty[name]) for name, of in points.items()}
    return Cell(by_kind, null, other, names_lists=any(isinstance(one, list) for one in operands))


def _points(operands: Sequence[object]) -> Mapping[str, tuple[object, ...]] | None:
    """Return the constants in operands by kind, ascending; None where one is of a kind that is not ordered."""
    if len(operands) == 1 and type(operands[0]) is Decimal:
        return {"number": (operands[0],)}
    by_kind: dict[str, list[object]] = {}
    for operand in operands:
        for value in _ends(operand):
            if value is OPEN or value is None:
                continue
            name = kind(value)
            if name not in ELSEWHERE:
                return None
            by_kind.setdefault(name, []).append(value)
    return {name: (False, True) if name == "boolean" else ascending(of) for name, of in by_kind.items()}


def _tried(name: str, points: Sequence[object]) -> tuple[object, ...]:
    """Return a value of each segment of a kind, OPEN where there is none."""
    return BOOLEANS if name == "boolean" else representatives(points)


ONE_NUMBER = (False, False, False)


def _empty(name: str, points: Sequence[object]) -> tuple[bool, ...]:
    """Return which segments hold no value."""
    if name == "number" and len(points) == 1:
        return ONE_NUMBER
    return tuple(one is OPEN for one in _tried(name, points))


def _shape(value: object, points: Mapping[str, tuple[object, ...]]) -> object:
    """Return an operand with each constant replaced by its kind and its place among those of the cell."""
    match value:
        case None | Open():
            return value
        case Range(low, high, low_included, high_included, is_point):
            return (_shape(low, points), _shape(high, points), low_included, high_included, is_point)
        case list():
            return ("list", *(_shape(item, points) for item in value))
        case Decimal():
            return ("number", points["number"].index(value))
        case _:
            name = kind(value)
            return (name, points[name].index(value))


def _said(tests: ast.UnaryTests, scope: Scope, tried: Mapping[str, tuple[object, ...]]) -> Said | None:
    """Return what a cell's own code says of a value of each segment, of null, and of every other kind alike."""
    says = _asking(compile_tests(tests, lambda _run, local: local["?"], scope))
    others = {says(value) for name, value in ELSEWHERE.items() if name not in tried}
    if len(others) > 1:
        return None
    verdicts = {name: tuple(False if one is OPEN else says(one) for one in of) for name, of in tried.items()}
    return verdicts, says(None), others.pop() if others else None


def constant_value(tree: ast.Expr, scope: Scope) -> tuple[object] | None:
    """Return the value of an expression that is the same whenever and for whomever it is asked; None for any other."""
    match tree:
        case ast.Literal(value):
            return (value,)
        case ast.RangeOf(ast.Literal(low), ast.Literal(high), low_included, high_included):
            return (range_of(low, high, low_included, high_included),)
    if not is_constant(tree, scope):
        return None
    try:
        return (compile_expression(tree, scope).code(Counting(), {}),)
    except (Exhausted, RecursionError):
        return None


def is_constant(tree: object, scope: Scope) -> bool:
    """Tell whether an expression names nothing but built-in functions that read no clock."""
    match tree:
        case ast.Name(name):
            return name not in scope.symbols and name in BUILTINS and name not in CLOCKS
        case ast.Filter() | ast.For() | ast.Quantified() | ast.FunctionOf() | ast.ContextOf():
            return False  # these have names of their own: nothing a cell needs
        case tuple():
            return all(is_constant(part, scope) for part in tree)
        case _ if hasattr(tree, "__dataclass_fields__"):
            return all(is_constant(getattr(tree, field.name), scope) for field in fields(tree))  # type: ignore[arg-type]  # a node
        case _:
            return True


def segment(points: Sequence[object], value: object) -> int:
    """Return the segment a value lies in among ascending points of its kind: odd at a point, even between two."""
    place = bisect_left(points, _key(value), key=_key)
    return 2 * place + int(place < len(points) and points[place] == value)


def _compared(left: object, right: object) -> int:
    if isinstance(left, bool) and isinstance(right, bool):
        return left - right  # FEEL does not order them; here they only need a place
    return -1 if less(left, right) is True else 1 if less(right, left) is True else 0


_key = cmp_to_key(_compared)


def ascending(values: Sequence[object]) -> tuple[object, ...]:
    """Return values of one orderable kind in their order, each once."""
    if len(values) == 1:
        return tuple(values)
    ordered = sorted(values, key=_key)
    return tuple(value for place, value in enumerate(ordered) if place == 0 or value != ordered[place - 1])


def representatives(points: Sequence[object]) -> tuple[object, ...]:
    """Return a value of each segment; OPEN for one that no value lies in."""
    if not points:
        return ()
    found: list[object] = [_below(points[0])]
    for place, point in enumerate(points):
        found.append(point)
        found.append(_between(point, points[place + 1]) if place + 1 < len(points) else _above(point))
    return tuple(found)


# --- the constants of a cell


def _ends(value: object) -> Iterator[object]:
    match value:
        case Range(low, high):
            yield low
            yield high
        case list():
            for item in value:
                yield from _ends(item)
        case _:
            yield value


def _asking(compiled: Compiled) -> Callable[[object], bool | None]:
    def says(value: object) -> bool | None:
        verdict = compiled.code(SILENT, {"?": value})
        return verdict if isinstance(verdict, bool) else None

    return says


# --- a value below, between and above


def _below(point: object) -> object:
    match point:
        case Decimal():
            return _further(point, -1)
        case str():
            return "" if point else OPEN
        case date() | WideDate():
            return _moved(arithmetic.moved(point, -DAY))
        case timedelta() | WideDuration():
            return _moved(duration_at(length(point) - 1))
        case YearsMonths(months):
            return YearsMonths(months - 1)
        case _:
            raise TypeError(kind(point))


def _above(point: object) -> object:
    match point:
        case Decimal():
            return _further(point, 1)
        case str():
            return point + "\0"
        case date() | WideDate():
            return _moved(arithmetic.moved(point, DAY))
        case timedelta() | WideDuration():
            return _moved(duration_at(length(point) + 1))
        case YearsMonths(months):
            return YearsMonths(months + 1)
        case _:
            raise TypeError(kind(point))


def _moved(value: object) -> object:
    if value is None:
        raise OverflowError
    return value


def _between(low: object, high: object) -> object:
    match low, high:
        case Decimal(), Decimal():
            middle = NUMBERS.divide(NUMBERS.add(low, high), Decimal(2))
            return middle if low < middle < high else OPEN
        case _:
            above = _above(low)
            return above if less(above, high) is True else OPEN


def _further(point: Decimal, sign: int) -> Decimal:
    beyond = NUMBERS.add(point, Decimal(sign))
    return beyond if beyond != point else NUMBERS.add(point, NUMBERS.multiply(abs(point), Decimal(sign)))
