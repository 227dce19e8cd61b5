"""What seldom changes, remembered for a moment: definitions loaded from content packs.

Only what is checked again where it counts may be remembered: the transaction that decides a case looks for itself
whether the rules it was judged by are still in effect, and whether data may be read is never remembered at all.
"""

import time
from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")

FOR_S = 1.0
LARGEST = 4096
_kept: dict[Hashable, tuple[float, object]] = {}


def remembered(function: Callable[Arguments, Value]) -> Callable[Arguments, Value]:
    """Return the function, its answers remembered for a second by arguments; what it raises is not."""

    @wraps(function)
    def asked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Value:
        key = (function, args, tuple(sorted(kwargs.items())))
        now = time.monotonic()
        known = _kept.get(key)
        if known is not None and now - known[0] < FOR_S:
            return known[1]  # type: ignore[return-value]  # what this function gave for these arguments
        value = function(*args, **kwargs)
        if len(_kept) >= LARGEST:
            _kept.clear()
        _kept[key] = (now, value)
        return value

    return asked


def forget() -> None:
    """Forget everything: whoever changes a definition calls this, and other processes follow within a second."""
    _kept.clear()
