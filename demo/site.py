"""The whole site running: departments, database, people, web server. For the demo, and for whoever tests against it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

import httpx
import psycopg
from psycopg import sql

from demo import city
from demo.departments.process import die_with
from demo.people import COUNT
from yimen.config import database, env
from yimen.core import postgres

PACK = city.ROOT / "content" / "shenzhen"
READY_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 10.0

Say = Callable[[str, float], None]
"""Called when a step of the set-up is done: what it was (Chinese), and how many seconds it took."""


class SiteDown(Exception):
    """The site could not be set up; the text says what failed and what to do."""


@dataclass(frozen=True, slots=True)
class Site:
    """The running site: its address, and the departments behind it."""

    base_url: str
    departments: city.City

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Really stop the education department's process for the length of the block."""
        self.departments.pause("education")
        try:
            yield
        finally:
            self.departments.resume("education")

    def offer(self, item: str) -> int:
        """Look into everybody for this item now, as the nightly job does; return to how many it was offered.

        Raises:
            SiteDown: the command failed.
        """
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "yimen.config.cli", "item", "offer", item, "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise SiteDown(f"主动核对失败：\n{done.stdout}{done.stderr}")
        return int(json.loads(done.stdout)["offered"])


@contextmanager
def running(
    home: Path, *, port: int = 0, count: int = COUNT, say: Say, progress: city.Progress, today: date
) -> Iterator[Site]:
    """Set everything up below `home` and serve it until the block ends; leave nothing running.

    Port 0 takes a free one. The second time the data are there already, and only the processes start.

    Raises:
        SiteDown: a step failed, or the port is somebody else's.
    """
    os.environ.update(YIMEN_HOME=str(home), YIMEN_DEMO="1", YIMEN_SOURCES_LOOPBACK="1")
    with city.start(home / "departments", today=today, count=count, progress=progress) as departments:
        base_url = f"http://127.0.0.1:{_free(port)}"
        os.environ.update(departments.environment, YIMEN_PUBLIC_URL=base_url)
        server = None if env.database_url() else _fresh_database(home)
        try:
            _run("建表", "migrate", say=say)
            _run("载入内容包 content/shenzhen", "pack", "load", str(PACK), say=say)
            _settle(today=today, count=count, progress=progress)
            _run("汇集各部门的数据，匹配政策", "policy", "match", "--refresh", say=say)
            with _working(home / "worker.log"), _served(home / "web.log", base_url):
                yield Site(base_url, departments)
        finally:
            if server is not None:
                server.release()
                postgres.stop(home, force=True)  # a web server just ended may still stand among its clients
                database.embedded.cache_clear()


DEMO_MARK = "yimen demo"
"""The comment on a database that a demo made: only such a one is ever dropped."""


def _fresh_database(home: Path) -> postgres.Server:
    """Start the embedded server with an empty database: what the stories did last time would stand in their way.

    Raises:
        SiteDown: there is a database that no demo made, with something in it.
    """
    name = sql.Identifier(database.NAME)
    with postgres.ensure(home) as server:
        with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
            known = connection.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database.NAME]
            ).fetchone()
            if known is not None and known[0] != DEMO_MARK and _holds_something(server):
                raise SiteDown(f"{home} 里的数据库不是演示建的，不能清空。请用 YIMEN_HOME 指定另一个文件夹再运行演示。")
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            (home / "ledger-heads.jsonl").unlink(missing_ok=True)  # the heads of a ledger that is gone
            database.embedded.cache_clear()  # what this process joined before the drop is gone
            joined = database.embedded()
            connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(DEMO_MARK)))
        return joined


def _holds_something(server: postgres.Server) -> bool:
    """Tell whether the database has a table: `make check` alone leaves an empty one behind, which nobody misses."""
    with psycopg.connect(server.url(database.NAME, "postgres")) as connection:
        found = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone()
    return found is not None


def _settle(*, today: date, count: int, progress: city.Progress) -> None:
    """Register the people in a process of its own: Django reads its settings once, and ours are not complete yet."""
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "demo.accounts", "--today", today.isoformat(), "--count", str(count)],
        cwd=city.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as settling:
        assert settling.stdout is not None
        assert settling.stderr is not None
        for line in settling.stdout:
            progress("登记自然人", int(line), count)
        errors = settling.stderr.read()
    if settling.returncode != 0:
        raise SiteDown(f"登记自然人失败：\n{errors}")


def _run(what: str, *command: str, say: Say) -> None:
    """Run one of our own commands as anyone would; show what it said only if it failed."""
    started = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "yimen.config.cli", *command], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SiteDown(f"{what}失败：\n{done.stdout}{done.stderr}")
    say(what, time.perf_counter() - started)


def _free(port: int) -> int:
    """Return the port if nobody has it; a free one for 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SiteDown(f"端口 {port} 已被占用。请换一个，例如：make demo ARGS='--port 8001'") from error
        return int(probe.getsockname()[1])


@contextmanager
def _working(log: Path) -> Iterator[None]:
    """Run the worker until the block ends."""
    with log.open("wb") as output:
        worker = _own(["worker"], output)
        try:
            yield
        finally:
            _end(worker)


@contextmanager
def _served(log: Path, base_url: str) -> Iterator[None]:
    """Run the web server until the block ends."""
    with log.open("wb") as output:
        web = _own(["serve", "--port", base_url.rsplit(":", 1)[1]], output)
        try:
            _await_ready(web, base_url, log)
            yield
        finally:
            _end(web)


def _own(command: list[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start one of our own commands; it dies with us, however we end."""
    parent = os.getpid()
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "yimen.config.cli", *command],
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=lambda: die_with(parent),  # noqa: PLW1509 - it only makes two system calls
    )


def _await_ready(web: subprocess.Popen[bytes], base_url: str, log: Path) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < deadline and web.poll() is None:
        try:
            if httpx.get(f"{base_url}/", timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise SiteDown(f"网站没有启动。日志最后几行：\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def _end(web: subprocess.Popen[bytes]) -> None:
    """Ask the server to stop; take its whole group down if it does not."""
    web.terminate()
    try:
        web.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        os.killpg(web.pid, signal.SIGKILL)
        web.wait()
