"""Numeric functions (DMN 1.5, 10.3.4.5)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from yimen.dmn.feel.functions.registry import function
from yimen.dmn.temporal.make import duration_at, length
from yimen.dmn.temporal.wide import WideDuration
from yimen.dmn.values import NUMBERS, YearsMonths

SCALES = range(-6111, 6177)


def _rounded(rounding: str) -> Callable[..., object]:
    def call(number: object, scale: object = Decimal(0)) -> object:
        if not isinstance(number, Decimal) or not isinstance(scale, Decimal) or int(scale) not in SCALES:
            return None
        if -number.as_tuple().exponent <= int(scale):  # type: ignore[operator]  # numbers are finite
            return number
        context = Context(prec=NUMBERS.prec * 4, rounding=rounding, traps=[])
        return number.quantize(Decimal(1).scaleb(-int(scale)), context=context)

    call.__doc__ = f"Round, {rounding.lower().replace('_', ' ')}."
    return call


function("decimal", "n,scale")(_rounded(ROUND_HALF_EVEN))
function("floor", "n,scale?")(_rounded(ROUND_FLOOR))
function("ceiling", "n,scale?")(_rounded(ROUND_CEILING))
function("round up", "n,scale")(_rounded(ROUND_UP))
function("round down", "n,scale")(_rounded(ROUND_DOWN))
function("round half up", "n,scale")(_rounded(ROUND_HALF_UP))
function("round half down", "n,scale")(_rounded(ROUND_HALF_DOWN))


@function("abs", "n")
def absolute(number: object) -> object:
    """Return the number or duration without its sign."""
    match number:
        case bool():
            return None
        case Decimal():
            return abs(number)
        case timedelta() | WideDuration():
            return duration_at(abs(length(number)))
        case YearsMonths(months):
            return YearsMonths(abs(months))
        case _:
            return None


@function("modulo", "dividend,divisor")
def modulo(dividend: object, divisor: object) -> object:
    """Return the remainder, with the divisor's sign."""
    if not isinstance(dividend, Decimal) or not isinstance(divisor, Decimal) or divisor == 0:
        return None
    quotient = NUMBERS.divide(dividend, divisor).to_integral_value(ROUND_FLOOR)
    return NUMBERS.subtract(dividend, NUMBERS.multiply(divisor, quotient))


@function("sqrt", "number")
def square_root(number: object) -> object:
    """Return the square root."""
    return NUMBERS.sqrt(number) if isinstance(number, Decimal) and number >= 0 else None


@function("odd", "number")
def odd(number: object) -> object:
    """Return whether a whole number is odd; null for another."""
    is_even = even(number)
    return None if is_even is None else not is_even


@function("even", "number")
def even(number: object) -> bool | None:
    """Return whether a whole number is even; null for another."""
    if not isinstance(number, Decimal) or number != number.to_integral_value():
        return None
    half = NUMBERS.divide(number, Decimal(2))
    return half == half.to_integral_value()


@function("exp", "number")
def exponential(number: object) -> object:
    """Return e raised to the number."""
    return _finite(NUMBERS.exp(number)) if isinstance(number, Decimal) else None


@function("log", "number")
def logarithm(number: object) -> object:
    """Return the natural logarithm."""
    return _finite(NUMBERS.ln(number)) if isinstance(number, Decimal) and number > 0 else None


def _finite(number: Decimal) -> Decimal | None:
    return number if number.is_finite() else None
