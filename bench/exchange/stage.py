"""A database with grants and people, the departments behind it, and worker processes over them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from demo import city
from yimen.config import database
from yimen.core import postgres

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "content" / "shenzhen"


class NotReady(Exception):
    """One of our own processes failed; the text has what it said."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it all runs. `url` is the platform's database as its owner sees it."""

    url: str


@contextmanager
def place(home: Path, *, people: int) -> Iterator[Place]:
    """Set the stage in this folder; leaves nothing running."""
    os.environ.update(YIMEN_HOME=str(home))
    server = postgres.ensure(home)
    try:
        today = date.today()  # noqa: DTZ011 - the day where the departments are
        with city.start(home / "departments", today=today, count=people) as departments:
            os.environ.update(departments.environment)
            # The department lets forty in; it is to be asked by fifty, and not to be what is measured.
            its_own = postgres.ensure(home / "departments" / "databases")
            its_own.execute("ALTER ROLE social_reader CONNECTION LIMIT 55")
            its_own.release()
            _run("yimen.config.cli", "migrate")
            _run("yimen.config.cli", "pack", "load", str(PACK))
            (home / "people").write_text("\n".join(f"{one.id_number} {one.name}" for one in departments.people))
            yield Place(server.url(database.NAME, "postgres"))
    finally:
        server.release()
        postgres.stop(home, force=True)


def _run(module: str, *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise NotReady(f"{module} {' '.join(arguments)}\n{done.stdout}{done.stderr}")


class Worker:
    """A process of callers that is told what to do, a line of JSON at a time."""

    def __init__(self, home: Path, *, number: int) -> None:
        """Start it; it waits."""
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "bench.exchange.callers", str(home / "people"), str(number)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, **order: object) -> None:
        """Send an order; the answer is read with `heard`."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def heard(self) -> dict[str, list[float]]:
        """Wait for the answer: times in seconds, by name.

        Raises:
            NotReady: the process ended.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise NotReady(f"a worker ended with {self._process.wait()}")
        answer: dict[str, list[float]] = json.loads(line)
        return answer

    def end(self) -> None:
        """Let it go home."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def workers(home: Path, *, count: int) -> Iterator[Sequence[Worker]]:
    """Start so many workers."""
    with ExitStack() as stack:
        started = []
        for number in range(count):
            worker = Worker(home, number=number)
            stack.callback(worker.end)
            started.append(worker)
        yield started
