"""Built-in functions by theme (DMN 1.5, 10.3.4); importing this fills the table."""

from yimen.dmn.feel.functions import conversion, lists, numbers, strings, temporal
from yimen.dmn.feel.functions.registry import BUILTINS, Builtin

__all__ = ["BUILTINS", "Builtin", "conversion", "lists", "numbers", "strings", "temporal"]
