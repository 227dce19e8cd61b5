"""What /proc tells about a process: whether it lives, since when, and where it works."""

import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

PROC = Path("/proc")


@cache
def _boot() -> str:
    try:
        return (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]
    except OSError:
        return "unknown"


def started(pid: int) -> str | None:
    """Return a mark of when the process started, unique together with its number; None when it is gone.

    A number is given to another process sooner or later, and ticks begin anew at each boot; the mark holds both apart.
    A zombie counts as gone: it holds no file, no memory and no lock.
    """
    try:
        stat = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The second field is the command in brackets and may itself hold blanks and brackets.
    fields = stat.rpartition(")")[2].split()
    state, ticks = fields[0], fields[19]
    return None if state in "ZX" else f"{ticks}-{_boot()}"


def is_alive(pid: int, since: str) -> bool:
    """Tell whether this very process, not a later one of the same number, is alive."""
    return started(pid) == since


def works_in(pid: int, folder: Path) -> bool:
    """Tell whether the process lives and its working directory is `folder`, which for PostgreSQL means it serves it."""
    try:
        return started(pid) is not None and (PROC / str(pid) / "cwd").readlink() == folder
    except OSError:
        return False


def serving(folder: Path) -> Iterator[int]:
    """Yield every PostgreSQL process that has `folder` as its data directory, orphaned backends included."""
    for entry in PROC.iterdir():
        if entry.name.isdecimal() and works_in(int(entry.name), folder) and _command(entry) == "postgres":
            yield int(entry.name)


def _command(entry: Path) -> str:
    try:
        return (entry / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def wait_until(holds: Callable[[], bool], *, timeout_s: float, step_s: float = 0.01) -> bool:
    """Wait until the condition holds; return whether it did in time."""
    deadline = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(step_s)
    return True
