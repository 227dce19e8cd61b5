"""How the treasury fails, drawn from a seed: the n-th instruction it ever sees always meets the same fault."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Self


class Fault(StrEnum):
    """What befalls an instruction."""

    NONE = "none"
    FAIL_BEFORE = "fail_before"
    """The first try is answered 500 before anything is taken."""
    SILENT_AFTER = "silent_after"
    """The first try is taken, and the line goes dead before the answer."""
    DOUBLE_RECEIPT = "double_receipt"
    """The receipt stands on the list twice."""
    CLOSED = "closed"
    """The account is closed: refused."""
    RETURNED = "returned"
    """Taken, and the money comes back the moment it is booked."""
    WRONG_AMOUNT = "wrong_amount"
    """The day's statement has another amount."""
    LOST_LINE = "lost_line"
    """The day's statement leaves it out."""


@dataclass(frozen=True, slots=True)
class Faults:
    """The seed, and of how many instructions in a hundred each fault befalls; the rest fare well.

    `silence_s` is for how long a dead line is held before it is cut.
    """

    seed: int = 1
    fail_before: int = 0
    silent_after: int = 0
    double_receipt: int = 0
    closed: int = 0
    returned: int = 0
    wrong_amount: int = 0
    lost_line: int = 0
    silence_s: float = 0.0

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what the JSON text says; an empty one is a treasury that never fails."""
        said: Mapping[str, object] = json.loads(text or "{}")
        known = {one.name for one in fields(cls)}
        if unknown := set(said) - known:
            raise ValueError(f"unknown faults: {', '.join(sorted(unknown))}")
        return cls(**said)  # type: ignore[arg-type]  # numbers, by the names above

    def of(self, ordinal: int) -> Fault:
        """Return what befalls the n-th instruction."""
        drawn = random.Random(f"{self.seed}:{ordinal}").uniform(0, 100)
        for fault in Fault:
            rate = 0 if fault is Fault.NONE else getattr(self, fault.value)
            if drawn < rate:
                return fault
            drawn -= rate
        return Fault.NONE
