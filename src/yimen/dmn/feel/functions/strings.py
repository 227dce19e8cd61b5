"""String functions (DMN 1.5, 10.3.4.3). Positions count from one, negative ones from the end."""

from collections.abc import Callable
from decimal import Decimal

from yimen.dmn.feel.functions.registry import function
from yimen.dmn.feel.operators import LONGEST
from yimen.dmn.feel.regex.machine import TooLong
from yimen.dmn.feel.regex.pattern import Pattern, compiled
from yimen.dmn.feel.regex.tree import BadPattern


@function("substring", "string,start position,length?")
def substring(text: object, start: object, length: object = None) -> object:
    """Return a part of the text."""
    if not isinstance(text, str) or not isinstance(start, Decimal) or start == 0:
        return None
    first = int(start) - 1 if start > 0 else max(len(text) + int(start), 0)
    if length is None:
        return text[first:]
    if not isinstance(length, Decimal) or length < 1:
        return None
    return text[first : first + int(length)]


@function("string length", "string")
def string_length(text: object) -> object:
    """Return how many characters the text has."""
    return Decimal(len(text)) if isinstance(text, str) else None


@function("upper case", "string")
def upper_case(text: object) -> object:
    """Return the text in capitals."""
    return text.upper() if isinstance(text, str) else None


@function("lower case", "string")
def lower_case(text: object) -> object:
    """Return the text in small letters."""
    return text.lower() if isinstance(text, str) else None


@function("substring before", "string,match")
def substring_before(text: object, match: object) -> object:
    """Return what stands before the first match; the empty text where there is none."""
    if not isinstance(text, str) or not isinstance(match, str):
        return None
    return text.partition(match)[0] if match and match in text else ""


@function("substring after", "string,match")
def substring_after(text: object, match: object) -> object:
    """Return what stands after the first match; the empty text where there is none."""
    if not isinstance(text, str) or not isinstance(match, str):
        return None
    return text.partition(match)[2] if match else text


@function("contains", "string,match")
def contains(text: object, match: object) -> object:
    """Return whether the text holds the match."""
    return match in text if isinstance(text, str) and isinstance(match, str) else None


@function("starts with", "string,match")
def starts_with(text: object, match: object) -> object:
    """Return whether the text begins with the match."""
    return text.startswith(match) if isinstance(text, str) and isinstance(match, str) else None


@function("ends with", "string,match")
def ends_with(text: object, match: object) -> object:
    """Return whether the text ends with the match."""
    return text.endswith(match) if isinstance(text, str) and isinstance(match, str) else None


@function("matches", "input,pattern,flags?")
def matches(text: object, pattern: object, flags: object = None) -> object:
    """Return whether the pattern is found in the text."""
    found = _compiled(pattern, flags)
    return _bounded(lambda: found.is_in(text)) if isinstance(text, str) and found else None


@function("replace", "input,pattern,replacement,flags?")
def replace(text: object, pattern: object, replacement: object, flags: object = None) -> object:
    """Return the text with every match replaced; `$1` is the first group."""
    found = _compiled(pattern, flags)
    if not isinstance(text, str) or not isinstance(replacement, str) or found is None:
        return None
    return _bounded(lambda: found.replaced(text, replacement, LONGEST))


@function("split", "string,delimiter")
def split(text: object, delimiter: object) -> object:
    """Return the parts of the text between matches of the delimiter."""
    found = _compiled(delimiter, None)
    return _bounded(lambda: found.split(text)) if isinstance(text, str) and found else None


def _compiled(pattern: object, flags: object) -> Pattern | None:
    if not isinstance(pattern, str) or not isinstance(flags, str | None):
        return None
    return compiled(pattern, flags or "")


def _bounded(search: Callable[[], object]) -> object:
    """Return what a search finds; None where it would take too long."""
    try:
        return search()
    except (BadPattern, TooLong):
        return None


@function("string join", "list,delimiter?")
def string_join(texts: object, delimiter: object = None) -> object:
    """Return the texts joined, nulls left out."""
    if not isinstance(texts, list) or not isinstance(delimiter, str | None):
        return None
    kept = [text for text in texts if text is not None]
    if not all(isinstance(text, str) for text in kept):
        return None
    length = sum(len(text) + len(delimiter or "") for text in kept)
    return (delimiter or "").join(kept) if length <= LONGEST else None
