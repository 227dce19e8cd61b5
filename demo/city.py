"""The demo city's departments: started, silenced, stopped together.

with city.start(home, today=date.today()) as departments:
    environment = departments.environment      # what the platform needs to reach them
    departments.pause("education")             # the source goes silent, for real
"""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from demo import cast
from demo.departments.education import __main__ as education
from demo.departments.education import store
from demo.departments.police import system as police
from demo.people import COUNT, SEED, Person
from yimen.core.postgres import Server

FORMAT = "1"
"""Raised whenever the stores' shape or the way people are made changes, so that kept data are made anew."""
ROOT = Path(__file__).resolve().parents[1]
STOP_TIMEOUT_S = 5.0

Progress = Callable[[str, int, int], None]
"""Called with what is being done (Chinese), how much of it is done, and how much there is."""


class DepartmentDown(Exception):
    """A department's system did not start; the text says which and what it said."""


@dataclass(slots=True)
class City:
    """The running departments. Whoever holds it stops them; if this process is killed, they end by themselves."""

    people: list[Person]
    environment: dict[str, str]
    _police: Server
    _education: subprocess.Popen[str]

    def pause(self, department: str) -> None:
        """Silence a department: its process is stopped and answers nobody until it is resumed.

        Raises:
            ValueError: only `education` can be silenced.
        """
        self._process(department).send_signal(signal.SIGSTOP)

    def resume(self, department: str) -> None:
        """Let it speak again."""
        self._process(department).send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stop everything; a second call does nothing."""
        _end(self._education)
        self._police.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _process(self, department: str) -> subprocess.Popen[str]:
        if department != "education":
            raise ValueError(f"只有 education 可以暂停，收到 {department}")
        return self._education


def start(home: Path, *, today: date, count: int = COUNT, seed: int = SEED, progress: Progress | None = None) -> City:
    """Start the departments, their data below `home`, made on the first start and kept while day, seed and count match.

    Call it from a thread that lives as long as the city: education's process ends with the thread that started it.

    Raises:
        PostgresError: public security's database does not start.
        DepartmentDown: education's service does not start.
    """
    told: Progress = progress or (lambda _what, _done, _total: None)
    people = cast.population(
        today=today, count=count, seed=seed, progress=lambda done, total: told("生成虚构人口", done, total)
    )
    mark = f"{FORMAT}:{seed}:{count}:{today}"
    last_night = today - timedelta(days=1)
    store_path = home / "education" / "graduates.sqlite3"
    told("载入教育库", 0, count)
    if store.batch(store_path) != mark:
        store.build(store_path, people, mark=mark, as_of=f"{last_night}T23:00:00+08:00")
    told("载入教育库", count, count)
    told("载入公安库", 0, count)
    server = police.start(home / "police")
    try:
        if police.batch(server) != mark:
            police.load(server, people, mark=mark, updated=f"{last_night:%Y%m%d}220000")
        told("载入公安库", count, count)
        key = secrets.token_urlsafe(24)
        process, port = _start_education(store_path, key)
    except BaseException:
        server.release()
        raise
    environment = {
        "YIMEN_SOURCE_POLICE": police.url(server),
        "YIMEN_SOURCE_EDUCATION": f"http://127.0.0.1:{port}",
        "YIMEN_SOURCE_EDUCATION_KEY": key,
    }
    return City(people, environment, server, process)


def _start_education(store_path: Path, key: str) -> tuple[subprocess.Popen[str], int]:
    """Start the service in a session of its own, so that Ctrl-C reaches us first and we stop it in order."""
    process = subprocess.Popen(  # noqa: S603 - our own service
        [sys.executable, "-m", "demo.departments.education", "--store", str(store_path), "--parent", str(os.getpid())],
        cwd=ROOT,
        # The key goes by the environment: everybody on the machine can read a command line.
        env={**os.environ, education.KEY_VARIABLE: key},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.strip().isdecimal():
        _end(process)
        raise DepartmentDown(f"教育部门的演示服务没有启动（退出码 {process.returncode}）。")
    return process, int(line)


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
        process.send_signal(signal.SIGCONT)  # a paused process hears nothing before it goes on
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout is not None:
        process.stdout.close()
