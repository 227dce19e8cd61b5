"""What a type's name admits (DMN 1.5, 7.3.3 and 10.3.2.9)."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from yimen.dmn.feel import literals
from yimen.dmn.values import NUMBERS, Function, Range, Unknown, YearsMonths

SYNONYMS = {
    "dateTime": "date and time",
    "days and time duration": "dayTimeDuration",
    "years and months duration": "yearMonthDuration",
}
CLASSES: dict[str, tuple[type, ...]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "time": (time,),
    "date and time": (datetime,),
    "dayTimeDuration": (timedelta,),
    "yearMonthDuration": (YearsMonths,),
    "list": (list,),
    "context": (dict,),
    "range": (Range,),
    "function": (Function,),
}


def plain(name: str) -> str:
    """Return the type's name without prefix, under one of its synonyms."""
    bare = name.strip().rsplit(":", 1)[-1]
    bare = bare.removeprefix("feel.") if bare.startswith("feel.") else bare
    return SYNONYMS.get(bare, bare)


def is_basic(name: str) -> bool:
    """Tell whether FEEL itself knows the type."""
    return plain(name) in CLASSES or plain(name) in {"date", "Any", "duration", "Null"}


def is_instance(value: object, name: str) -> bool:
    """Tell whether the value is of the type named; null is of none but Null."""
    wanted = plain(name)
    if wanted.startswith("list<"):
        return isinstance(value, list) and all(is_instance(item, wanted[5:-1]) for item in value)
    if wanted == "Any":
        return value is not None
    if wanted == "Null":
        return value is None
    if wanted == "date":
        return isinstance(value, date) and not isinstance(value, datetime)
    return isinstance(value, CLASSES.get(wanted.split("<")[0], ()))


def conform(value: object, name: str) -> object:
    """Return an input's value as its type wants it: text becomes a date, time, duration or number; None if it cannot.

    Values already right, unknown or of an unknown type are returned as they are.
    """
    wanted = plain(name)
    if value is None or isinstance(value, Unknown | list | dict) or not is_basic(wanted) or wanted == "Any":
        return value
    if isinstance(value, str) and wanted != "string":
        value = _read(value, wanted)
    if isinstance(value, datetime) and wanted == "date":
        value = value.date()
    if wanted == "duration":
        return value if isinstance(value, timedelta | YearsMonths) else None
    return value if is_instance(value, wanted) else None


def _read(text: str, wanted: str) -> object:
    match wanted:
        case "date":
            return literals.to_date(text)
        case "time":
            return literals.to_time(text)
        case "date and time":
            return literals.to_date_and_time(text)
        case "duration" | "dayTimeDuration" | "yearMonthDuration":
            return literals.to_duration(text)
        case "number":
            number = NUMBERS.create_decimal(text) if text.strip() == text else Decimal("NaN")
            return number if number.is_finite() else None
        case _:
            return None
