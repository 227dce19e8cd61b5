"""Values as the DMN Technology Compatibility Kit writes them, and when one counts as the other."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from lxml import etree

from yimen.dmn.feel import literals
from yimen.dmn.feel.functions.conversion import as_text
from yimen.dmn.feel.operators import equal

NIL, TYPE = (f"{{http://www.w3.org/2001/XMLSchema-instance}}{name}" for name in ("nil", "type"))
TOLERANCE = Decimal("1e-8")


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


class Untyped(str):
    """A value written without its type: it stands for whatever is written like this, for null where empty."""

    __slots__ = ()


READERS: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(["decimal", "double", "float", "integer", "int", "long"], _number),
    "string": str,
    "boolean": lambda text: text.strip() in {"true", "1"},
    "date": lambda text: literals.to_date(text.strip()),
    "time": lambda text: literals.to_time(text.strip()),
    "dateTime": lambda text: literals.to_date_and_time(text.strip()),
    "duration": lambda text: literals.to_duration(text.strip()),
}


def read_value(element: etree._Element) -> object:
    """Return the value an element holds: a scalar, a list, or a context of components; null for none of them."""
    components: dict[str, object] = {}
    for child in element.iterchildren("{*}value", "{*}list", "{*}component"):
        match etree.QName(child).localname:
            case "component":
                components[child.get("name") or ""] = None if child.get(NIL) == "true" else read_value(child)
            case _ if child.get(NIL) == "true":
                return None
            case "list":
                return [read_value(item) for item in child.iterchildren("{*}item")]
            case _:
                return READERS.get((child.get(TYPE) or "").split(":")[-1], Untyped)(child.text or "")
    return components or None


def is_close(got: object, expected: object) -> bool:
    """Tell whether a value is the expected one, numbers within the kit's tolerance."""
    match got, expected:
        case Decimal(), Decimal():
            return abs(got - expected) < TOLERANCE
        case None, Untyped():
            return expected == ""
        case _, Untyped() if not isinstance(got, str):
            number = _number(expected)
            return is_close(got, number) if isinstance(got, Decimal) else as_text(got) == expected
        case list(), list():
            return len(got) == len(expected) and all(map(is_close, got, expected))
        case dict(), dict():
            return got.keys() == expected.keys() and all(is_close(got[name], expected[name]) for name in got)
        case _:
            return equal(got, expected) is True
