"""List functions (DMN 1.5, 10.3.4.4). Positions count from one, negative ones from the end."""

from collections.abc import Hashable
from decimal import Decimal

from yimen.dmn.feel.functions.registry import function
from yimen.dmn.feel.operators import LONGEST, canonical, equal, less
from yimen.dmn.values import NUMBERS


def spread(items: tuple[object, ...]) -> list[object]:
    """Return the arguments of a function that takes one list or any number of values."""
    if len(items) == 1:
        return list(items[0]) if isinstance(items[0], list) else [items[0]]
    return list(items)


def numbers(items: tuple[object, ...]) -> list[Decimal] | None:
    """Return the arguments as numbers, None where one is not."""
    values = spread(items)
    return [value for value in values if isinstance(value, Decimal)] if _all_numbers(values) else None


def _all_numbers(values: list[object]) -> bool:
    return all(isinstance(value, Decimal) for value in values)


@function("list contains", "list,element")
def list_contains(items: object, element: object) -> object:
    """Return whether the list holds the element; null may be one."""
    return any(equal(item, element) is True for item in items) if isinstance(items, list) else None


@function("count", "list", shallow=True)
def count(items: object) -> object:
    """Return how many items the list has."""
    return Decimal(len(items)) if isinstance(items, list) else None


@function("min", "list", variadic=True)
def minimum(*items: object) -> object:
    """Return the least item."""
    return _extreme(spread(items), is_least=True)


@function("max", "list", variadic=True)
def maximum(*items: object) -> object:
    """Return the greatest item."""
    return _extreme(spread(items), is_least=False)


def _extreme(values: list[object], *, is_least: bool) -> object:
    if not values:
        return None
    best = values[0]
    for value in values:
        before = less(value, best) if is_least else less(best, value)
        if before is None:
            return None
        best = value if before else best
    return best


@function("sum", "list", variadic=True)
def total(*items: object) -> object:
    """Return the sum; null for an empty list."""
    values = numbers(items)
    if not values:
        return None
    result = Decimal(0)
    for value in values:
        result = NUMBERS.add(result, value)
    return result


@function("mean", "list", variadic=True)
def mean(*items: object) -> object:
    """Return the mean."""
    values = numbers(items)
    whole = total(*items)
    return NUMBERS.divide(whole, Decimal(len(values))) if values and isinstance(whole, Decimal) else None


@function("product", "list", variadic=True)
def product(*items: object) -> object:
    """Return the product."""
    values = numbers(items)
    if not values:
        return None
    result = Decimal(1)
    for value in values:
        result = NUMBERS.multiply(result, value)
    return result


@function("median", "list", variadic=True)
def median(*items: object) -> object:
    """Return the middle number, the mean of the two middle ones of an even count."""
    values = numbers(items)
    if not values:
        return None
    ordered, half = sorted(values), len(values) // 2
    if len(values) % 2:
        return ordered[half]
    return NUMBERS.divide(NUMBERS.add(ordered[half - 1], ordered[half]), Decimal(2))


@function("all", "list", variadic=True)
def every(*items: object) -> object:
    """Return whether all are true: false decides, anything but a truth value gives null."""
    return _decide(spread(items), decisive=False)


@function("any", "list", variadic=True)
def some(*items: object) -> object:
    """Return whether one is true: true decides, anything but a truth value gives null."""
    return _decide(spread(items), decisive=True)


def _decide(values: list[object], *, decisive: bool) -> object:
    if any(value is decisive for value in values):
        return decisive
    return (not decisive) if all(isinstance(value, bool) for value in values) else None


@function("sublist", "list,start position,length?", shallow=True)
def sublist(items: object, start: object, length: object = None) -> object:
    """Return a part of the list."""
    if not isinstance(items, list) or not isinstance(start, Decimal) or start == 0 or abs(start) > len(items):
        return None
    first = int(start) - 1 if start > 0 else len(items) + int(start)
    if length is None:
        return items[first:]
    if not isinstance(length, Decimal) or length < 1 or first + int(length) > len(items):
        return None
    return items[first : first + int(length)]


@function("append", "list,item", variadic=True)
def append(*arguments: object) -> object:
    """Return the list with the items after it."""
    if not arguments or arguments[0] is None:
        return None
    first = arguments[0] if isinstance(arguments[0], list) else [arguments[0]]
    return [*first, *arguments[1:]] if len(first) <= LONGEST else None


@function("concatenate", "list", variadic=True)
def concatenate(*lists: object) -> object:
    """Return the lists one after another."""
    if None in lists or sum(len(one) for one in lists if isinstance(one, list)) > LONGEST:
        return None
    return [item for one in lists for item in (one if isinstance(one, list) else [one])]


@function("insert before", "list,position,newItem", shallow=True)
def insert_before(items: object, position: object, item: object) -> object:
    """Return the list with the item put before that position."""
    index = _index(items, position)
    return None if index is None or not isinstance(items, list) else [*items[:index], item, *items[index:]]


@function("remove", "list,position", shallow=True)
def remove(items: object, position: object) -> object:
    """Return the list without the item at that position."""
    index = _index(items, position)
    return None if index is None or not isinstance(items, list) else [*items[:index], *items[index + 1 :]]


def _index(items: object, position: object) -> int | None:
    if not isinstance(items, list) or not isinstance(position, Decimal) or position == 0 or abs(position) > len(items):
        return None
    return int(position) - 1 if position > 0 else len(items) + int(position)


@function("reverse", "list", shallow=True)
def reverse(items: object) -> object:
    """Return the list from its end."""
    return items[::-1] if isinstance(items, list) else None


@function("index of", "list,match")
def index_of(items: object, match: object) -> object:
    """Return the positions of the items equal to the match."""
    if not isinstance(items, list):
        return None
    return [Decimal(place) for place, item in enumerate(items, 1) if equal(item, match) is True]


@function("distinct values", "list")
def distinct_values(items: object) -> object:
    """Return the list with each value once, at its first place."""
    return _distinct(items) if isinstance(items, list) else None


def _distinct(items: list[object]) -> list[object]:
    kept: dict[Hashable, object] = {}
    for item in items:
        kept.setdefault(canonical(item), item)
    return list(kept.values())


@function("union", "list", variadic=True)
def union(*lists: object) -> object:
    """Return the lists one after another, each value once."""
    if None in lists:
        return None
    return _distinct([item for one in lists for item in (one if isinstance(one, list) else [one])])


@function("flatten", "list")
def flatten(items: object) -> object:
    """Return the list with the lists in it opened, however deep."""
    if not isinstance(items, list):
        return None
    flat: list[object] = []
    for item in items:
        inner = flatten(item)
        flat.extend(inner if isinstance(inner, list) else [item])
    return flat
