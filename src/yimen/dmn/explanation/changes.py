"""Changes to facts, and how far they are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from yimen.dmn.temporal.arithmetic import months_later
from yimen.dmn.values import NUMBERS, YearsMonths

DAYS_A_YEAR = 365

Difference = timedelta | YearsMonths | Decimal
May = Callable[["Change"], bool]
"""Tells of a change whether it is possible."""


@dataclass(frozen=True, slots=True)
class Change:
    """A fact as it would have to be."""

    fact: str
    old: object
    new: object

    @property
    def by(self) -> Difference | None:
        """Return the difference: whole months or days between dates, a number; None where values have no distance."""
        match self.old, self.new:
            case date() as old, date() as new:
                months = (new.year - old.year) * 12 + new.month - old.month
                return YearsMonths(months) if months and months_later(old, months) == new else new - old
            case Decimal() as old, Decimal() as new:
                return NUMBERS.subtract(new, old)
            case _:
                return None

    @property
    def size(self) -> Decimal:
        """Return how large it is, to order changes by: years between dates, a number as part of itself, others one."""
        match self.old, self.new:
            case date() as old, date() as new:
                return Decimal(abs((new - old).days)) / DAYS_A_YEAR
            case Decimal() as old, Decimal() as new:
                return abs(new - old) / max(abs(old), Decimal(1))
            case _:
                return Decimal(1)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Changes that together turn the outcome; where `missing` is not empty, only as far as these facts let it."""

    changes: tuple[Change, ...]
    missing: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[bool, int, Decimal]:
        """Return what to order near misses by: certain ones first, then fewer changes, then smaller ones."""
        return bool(self.missing), len(self.changes), sum((one.size for one in self.changes), Decimal(0))
