"""An approval to be had."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whose session, which draft."""

    session: str
    case: str


def read(path: Path) -> list[Ticket]:
    """Return the tickets written down in a file, one a line."""
    return [Ticket(*line.split()) for line in path.read_text(encoding="ascii").splitlines()]
