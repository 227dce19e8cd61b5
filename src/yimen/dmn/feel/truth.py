"""`and` and `or` over true, false, null and unknown, asking no more operands than decide (DMN 1.5, table 50).

`unknown and null` is unknown: it may still turn out false. Anything that is no truth value counts as null.
"""

from collections.abc import Callable, Iterable

from yimen.dmn.values import Unknown

Truth = bool | None | Unknown


def truth(value: object) -> Truth:
    """Return the value as a truth value: null for anything else."""
    return value if isinstance(value, bool | Unknown) else None


def junction(operands: Iterable[Callable[[], object]], *, decisive: bool) -> Truth:
    """Return the conjunction (decisive false) or disjunction (decisive true); an operand is asked only if none decided.

    An unknown result carries the facts of every unknown operand: each of them may still decide it.
    """
    waiting: frozenset[str] | None = None
    has_null = False
    for operand in operands:
        value = truth(operand())
        if value is decisive:
            return decisive
        if isinstance(value, Unknown):
            waiting = value.facts if waiting is None else waiting | value.facts
        elif value is None:
            has_null = True
    if waiting is not None:
        return Unknown(waiting)
    return None if has_null else not decisive
