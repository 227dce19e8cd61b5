"""Who uses the server: one small file for each client, named for its process."""

import itertools
import os
from dataclasses import dataclass
from pathlib import Path

from yimen.core.postgres import processes

_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Clients:
    """The register of a cluster's clients. Every call expects the cluster's lock to be held."""

    folder: Path

    def join(self) -> Path:
        """Register this process once more and return its ticket."""
        self.folder.mkdir(exist_ok=True)
        pid = os.getpid()
        ticket = self.folder / f"{pid}.{processes.started(pid)}.{next(_numbers)}"
        ticket.touch()
        return ticket

    def leave(self, ticket: Path) -> None:
        """Give the ticket back."""
        ticket.unlink(missing_ok=True)

    def present(self) -> list[int]:
        """Return the process numbers of living clients, and forget the others, killed before they could leave."""
        alive = []
        for ticket in self.folder.glob("*.*.*"):
            pid, since, _ = ticket.name.split(".")
            if processes.is_alive(int(pid), since):
                alive.append(int(pid))
            else:
                ticket.unlink(missing_ok=True)
        return sorted(alive)
