"""A real MariaDB for tests, from the machine's own binaries: one a session, in a folder that goes with it."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pymysql
import pytest

SLOWEST_START_S = 60
PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
"""Debian keeps servers where only root's PATH looks."""


@dataclass(frozen=True, slots=True)
class MariaDb:
    """A running server on this machine; `user` may do everything over the socket, `reader` only read, with a password."""

    port: int
    socket: Path
    user: str = "tester"
    password: str = "a-password-for-tests"
    reader: str = "exchange_reader"
    reader_password: str = "p@ss:/w?rd#%"

    def url(self, database: str) -> str:
        """Return the address a source is registered with: no user, no password."""
        return f"mysql://127.0.0.1:{self.port}/{database}"

    def connect(self, database: str | None = None) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        """Return a line of the owner's."""
        return pymysql.connect(
            host="127.0.0.1",
            port=self.port,
            user=self.user,
            password=self.password,
            database=database,
            autocommit=True,
            charset="utf8mb4",
        )

    def run(self, *statements: str, database: str | None = None) -> None:
        """Run these as the owner."""
        with contextlib.closing(self.connect(database)) as line, line.cursor() as cursor:
            for one in statements:
                cursor.execute(one)


def binary(name: str) -> str | None:
    """Return where a program is, None where this machine has none."""
    return shutil.which(name, path=PATH)


@contextlib.contextmanager
def running() -> Iterator[MariaDb]:
    """Start a server in a new folder and end it afterwards.

    Raises:
        RuntimeError: it does not start; the message has the end of its log.
    """
    # A socket's path may have 107 characters, which the folders of a test run soon exceed.
    folder = Path(tempfile.mkdtemp(prefix="maria"))
    data, log, temporary = folder / "data", folder / "log", folder / "tmp"
    temporary.mkdir()
    install, server = binary("mariadb-install-db"), binary("mariadbd")
    assert install is not None
    assert server is not None
    who = [f"--user={'root' if os.geteuid() == 0 else os.environ.get('USER', '')}"] if os.geteuid() == 0 else []
    # A server that starts clears the temporary tables of its folder: two that share one break each other.
    lean = ["--no-defaults", f"--datadir={data}", f"--tmpdir={temporary}"]
    installed = subprocess.run(
        [install, *lean, *who, "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if installed.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise RuntimeError(installed.stdout)
    port = _free_port()
    made = MariaDb(port, folder / "s")
    setup = folder / "init.sql"
    setup.write_text(
        f"CREATE USER '{made.user}'@'127.0.0.1' IDENTIFIED BY '{made.password}';\n"
        f"GRANT ALL ON *.* TO '{made.user}'@'127.0.0.1' WITH GRANT OPTION;\n"
        f"CREATE USER '{made.reader}'@'127.0.0.1' IDENTIFIED BY '{made.reader_password}';\n",
        encoding="ascii",
    )
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                server,
                *lean,
                *who,
                f"--port={port}",
                "--bind-address=127.0.0.1",
                f"--socket={made.socket}",
                f"--pid-file={folder / 'pid'}",
                f"--init-file={setup}",
                "--skip-name-resolve",
                "--character-set-server=utf8mb4",
                "--innodb-buffer-pool-size=16M",
                "--innodb-log-file-size=8M",
                "--innodb-flush-log-at-trx-commit=0",
                "--performance-schema=OFF",
            ],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(made, process, log)
        yield made
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(made: MariaDb, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + SLOWEST_START_S
    while True:
        try:
            made.connect().close()
        except pymysql.err.OperationalError as error:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(log.read_text(errors="replace")[-2000:]) from error
            time.sleep(0.1)
        else:
            return


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    """Return a real MariaDB; skip where the machine has none, unless it must (CI=true)."""
    if binary("mariadbd") is None or binary("mariadb-install-db") is None:
        reason = "no MariaDB on this machine: apt-get install mariadb-server"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with running() as server:
        yield server
