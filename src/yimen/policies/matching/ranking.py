"""Which measure comes first, and which of those that exclude one another to take."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations

from yimen.policies.matching.found import Found, State

MOST_TOGETHER = 12
"""Up to so many measures that exclude one another every choice is weighed; beyond, the dearest are taken first."""
NEVER = date.max


def ranked(found: Iterable[Found]) -> list[Found]:
    """Return them best first: by state, by amount as far as it is certain, by effort, by deadline.

    Each is told what stands in its way (不重复享受).
    """
    told = with_exclusions(list(found))
    return sorted(told, key=_key)


def _key(one: Found) -> tuple[object, ...]:
    amount = one.amount if one.amount is not None else one.measure.definition.cap
    expected = float(amount or 0) * one.certainty
    states = list(State)
    return (
        states.index(one.state),
        bool(one.excluded_by),
        -expected,
        -one.certainty,
        one.effort,
        one.deadline or NEVER,
        one.measure.name,
    )


def with_exclusions(found: Sequence[Found]) -> list[Found]:
    """Return them, those not taken told which of those taken excludes them.

    Taken is the choice that brings most; only what is somebody's already takes part. Of two that bring the same the
    one named first in the alphabet is taken.
    """
    mine = {one.measure.name: one for one in found if one.state is State.YES}
    against = _against(mine)
    taken = {name for group in _groups(against) for name in _best(group, against, mine)}
    return [
        replace(one, excluded_by=min(against[one.measure.name] & taken, default=""))
        if one.measure.name in against and one.measure.name not in taken
        else one
        for one in found
    ]


def _against(mine: Mapping[str, Found]) -> dict[str, set[str]]:
    """Return by measure those it cannot be had beside, whichever of the two says so; only those with any."""
    against: dict[str, set[str]] = {}
    for name, one in mine.items():
        for other in one.measure.definition.excludes:
            if other in mine and other != name:
                against.setdefault(name, set()).add(other)
                against.setdefault(other, set()).add(name)
    return against


def _groups(against: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """Yield the measures that hang together by exclusions."""
    waiting = set(against)
    while waiting:
        group, reached = set[str](), {min(waiting)}
        while reached:
            group |= reached
            reached = {other for name in reached for other in against[name]} - group
        waiting -= group
        yield sorted(group)


def _best(group: Sequence[str], against: Mapping[str, set[str]], mine: Mapping[str, Found]) -> tuple[str, ...]:
    worth = {name: mine[name].amount or Decimal(0) for name in group}
    if len(group) > MOST_TOGETHER:
        chosen: list[str] = []
        for name in sorted(group, key=lambda one: (-worth[one], one)):
            if not against[name] & set(chosen):
                chosen.append(name)
        return tuple(chosen)
    best: tuple[str, ...] = ()
    for size in range(1, len(group) + 1):
        for choice in combinations(group, size):
            if any(against[one] & set(choice) for one in choice):
                continue
            if _total(choice, worth) > _total(best, worth):
                best = choice
    return best


def _total(choice: Sequence[str], worth: Mapping[str, Decimal]) -> tuple[Decimal, int]:
    return sum((worth[one] for one in choice), Decimal(0)), len(choice)
