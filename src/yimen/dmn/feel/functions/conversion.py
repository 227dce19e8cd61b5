"""Conversion and boolean functions (DMN 1.5, 10.3.4.1, 10.3.4.2)."""

import re
from collections.abc import Callable, Hashable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from yimen.dmn.errors import FeelSyntaxError
from yimen.dmn.feel import ast, literals
from yimen.dmn.feel.functions.registry import function
from yimen.dmn.feel.operators import LONGEST, is_same, less, range_of
from yimen.dmn.feel.parser import parse
from yimen.dmn.temporal.text import clock_text, date_text, duration_text
from yimen.dmn.temporal.wide import WideDate, WideDuration, WideInstant, WideTime
from yimen.dmn.values import NUMBERS, OPEN, Open, Range, Unknown, YearsMonths

LONGEST_NUMBER = 10_000
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
NAME = re.compile(r"[^\W\d][^{}\[\](),:\"]*")


@function("not", "negand")
def negation(value: object) -> object:
    """Return the other truth value."""
    return not value if isinstance(value, bool) else None


@function("is", "value1?,value2?")
def is_(*values: object) -> object:
    """Return whether two values are the same value of the same type, offset included; null is like null only."""
    left, right = (*values, None, None)[:2]
    return is_same(left, right) if values else None


@function("number", "from,grouping separator?,decimal separator?")
def number(text: object, grouping: object = None, point: object = None) -> object:
    """Return the number a text writes."""
    if isinstance(text, Decimal) and grouping is None and point is None:
        return text
    if (
        not isinstance(text, str)
        or len(text) > LONGEST_NUMBER
        or grouping not in {None, " ", ",", "."}
        or point not in {None, ",", "."}
    ):
        return None
    if grouping is not None and grouping == point:
        return None
    plain = text.replace(str(grouping), "") if grouping else text
    plain = plain.replace(str(point), ".") if point else plain
    if not NUMBER.fullmatch(plain):
        return None
    value = NUMBERS.create_decimal(plain)
    return value if value.is_finite() else None


@function("range", "from")
def range_(text: object) -> object:
    """Return the range a text writes: its ends are literals, one of them may be left open, as in `(..5]`."""
    if not isinstance(text, str):
        return None
    try:
        tree = parse(text)
    except FeelSyntaxError:
        return None
    if not isinstance(tree, ast.RangeOf):
        return None
    low, high = (OPEN if end is None else _endpoint(end) for end in (tree.low, tree.high))
    if low is OPEN or high is OPEN:
        return None if None in {low, high} else Range(low, high, tree.low_included, tree.high_included)
    return range_of(low, high, tree.low_included, tree.high_included) if less(high, low) is False else None


TEMPORAL: dict[str, Callable[[str], object]] = {
    "date": literals.to_date,
    "time": literals.to_time,
    "date and time": literals.to_date_and_time,
    "duration": literals.to_duration,
}


def _endpoint(node: ast.Expr) -> Hashable:
    """Return the value of an end written as a literal, or as a call such as `date("2026-06-30")`; null for others."""
    match node:
        case ast.Literal(Decimal() | str() | date() | time() | timedelta() | YearsMonths() as value):
            return value
        case ast.Literal(WideDate() | WideTime() | WideInstant() | WideDuration() as value):
            return value
        case ast.Negate(ast.Literal(Decimal() as value)):
            return -value
        case ast.Call(ast.Name(name), (ast.Literal(str() as text),)) if name in TEMPORAL:
            found = TEMPORAL[name](text)
            return found if isinstance(found, Hashable) else None
        case _:
            return None


@function("string", "from")
def string(value: object) -> object:
    """Return a value as text; null stays null, and so does what would be too long."""
    return None if value is None or _size(value) > LONGEST else as_text(value)


def _size(value: object) -> int:
    """Return about how long a value is as text; not more than needed to see that it is too long."""
    match value:
        case str():
            return len(value)
        case list() | dict():
            total = 2
            for one in value.values() if isinstance(value, dict) else value:
                total += _size(one) + 2
                if total > LONGEST:
                    break
            return total
        case _:
            return 1


def as_text(value: object) -> str:
    """Return a value as FEEL writes it."""
    match value:
        case None | Open():
            return "null"
        case Unknown():
            return "UNKNOWN"
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case Decimal():
            text = f"{value:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        case datetime() | time() | WideInstant() | WideTime():
            return clock_text(value)
        case date() | WideDate():
            return date_text(value)
        case timedelta() | WideDuration():
            return duration_text(value)
        case YearsMonths(months):
            return _years_months(months)
        case list():
            return "[" + ", ".join(map(_nested, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{_key(key)}: {_nested(entry)}" for key, entry in value.items()) + "}"
        case Range(low, high, low_included, high_included):
            return f"{'[' if low_included else '('}{_nested(low)}..{_nested(high)}{']' if high_included else ')'}"
        case _:
            return str(value)


def _nested(value: object) -> str:
    return _quoted(value) if isinstance(value, str) else as_text(value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _key(name: str) -> str:
    return name if NAME.fullmatch(name) else _quoted(name)


def _years_months(months: int) -> str:
    sign, months = ("-", -months) if months < 0 else ("", months)
    years, rest = divmod(months, 12)
    text = (f"{years}Y" if years else "") + (f"{rest}M" if rest else "")
    return f"{sign}P{text}" if text else "P0M"
