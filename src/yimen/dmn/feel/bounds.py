"""How much one evaluation may do: far more than any rule needs, far less than for ever.

A list that holds another twice, and so on sixty times over, is small in memory and endless to whoever walks through it;
so what is put together is weighed, and its weight is work like rounds of a loop.
"""

import threading

ROUNDS = 500_000
"""How many rounds of loops and calls one evaluation may take."""

MOST = 1_000_000
"""How many values one value may hold in all, each counted as often as it is met."""

DEEPEST = 100
"""How deep lists and contexts may hold each other."""

SHIFT = 5
"""Walking through 2 ** SHIFT values, or as many characters, counts as one round."""


class Meter(threading.local):
    """Steps taken on a thread by searches with patterns, which cannot tell the evaluation they belong to."""

    steps = 0


METER = Meter()


class Exhausted(Exception):
    """The bound on rounds is reached."""


def effort(value: object) -> int:
    """Return the rounds that walking through a value just put together counts as; too many for one too large."""
    if isinstance(value, str):
        return len(value) >> SHIFT
    kind = type(value)  # no subclass: a subject asks for facts when it is walked through
    if kind is list or kind is dict:
        weight = _weight(value, DEEPEST)
        return weight >> SHIFT if weight <= MOST else ROUNDS + 1
    return 0


def _weight(value: object, depth: int) -> int:
    """Return how many values one holds; more than MOST where it is too many or too deep."""
    assert isinstance(value, list | dict)
    total = len(value)
    for one in value.values() if isinstance(value, dict) else value:
        kind = type(one)
        if kind is list or kind is dict:
            total += _weight(one, depth - 1) if depth else MOST + 1
            if total > MOST:
                break
    return total
