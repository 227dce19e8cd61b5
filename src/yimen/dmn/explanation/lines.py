"""An ordered fact as a line of whole steps from its present value, and where on it something turns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TypeVar

from yimen.dmn.values import NUMBERS

FURTHEST_DAYS = 1 << 17
"""Some 359 years."""
FURTHEST_STEPS = 1 << 40

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """The values of a date or number: `origin` is at place 0, and `step` apart (in days where it is a date)."""

    origin: date | Decimal
    step: Decimal

    @property
    def furthest(self) -> int:
        """Return how far it is worth looking."""
        return FURTHEST_DAYS if isinstance(self.origin, date) else FURTHEST_STEPS

    def at(self, place: int) -> date | Decimal | None:
        """Return the value at a place; None where there is no such date."""
        if isinstance(self.origin, date):
            ordinal = self.origin.toordinal() + place
            return date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None
        return NUMBERS.add(self.origin, NUMBERS.multiply(self.step, Decimal(place)))

    def place(self, value: object) -> int:
        """Return the place of a value of this line."""
        if isinstance(self.origin, date):
            assert isinstance(value, date)
            return value.toordinal() - self.origin.toordinal()
        assert isinstance(value, Decimal)
        return int(NUMBERS.divide(NUMBERS.subtract(value, self.origin), self.step).to_integral_value())

    def around(self, value: object) -> Iterator[int]:
        """Yield the places at a value and right beside it; nothing where it is no value of this kind."""
        if isinstance(self.origin, date) and isinstance(value, date) and not isinstance(value, datetime):
            place = self.place(value)
            yield from (place - 1, place, place + 1)
        elif isinstance(self.origin, Decimal) and isinstance(value, Decimal):
            steps = NUMBERS.divide(NUMBERS.subtract(value, self.origin), self.step)
            if abs(steps) < FURTHEST_STEPS:
                low, high = (int(steps.to_integral_value(way)) for way in (ROUND_FLOOR, ROUND_CEILING))
                yield from (low - 1, low, high, high + 1)


def line_of(value: object, limits: Iterator[object]) -> Line | None:
    """Return the line of a fact; its steps are as fine as its value and the limits it is compared with are written."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return Line(value, Decimal(1))
    if isinstance(value, Decimal):
        exponents = (_exponent(one) for one in (value, *limits) if isinstance(one, Decimal))
        return Line(value, Decimal(1).scaleb(max(min(0, *exponents, 0), -6)))
    return None


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def turn(at: Callable[[int], bool | None], low: int, high: int) -> int:
    """Return the place nearest to `low` from which on `at` is true, which it is at `high` and not at `low`.

    Where it turns more than once between them, one of the turns is found.
    """
    while abs(high - low) > 1:
        middle = (low + high) // 2
        if at(middle):
            high = middle
        else:
            low = middle
    return high


def doubling(direction: int, furthest: int, start: int = 0) -> Iterator[int]:
    """Yield places further and further off in a direction."""
    reach = 1
    while reach <= furthest:
        yield start + direction * reach
        reach *= 2
