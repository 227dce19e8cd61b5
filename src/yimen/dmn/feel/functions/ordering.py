"""Sorting, and what else takes a function (DMN 1.5, 10.3.4.4 and 10.3.4.6)."""

from decimal import Decimal
from functools import cmp_to_key

from yimen.dmn.feel.functions.registry import function
from yimen.dmn.feel.operators import less
from yimen.dmn.values import Function, Unknown


class _NotOrdered(Exception):
    """Two items have no order; `answer` is null, or what is unknown."""

    def __init__(self, answer: object) -> None:
        self.answer = answer


@function("sort", "list,precedes?")
def sort(items: object, precedes: object = None) -> object:
    """Return the list in order; `precedes` tells whether its first argument comes before its second."""
    if not isinstance(items, list) or not isinstance(precedes, Function | None):
        return None

    def before(left: object, right: object) -> bool:
        verdict = less(left, right) if precedes is None else precedes.call(left, right)
        if not isinstance(verdict, bool):
            raise _NotOrdered(verdict if isinstance(verdict, Unknown) else None)
        return verdict

    def order(left: object, right: object) -> int:
        return -1 if before(left, right) else 1 if before(right, left) else 0

    if precedes is not None and not precedes.is_variadic and len(precedes.parameters) != 2:  # noqa: PLR2004 - of two items
        return None
    try:
        return sorted(items, key=cmp_to_key(order))
    except _NotOrdered as error:
        return error.answer


@function("list replace", "list,position,newItem", "list,match,newItem")
def list_replace(items: object, place: object, item: object) -> object:
    """Return the list with another item at a position, or wherever `match(item, newItem)` is true."""
    if not isinstance(items, list):
        return None
    match place:
        case Decimal():
            if abs(place) < 1 or abs(place) >= len(items) + 1:
                return None
            index = int(place) - 1 if place > 0 else len(items) + int(place)
            return [*items[:index], item, *items[index + 1 :]]
        case Function(parameters, call) if place.is_variadic or len(parameters) == 2:  # noqa: PLR2004 - old and new
            verdicts = [call(one, item) for one in items]
        case _:
            return None
    for verdict in verdicts:
        if isinstance(verdict, Unknown):
            return verdict
        if not isinstance(verdict, bool):
            return None
    return [item if verdict is True else one for one, verdict in zip(items, verdicts, strict=True)]
