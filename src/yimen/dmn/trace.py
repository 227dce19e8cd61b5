"""How a decision came about: a plain tree; printing and storing it are separate readers of it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from yimen.dmn.feel.functions.conversion import as_text
from yimen.dmn.values import Unknown


@dataclass(slots=True)
class TraceNode:
    """One decision as evaluated: its value, the facts it read itself, the rows its table hit, what it required."""

    decision: str
    value: object = None
    facts: dict[str, object] = field(default_factory=dict)
    rows: list[str] = field(default_factory=list)
    children: list["TraceNode"] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        """Return the tree as plain JSON: numbers and dates as text, an unknown as {"unknown": true}."""
        return {
            "decision": self.decision,
            "value": plain(self.value),
            "facts": {name: plain(value) for name, value in self.facts.items()},
            "rows": list(self.rows),
            "children": [child.to_json() for child in self.children],
        }


def plain(value: object) -> object:
    """Return a FEEL value as plain JSON."""
    match value:
        case None | bool() | str():
            return value
        case Unknown():
            return {"unknown": True}
        case list():
            return [plain(item) for item in value]
        case dict():
            return {key: plain(entry) for key, entry in value.items()}
        case Decimal() | date() | datetime() | time():
            return as_text(value)
        case _:
            return as_text(value)
