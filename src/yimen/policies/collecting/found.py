"""A value found in a document: with the sentence it was found in, and how sure we are (采信依据)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")

PRINTED = 0.98
"""It stands in a box of labels on the page (索引号、发文字号 …)."""
HEADED = 0.9
"""It stands where official documents have it: heading, signature, note under the title (GB/T 9704-2012)."""
SAID = 0.8
"""A sentence of the text says so."""
MADE_OUT = 0.6
"""It follows from something else the page says."""
CLAIMED = 0.4
"""Only somebody else says so: a feed, a crawler's table, the page's invisible part."""
GUESSED = 0.3
"""Words of the text speak for it."""


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """A value, the words it was found in, and how sure it is: 0 to 1. `where` names the place in Chinese."""

    value: Value
    evidence: str
    confidence: float
    where: str


@dataclass(frozen=True, slots=True)
class Chosen(Generic[Value]):
    """The value we go by, the others that were found and differ, and what is to be told about it."""

    best: Found[Value] | None
    others: tuple[Found[Value], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def value(self) -> Value | None:
        """The value we go by; None where none was found."""
        return self.best.value if self.best is not None else None


def choose(found: Sequence[Found[Value]], *, name: str) -> Chosen[Value]:
    """Return the surest value; a different one that is also stated is kept beside it and told, never dropped.

    Of equally sure ones the first counts. `name` is the field's, for the warning.
    """
    if not found:
        return Chosen(None)
    best = max(found, key=lambda one: one.confidence)
    others: list[Found[Value]] = []
    for one in found:
        if one.value != best.value and all(one.value != other.value for other in others):
            others.append(one)
    told = tuple(
        f"{name}前后不一：{best.where}为“{_said(best.value)}”，{one.where}为“{_said(one.value)}”，采用前者，请核对。"
        for one in others
    )
    return Chosen(best, tuple(others), told)


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(str(one) for one in value)
    return str(value)
