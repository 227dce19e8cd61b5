"""How a decision came about: a plain tree; printing and storing it are separate readers of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from yimen.dmn.feel.functions.conversion import as_text
from yimen.dmn.values import Function, Unknown


@dataclass(frozen=True, slots=True)
class TraceNode:
    """One decision as evaluated: its value, the facts it read itself, the rows its tables hit, what it required.

    A decision required by several stands under the first that asked.
    """

    decision: str
    value: object = None
    determined: bool = True
    facts: Mapping[str, object] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    children: tuple["TraceNode", ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the tree as plain JSON: numbers and dates as text, an unknown as {"unknown": true}."""
        return {
            "decision": self.decision,
            "value": plain(self.value),
            "determined": self.determined,
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
        case Function(parameters):
            return f"function({', '.join(parameters)})"
        case _:
            return as_text(value)
