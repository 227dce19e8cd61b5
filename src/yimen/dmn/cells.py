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
from yimen.dmn.feel.operators import less
from yimen.dmn.feel.scope import Scope
from yimen.dmn.silent import SILENT, Counting
from yimen.dmn.temporal import arithmetic
from yimen.dmn.temporal.make import duration_at, length
from yimen.dmn.temporal.wide import WideDate, WideDuration
from yimen.dmn.values import NUMBERS, OPEN, Range, YearsMonths, kind

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
    """What one cell says: by the kinds it names, of null, and of every other kind that can be ordered."""

    by_kind: Mapping[str, Segments]
    null: bool | None
    other: bool | None

    def verdict(self, value: object) -> bool | None:
        """Return what the cell says of a known value of an orderable kind, of a boolean, or of null."""
        if value is None:
            return self.null
        of = self.by_kind.get(kind(value))
        return self.other if of is None else of.verdict(value)


ANYTHING = Cell({}, null=True, other=True)
"""The cell `-`."""


def cell_of(test: ast.Written | None, scope: Scope) -> Cell | None:
    """Return what a cell says of any value; None where it does more than compare with constants."""
    if test is None:
        return ANYTHING
    tests = test.tree
    if not isinstance(tests, ast.UnaryTests):
        return None
    constants = list(_constants(tests, scope))
    by_kind: dict[str, list[object]] = {}
    for value in constants:
        if value is OPEN or value is None:
            continue
        name = kind(value)
        if name not in ELSEWHERE:
            return None
        by_kind.setdefault(name, []).append(value)
    says = _asking(compile_tests(tests, lambda _run, local: local["?"], scope))
    named = {name: _segments(name, values, says) for name, values in by_kind.items()}
    others = [value for name, value in ELSEWHERE.items() if name not in named]
    verdicts = {says(value) for value in others}
    if len(verdicts) > 1 or any(one is None for one in named.values()):
        return None
    return Cell(
        {name: one for name, one in named.items() if one is not None},
        null=says(None),
        other=verdicts.pop() if verdicts else None,
    )


def constant_value(tree: ast.Expr, scope: Scope) -> tuple[object] | None:
    """Return the value of an expression that is the same whenever and for whomever it is asked; None for any other."""
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


def _constants(tests: ast.UnaryTests, scope: Scope) -> Iterator[object]:
    for test in tests.tests:
        found = constant_value(test.operand, scope)
        if found is None:
            yield _STRANGE
            continue
        yield from _ends(found[0])


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


_STRANGE = object()
"""Of no kind a cell may compare with."""


def _asking(compiled: Compiled) -> Callable[[object], bool | None]:
    def says(value: object) -> bool | None:
        verdict = compiled.code(SILENT, {"?": value})
        return verdict if isinstance(verdict, bool) else None

    return says


def _segments(name: str, values: Sequence[object], says: Callable[[object], bool | None]) -> Segments | None:
    if name == "boolean":
        points: tuple[object, ...] = (False, True)
        tried: tuple[object, ...] = (OPEN, False, OPEN, True, OPEN)
    else:
        points = ascending(values)
        try:
            tried = representatives(points)
        except OverflowError:
            return None  # at the end of what dates there are
    verdicts = tuple(False if one is OPEN else says(one) for one in tried)
    return Segments(points, verdicts, tuple(one is OPEN for one in tried))


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
