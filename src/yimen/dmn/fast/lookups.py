"""From a value as Python has it to a column's mask, quickly; what is unusual is refused and left to a slower way.

A refused value raises `Strange`, or gives `STRANGE` for a mask, with which nothing can be reckoned.
"""

from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from decimal import ROUND_CEILING, Decimal
from math import nextafter

from yimen.dmn.columns import Column, Line
from yimen.dmn.fast.tables import Strange
from yimen.dmn.values import NUMBERS

STRANGE = object()
"""In place of a mask or an output: reckoning with it raises TypeError."""

FURTHEST = 10**NUMBERS.prec
"""Whole numbers beyond lose digits, and some are no numbers any more."""

HUGE = 1e300
"""Floats beyond are left alone: among them are the infinite ones and those that are no number."""

Mask = Callable[[object], object]


class Names(dict[object, int]):
    """The masks of texts that are named; any other text has one mask."""

    def __init__(self, named: dict[object, int], other: int) -> None:
        """Keep the masks."""
        super().__init__(named)
        self._other = other

    def __missing__(self, value: object) -> int:
        """Return the mask of a text that is not named."""
        if type(value) is str:
            return self._other
        raise Strange


class Whole:
    """A line of numbers seen by whole numbers: the least of each stretch, and the stretches' masks."""

    def __init__(self, line: Line) -> None:
        """Cut whole numbers where the line is cut; those too large for all digits are strange."""
        whole = (int(cut.to_integral_value(ROUND_CEILING)) for cut in line.cuts if isinstance(cut, Decimal))
        self.cuts = [-FURTHEST, *whole, FURTHEST]
        self.masks = [STRANGE, *line.masks, STRANGE]


def number_mask(line: Line) -> Mask:
    """Return what finds the mask of a number that is no int: float by its shortest decimal, or Decimal."""
    floats = [-HUGE, *(_float_from(cut) for cut in line.cuts if isinstance(cut, Decimal)), HUGE]
    by_float = [STRANGE, *line.masks, STRANGE]
    decimals, masks = line.cuts, line.masks

    def find(value: object) -> object:
        if type(value) is float:
            return by_float[bisect_right(floats, value)]
        if type(value) is Decimal:
            exact = NUMBERS.create_decimal(value)
            if exact.is_finite():
                return masks[bisect_right(decimals, exact)]  # type: ignore[type-var]  # all are numbers
        raise Strange

    return find


def _float_from(cut: Decimal) -> float:
    """Return the least float that, written as short as may be, is not below the cut."""
    found = float(cut)
    while Decimal(repr(found)) < cut:
        found = nextafter(found, HUGE)
    while Decimal(repr(before := nextafter(found, -HUGE))) >= cut:
        found = before
    return found


def number(value: object) -> Decimal:
    """Return a number as FEEL has it.

    Raises:
        Strange: it is none, or not one that can be reckoned with.
    """
    if type(value) is float:
        found = NUMBERS.create_decimal(repr(value))
    elif type(value) is Decimal or type(value) is int:
        found = NUMBERS.create_decimal(value)
    else:
        raise Strange
    if not found.is_finite():
        raise Strange
    return found


def line_of(column: Column, kind: str) -> Line:
    """Return a column's line for one kind of values, all in one stretch where its cells do not name the kind."""
    return column.lines.get(kind, Line((), (column.other,)))


def any_mask(column: Column, kind: str) -> Mask:
    """Return what finds a raw value's mask in a column of facts of this type. Null is a value like others here."""
    match kind:
        case "number":
            return _of_number(line_of(column, kind), column.null)
        case "boolean":
            return _of_truth(column.truths, column.null)
        case _:
            return _of_class({"string": str, "date": date}[kind], line_of(column, kind), column.null)


def _of_number(line: Line, null: int) -> Mask:
    whole, other = Whole(line), number_mask(line)
    cuts, masks = whole.cuts, whole.masks

    def mask(value: object) -> object:
        if type(value) is int:
            return masks[bisect_right(cuts, value)]
        return null if value is None else other(value)

    return mask


def _of_truth(truths: tuple[int, int], null: int) -> Mask:
    def mask(value: object) -> object:
        if value is True or value is False:
            return truths[value]
        if value is None:
            return null
        raise Strange

    return mask


def _of_class(class_: type, line: Line, null: int) -> Mask:
    cuts, masks, names, other = line.cuts, line.masks, line.named, line.masks[0]

    def mask(value: object) -> object:
        if type(value) is class_:
            if names is not None:
                return names.get(value, other)
            return masks[bisect_right(cuts, value)]  # type: ignore[call-overload]  # of one kind
        if value is None:
            return null
        raise Strange

    return mask
