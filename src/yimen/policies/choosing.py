"""Pure rules of choosing and sharing: what cannot be had beside what, and who bears which part (不重复享受)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal

from yimen.policies.logic import MeasureDefinition

FEN = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Clash:
    """Two measures that cannot be had beside each other; `keep` is the one that gives more, empty where none does."""

    one: str
    other: str
    keep: str


@dataclass(frozen=True, slots=True)
class Share:
    """What one agency bears of an amount (部门分担): its code, its part (0 to 1), yuan."""

    agency: str
    part: Decimal
    yuan: Decimal


def clashes(chosen: Sequence[tuple[str, MeasureDefinition]]) -> tuple[Clash, ...]:
    """Return every pair of the chosen that excludes one another, whichever of the two says so, in their order."""
    return tuple(
        Clash(name, other, _larger((name, one), (other, two)))
        for place, (name, one) in enumerate(chosen)
        for other, two in chosen[place + 1 :]
        if other in one.excludes or name in two.excludes
    )


def _larger(one: tuple[str, MeasureDefinition], other: tuple[str, MeasureDefinition]) -> str:
    """Return the name of the one that can give more; empty where that cannot be said."""
    most, least = one[1].cap, other[1].cap
    if most is None or least is None or most == least:
        return ""
    return one[0] if most > least else other[0]


def excluded_with(name: str, among: Iterable[tuple[str, MeasureDefinition]]) -> frozenset[str]:
    """Return what cannot be had beside this measure: what it names, and what names it."""
    known = dict(among)
    named = set(known[name].excludes) if name in known else set()
    return frozenset(named | {other for other, one in known.items() if name in one.excludes} - {name})


def shares(amount: Decimal, measure: MeasureDefinition) -> tuple[Share, ...]:
    """Return who bears which part of an amount, to the fen, rounded down; the handling agency bears what is left.

    Where the others bear all of it, the fen that rounding leaves go to the first. Together they are the amount.
    Agencies that only have a say are left out.
    """
    others = [
        Share(one.agency, one.share, (amount * one.share).quantize(FEN, ROUND_DOWN))
        for one in measure.joint
        if one.share and one.agency != measure.handled_by
    ]
    left = amount - sum((one.yuan for one in others), Decimal(0))
    part = Decimal(1) - sum((one.part for one in others), Decimal(0))
    if part > 0 or not others:
        return (Share(measure.handled_by, part, left), *others)
    return (replace(others[0], yuan=others[0].yuan + left), *others[1:])
