"""What facts, decisions and values are called where people read of them."""

import re
from dataclasses import dataclass
from typing import Protocol

from yimen.dmn.model import Model

FIRST_PART = re.compile(r"[，。；：（(,;:]")


class Names(Protocol):
    """Whoever knows better names than the model's own."""

    def title(self, name: str, /) -> str:
        """Return what a fact or decision is called."""

    def value(self, fact: str, value: object, /) -> str | None:
        """Return a value of a fact (empty for no single fact) in words; None where there are no better ones."""


@dataclass(frozen=True, slots=True)
class ModelNames:
    """The names a model itself gives: a decision's label, or its description up to the first stop; a fact's path."""

    model: Model

    def title(self, name: str) -> str:
        """Return what a fact or decision is called."""
        decision = self.model.by_key.get(name)
        if decision is None:
            return name
        return decision.label or FIRST_PART.split(decision.description, maxsplit=1)[0].strip() or decision.name

    def value(self, fact: str, value: object) -> None:
        """Return None: a model has no words for values."""
        del fact, value
