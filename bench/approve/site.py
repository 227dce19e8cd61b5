"""The platform's own processes over a folder of their own: started, killed, started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx

from bench.approve.tickets import Ticket, read
from demo import city
from yimen.core import postgres

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "content" / "shenzhen"
PLAIN = "yimen.config.wsgi:application"
STOP_TIMEOUT_S = 20


class NotReady(Exception):
    """One of our own processes failed; the text has what it said."""


@dataclass(slots=True)
class Site:
    """A database with tickets to be had, and the processes over it."""

    home: Path
    port: int
    server: postgres.Server
    tickets: list[Ticket]
    workers: int = 2
    threads: int = 4
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def databases(self) -> list[int]:
        """Return the processes of the platform's and the departments' databases."""
        return [_postmaster(self.home), _postmaster(self.home / "departments" / "databases")]

    def start(self, name: str, *, target: str = PLAIN) -> subprocess.Popen[bytes]:
        """Start `web` or `worker`, and wait until the web answers.

        Raises:
            NotReady: it does not.
        """
        serving = (
            "from yimen.config.cli import serve;"
            f"serve.run({target!r}, host='127.0.0.1', port={self.port}, workers={self.workers}, threads={self.threads})"
        )
        command = {"web": ["-c", serving], "worker": ["-m", "yimen.config.cli", "worker"]}[name]
        with (self.home / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, *command], cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        if name == "web":
            self._await()
        return self.running[name]

    def stop(self, name: str) -> None:
        """End it in order."""
        process = self.running.pop(name)
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def kill(self, name: str) -> None:
        """Kill -9 `web`, `worker` or `database` with all it started, in the middle of whatever it does."""
        if name == "database":
            for pid in [_postmaster(self.home), *_children(_postmaster(self.home))]:
                os.kill(pid, signal.SIGKILL)
            return
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def restart(self, name: str) -> None:
        """Start again what was killed."""
        if name == "database":
            self.server = postgres.ensure(self.home)
            self._await()
        else:
            self.start(name)

    def _await(self) -> None:
        for _ in range(300):
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/items/", timeout=5).is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise NotReady((self.home / "web.log").read_text(errors="replace")[-2000:])


@contextmanager
def site(home: Path, *, port: int, tickets: int, today: date) -> Iterator[Site]:
    """Set the stage in this folder, with so many tickets; nothing is served yet. Leaves nothing running."""
    os.environ.update(YIMEN_HOME=str(home), YIMEN_PUBLIC_URL=f"http://127.0.0.1:{port}")
    server = postgres.ensure(home)
    with city.start(home / "departments", today=today, count=max(tickets, 40)) as departments:
        os.environ.update(departments.environment)
        run("yimen.config.cli", "migrate")
        run("yimen.config.cli", "pack", "load", str(PACK))
        stage = ("--today", f"{today}", "--count", f"{tickets}", "--out", f"{home / 'tickets'}")
        run("bench.approve.stage", *stage)
        place = Site(home, port, server, read(home / "tickets"))
        try:
            yield place
        finally:
            for name in list(place.running):
                place.stop(name)
            place.server.release()
            postgres.stop(home, force=True)


def run(module: str, *arguments: str) -> str:
    """Run one of our modules to its end and return what it printed.

    Raises:
        NotReady: it failed.
    """
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise NotReady(f"{module} {' '.join(arguments)}\n{done.stdout}{done.stderr}")
    return done.stdout


def _postmaster(home: Path) -> int:
    return int((home / "postgres" / "postmaster.pid").read_text().split()[0])


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
