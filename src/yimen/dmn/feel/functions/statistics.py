"""Statistics over lists of numbers (DMN 1.5, 10.3.4.4)."""

from collections import Counter
from decimal import Decimal

from yimen.dmn.feel.functions.lists import mean, numbers
from yimen.dmn.feel.functions.registry import function
from yimen.dmn.feel.operators import canonical
from yimen.dmn.values import NUMBERS


@function("stddev", "list", variadic=True)
def stddev(*items: object) -> object:
    """Return the standard deviation of a sample; null for fewer than two numbers."""
    values, middle = numbers(items), mean(*items)
    if not values or len(values) < 2 or not isinstance(middle, Decimal):  # noqa: PLR2004 - n minus one divides
        return None
    squares = Decimal(0)
    for value in values:
        distance = NUMBERS.subtract(value, middle)
        squares = NUMBERS.add(squares, NUMBERS.multiply(distance, distance))
    return NUMBERS.sqrt(NUMBERS.divide(squares, Decimal(len(values) - 1)))


@function("mode", "list", variadic=True)
def mode(*items: object) -> object:
    """Return the most frequent numbers in ascending order; an empty list for none."""
    values = numbers(items)
    if values is None:
        return None
    counts = Counter(values)
    most = max(counts.values(), default=0)
    return [value for value, count in sorted(counts.items()) if count == most]


@function("duplicate values", "list")
def duplicate_values(items: object) -> object:
    """Return the values that occur more than once, each once, in the order of the list."""
    if not isinstance(items, list):
        return None
    keys = [canonical(item) for item in items]
    counts = Counter(keys)
    firsts = dict(reversed(list(zip(keys, items, strict=True))))
    return [firsts[key] for key in dict.fromkeys(keys) if counts[key] > 1]
