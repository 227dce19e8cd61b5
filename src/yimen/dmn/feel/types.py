"""Types, what is of them, and how a value is made to conform (DMN 1.5, 7.3.3, 10.3.2.9 and 10.3.2.9.4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import assert_never

from yimen.dmn.temporal.arithmetic import is_day
from yimen.dmn.temporal.make import instant
from yimen.dmn.temporal.wide import WideDate, WideDuration, WideInstant, WideTime
from yimen.dmn.values import OPEN, Function, Range, Unknown, YearsMonths


@dataclass(frozen=True, slots=True)
class Basic:
    """A type FEEL itself knows, by its name; `Any` admits everything."""

    name: str


@dataclass(frozen=True, slots=True)
class ListType:
    """`list<item>`."""

    item: "Type"


@dataclass(frozen=True, slots=True)
class ContextType:
    """`context<a: type>`: at least these entries."""

    entries: tuple[tuple[str, "Type"], ...]


@dataclass(frozen=True, slots=True)
class RangeType:
    """`range<item>`."""

    item: "Type"


@dataclass(frozen=True, slots=True)
class FunctionType:
    """`function<a, b> -> result`."""

    parameters: tuple["Type", ...]
    result: "Type"


@dataclass(frozen=True, slots=True)
class Restricted:
    """A type whose values must also pass a test (allowed values); `shown` is the test as written."""

    base: "Type"
    admits: Callable[[object], bool]
    shown: str


Type = Basic | ListType | ContextType | RangeType | FunctionType | Restricted

ANY = Basic("Any")
SYNONYMS = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "list": "list<Any>",
}
CLASSES: dict[str, tuple[type, ...]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "time": (time, WideTime),
    "date and time": (datetime, WideInstant),
    "days and time duration": (timedelta, WideDuration),
    "years and months duration": (YearsMonths,),
    "duration": (timedelta, WideDuration, YearsMonths),
    "list": (list,),
    "context": (dict,),
    "range": (Range,),
    "function": (Function,),
    "Null": (type(None),),
}
NAMES = frozenset([*CLASSES, "date", "Any"])


def basic(name: str) -> Basic | None:
    """Return the basic type of this name (a prefix such as `feel:` aside), None where FEEL knows none."""
    bare = name.strip().rsplit(":", 1)[-1].removeprefix("feel.")
    bare = {"dateTime": "date and time", **SYNONYMS, "list": "list"}.get(bare, bare)
    return Basic(bare) if bare in NAMES else None


def shown(type_: Type) -> str:
    """Return a type as FEEL writes it."""
    match type_:
        case Basic(name):
            return name
        case ListType(item):
            return f"list<{shown(item)}>"
        case ContextType(entries):
            return f"context<{', '.join(f'{name}: {shown(entry)}' for name, entry in entries)}>"
        case RangeType(item):
            return f"range<{shown(item)}>"
        case FunctionType(parameters, result):
            return f"function<{', '.join(map(shown, parameters))}> -> {shown(result)}"
        case Restricted(base, _, text):
            return f"{shown(base)} ({text})"
        case _:
            assert_never(type_)


def is_instance(value: object, type_: Type) -> bool:
    """Tell whether the value is of the type; null is of none but Null, an unknown part counts as right."""
    if isinstance(value, Unknown):
        return True
    match type_:
        case Basic("Any"):
            return value is not None
        case Basic("date"):
            return is_day(value)
        case Basic(name):
            return isinstance(value, CLASSES[name]) and (name == "boolean" or not isinstance(value, bool))
        case ListType(item):
            return isinstance(value, list) and all(_conforms(one, item) for one in value)
        case ContextType(entries):
            return isinstance(value, dict) and all(name in value and _conforms(value[name], of) for name, of in entries)
        case RangeType(item):
            return isinstance(value, Range) and all(_conforms(end, item) for end in (value.low, value.high))
        case FunctionType():
            return isinstance(value, Function) and value.fits(type_)
        case Restricted(base, admits):
            return is_instance(value, base) and admits(value)
        case _:
            assert_never(type_)


def _conforms(value: object, type_: Type) -> bool:
    """Tell whether a part of a value fits; null fits every type."""
    return value is None or value is OPEN or is_instance(value, type_)


def conform(value: object, type_: Type) -> object:
    """Return the value as the type wants it, None where it cannot be: a list of one and its item stand for each other.

    A date becomes the midnight in UTC that begins it where an instant is wanted (10.3.2.9.4).
    """
    if value is None or type_ == ANY or is_instance(value, type_):
        return value
    base = type_.base if isinstance(type_, Restricted) else type_
    if isinstance(base, ListType) and not isinstance(value, list):
        return [value] if is_instance([value], type_) else None
    if isinstance(value, list) and len(value) == 1 and is_instance(value[0], type_):
        return value[0]
    if base == Basic("date and time") and isinstance(value, date | WideDate):
        return instant(value, time(tzinfo=UTC))
    return None


def unrestricted(type_: Type) -> Type:
    """Return the type without its allowed values, which `instance of` does not look at."""
    match type_:
        case Restricted(base):
            return unrestricted(base)
        case ListType(item):
            return ListType(unrestricted(item))
        case ContextType(entries):
            return ContextType(tuple((name, unrestricted(entry)) for name, entry in entries))
        case _:
            return type_


def is_subtype(left: Type, right: Type) -> bool:
    """Tell whether every value of the left is one of the right (10.3.2.9.2)."""
    if isinstance(left, Restricted):
        left = left.base
    if isinstance(right, Restricted):
        right = right.base
    if right in (ANY, left) or left == Basic("Null"):
        return True
    match left, right:
        case (ListType(), Basic("list")) | (ContextType(), Basic("context")):
            return True
        case (RangeType(), Basic("range")) | (FunctionType(), Basic("function")):
            return True
        case (ListType(a), ListType(b)) | (RangeType(a), RangeType(b)):
            return is_subtype(a, b)
        case ContextType(), ContextType(entries):
            mine = dict(left.entries)
            return all(name in mine and is_subtype(mine[name], of) for name, of in entries)
        case FunctionType(), FunctionType():
            return (
                len(left.parameters) == len(right.parameters)
                and all(is_subtype(b, a) for a, b in zip(left.parameters, right.parameters, strict=True))
                and is_subtype(left.result, right.result)
            )
        case _:
            return False
