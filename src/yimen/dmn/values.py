"""The values of FEEL as Python holds them (DMN 1.5, 10.3.2.2 and 10.3.2.3).

number Decimal · string str · boolean bool · date · time · date and time datetime
days and time duration timedelta · years and months duration YearsMonths
(dates, times and durations too wide or too fine for Python: the classes of `temporal`)
list list · context dict · range Range · function Function · null None · not known yet Unknown
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal

from yimen.dmn.temporal.wide import WideDate, WideDuration, WideInstant, WideTime

NUMBERS = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
"""Decimals of 34 digits (IEEE 754-2008 decimal128); what cannot be computed is NaN or infinite and becomes null."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value nobody knows yet, with the facts it waits for. Deliberately neither true nor false."""

    facts: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Refuse: an unknown that passes for false is how a missing fact becomes a refusal."""
        raise TypeError("UNKNOWN is neither true nor false; compare with `is UNKNOWN`")

    def __repr__(self) -> str:
        """Return the word."""
        return "UNKNOWN"


UNKNOWN = Unknown()
"""The fact is not known. Not null: null is a value."""


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration, as months."""

    months: int


@dataclass(frozen=True, slots=True)
class Open:
    """The end a range does not have, as `< 5` has no lower one. Not null: nothing lies in `[null..5]`."""

    def __repr__(self) -> str:
        """Return the word."""
        return "OPEN"


OPEN = Open()


@dataclass(frozen=True, slots=True)
class Range:
    """A range; an end that is OPEN does not bound it. `is_point`: written as a test `= 5`, no equal of `[5..5]`."""

    low: object
    high: object
    low_included: bool
    high_included: bool
    is_point: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function as a value: its parameters' names, the call with its arguments in that order, and its type.

    `fits` tells whether its type is the one asked, or a subtype of it. `is_variadic` takes any number of arguments.
    """

    parameters: tuple[str, ...]
    call: Callable[..., object]
    fits: Callable[[object], bool] = field(default=lambda _type: True, compare=False)
    is_variadic: bool = False


def unknowns(value: object) -> frozenset[str] | None:
    """Return the facts that an unknown in this value waits for; None when it is known through and through."""
    match value:
        case Unknown(facts):
            return facts
        case list():
            return _gather(value)
        case dict():
            return _gather(value.values())
        case Range(low, high):
            return _gather((low, high))
        case _:
            return None


def _gather(values: Iterable[object]) -> frozenset[str] | None:
    found: frozenset[str] | None = None
    for value in values:
        inner = unknowns(value)
        if inner is not None:
            found = inner if found is None else found | inner
    return found


def kind(value: object) -> str:
    """Return the name of the value's FEEL type."""
    for name, types in KINDS:
        if isinstance(value, types):
            return name
    return "Any"


KINDS: tuple[tuple[str, type | tuple[type, ...]], ...] = (
    ("Null", type(None)),
    ("boolean", bool),
    ("number", Decimal),
    ("string", str),
    ("date and time", (datetime, WideInstant)),
    ("date", (date, WideDate)),
    ("time", (time, WideTime)),
    ("days and time duration", (timedelta, WideDuration)),
    ("years and months duration", YearsMonths),
    ("list", list),
    ("context", dict),
    ("range", Range),
    ("function", Function),
)


def from_python(value: object, path: str = "") -> object:
    """Return a Python value as FEEL holds it: int and float become decimals, tuples lists, mappings contexts.

    Numbers keep 34 digits; what is not finite is null. An unknown part gets its name, `path` being that of the whole.
    """
    match value:
        case None | bool() | str() | YearsMonths() | Range() | Function():
            return value
        case Decimal() | int():
            number = NUMBERS.create_decimal(value)
            return number if number.is_finite() else None
        case float():
            number = NUMBERS.create_decimal(repr(value))
            return number if number.is_finite() else None
        case Unknown(facts):
            return Unknown(facts or frozenset([path] if path else []))
        case date() | time() | timedelta() | WideDate() | WideTime() | WideInstant() | WideDuration():
            return value
        case Mapping():
            return {str(key): from_python(entry, f"{path}.{key}" if path else "") for key, entry in value.items()}
        case list() | tuple() | set() | frozenset():
            return [from_python(entry, f"{path}[{place}]" if path else "") for place, entry in enumerate(value, 1)]
        case _:
            return str(value)
