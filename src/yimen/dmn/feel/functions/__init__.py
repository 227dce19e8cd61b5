"""Built-in functions by theme (DMN 1.5, 10.3.4); importing this fills the table."""

from yimen.dmn.feel.functions import (
    contexts,
    conversion,
    lists,
    numbers,
    ordering,
    ranges,
    statistics,
    strings,
    temporal,
)
from yimen.dmn.feel.functions.registry import BUILTINS, Builtin

__all__ = [
    "BUILTINS",
    "Builtin",
    "contexts",
    "conversion",
    "lists",
    "numbers",
    "ordering",
    "ranges",
    "statistics",
    "strings",
    "temporal",
]
