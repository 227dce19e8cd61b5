"""Facts as they arrive: what the engine asks them of, and how a Python value becomes one of the declared type."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Protocol, runtime_checkable

from yimen.dmn.feel import literals
from yimen.dmn.feel.types import ANY, Basic, ContextType, ListType, Restricted, Type, conform
from yimen.dmn.temporal.make import day_of
from yimen.dmn.temporal.wide import WideInstant
from yimen.dmn.values import NUMBERS, UNKNOWN, Unknown, YearsMonths, from_python, unknowns


@runtime_checkable
class Inputs(Protocol):
    """What the engine asks facts of. May also have `cost(path) -> float`: dear facts are then asked last.

    And `is_null(path) -> bool`: whether a whole subject, which has facts below it, is null; a mapping tells by itself.
    """

    def get(self, path: str, /) -> object:
        """Return the fact's value, or UNKNOWN; None is FEEL null."""


def given(inputs: Inputs | Mapping[str, object], path: str) -> object:
    """Return the value under a path: by its full name, or inside nested mappings. UNKNOWN where there is none."""
    if not isinstance(inputs, Mapping):
        return inputs.get(path)
    if path in inputs:
        return inputs[path]
    heads = path.split(".")
    for cut in range(len(heads) - 1, 0, -1):
        head = ".".join(heads[:cut])
        if head in inputs:
            return _inside(inputs[head], heads[cut:])
    return UNKNOWN


def _inside(value: object, parts: list[str]) -> object:
    """Return the component found by these names; null in what is null or has no components, a list of one opened."""
    for part in parts:
        whole = _opened(value)
        if isinstance(whole, Unknown):
            return whole
        if not isinstance(whole, Mapping):
            return None
        value = whole.get(part, UNKNOWN)
    return value


def _opened(value: object) -> object:
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


def is_null(inputs: Inputs | Mapping[str, object], path: str) -> bool:
    """Tell whether a subject with facts below it is itself given as null, or as something that can have none."""
    if not isinstance(inputs, Mapping):
        tells = getattr(inputs, "is_null", None)
        return bool(tells(path)) if callable(tells) else False
    whole = _opened(given(inputs, path))
    return not isinstance(whole, Mapping | Unknown)


def received(raw: object, type_: Type, path: str, wrong: Callable[[str, object], None]) -> object:
    """Return a Python value as FEEL holds it, of the declared type; `wrong` is told of what becomes null, by its path.

    Text becomes a date, time, duration or number where that is declared. A declared component that an item of a list
    lacks is unknown, under a path such as `hire[2].birth_date`.
    """
    value = from_python(raw, path)
    if value is None and raw is not None:
        wrong(path, raw)
    return _received(value, type_, path, wrong)


def _received(value: object, type_: Type, path: str, wrong: Callable[[str, object], None]) -> object:
    if isinstance(value, Unknown) or value is None:
        return value
    if type_ == ANY:
        return value
    base, written = type_.base if isinstance(type_, Restricted) else type_, value
    if isinstance(base, ListType):
        items = value if isinstance(value, list) else [value]
        parts = enumerate(items, 1)
        value = [_received(item, base.item, f"{path}[{place}]", wrong) for place, item in parts]
    elif isinstance(base, ContextType) and isinstance(value, dict):
        value = {**value, **{name: _entry(value, name, of, path, wrong) for name, of in base.entries}}
    elif isinstance(base, Basic):
        value = _read(value, base.name)
    if value is not None and isinstance(value, list | dict) and isinstance(type_, Restricted):
        waiting = unknowns(value)
        if waiting is not None:
            return Unknown(waiting)
    kept = conform(value, type_)
    if kept is None:
        wrong(path, written)
    return kept


def _entry(value: dict[str, object], name: str, type_: Type, path: str, wrong: Callable[[str, object], None]) -> object:
    inner = f"{path}.{name}"
    if name not in value:
        return Unknown(frozenset([inner]))
    return _received(value[name], type_, inner, wrong)


def _read(value: object, wanted: str) -> object:
    """Return text as the type it stands for, an instant as its day where a date is wanted; others as they are."""
    match wanted, value:
        case "date", datetime() | WideInstant():
            return day_of(value)
        case "date", str():
            return literals.to_date(value)
        case "time", str():
            return literals.to_time(value)
        case "date and time", str():
            return literals.to_date_and_time(value)
        case "duration", str():
            return literals.to_duration(value)
        case "days and time duration", str():
            duration = literals.to_duration(value)
            return None if isinstance(duration, YearsMonths) else duration
        case "years and months duration", str():
            duration = literals.to_duration(value)
            return duration if isinstance(duration, YearsMonths) else None
        case "number", str():
            number = NUMBERS.create_decimal(value) if value.strip() == value else Decimal("NaN")
            return number if number.is_finite() else None
        case _:
            return value
