"""A client's hold on the server: ensure it, use it, let it go."""

import atexit
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from yimen.core.postgres import identity as identities
from yimen.core.postgres import keeper
from yimen.core.postgres.clients import Clients
from yimen.core.postgres.cluster import ADMIN, Cluster
from yimen.core.postgres.errors import StatementFailed
from yimen.core.postgres.identity import Identity
from yimen.core.postgres.places import Places, places


class Server:
    """A running server, held by this process until it releases it or ends.

    Made by `ensure`. The hold belongs to the process that took it: after a fork, the child's copy releases nothing.
    """

    def __init__(self, at: Places, ticket: Path) -> None:
        """Keep the hold; it is let go when the process ends, if not before."""
        self.places = at
        self._ticket: Path | None = ticket
        self._pid = os.getpid()
        self._known: set[tuple[str, str]] | None = None
        atexit.register(self.release)

    def url(self, database: str, user: str) -> str:
        """Return the address of a database as this user, as libpq reads it: the host is the socket folder."""
        host = quote(str(self.places.sockets))
        return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={host}"

    def execute(self, script: str, *, database: str = "postgres", user: str = ADMIN) -> list[str]:
        """Run a script as one transaction and return the rows it printed, columns joined by tabs.

        The script may hold COPY … FROM STDIN with its lines. It runs through psql, so no driver is needed.

        Raises:
            StatementFailed: the server refused a statement; nothing of the script remains.
        """
        argv = [self._psql, "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--field-separator=\t"]
        argv += ["--single-transaction", "--set=ON_ERROR_STOP=1", "--dbname", self.url(database, user), "--file=-"]
        return self._run(argv, script)

    def ensure_role(self, name: str, *, can_create_databases: bool = False) -> None:
        """Make the login role if there is none yet: no superuser, owning nothing, trusted on the socket.

        A role that exists is left as it is.
        """
        if ("role", name) not in self._existing():
            createdb = "CREATEDB" if can_create_databases else "NOCREATEDB"
            self._create("role", name, f"CREATE ROLE {identifier(name)} LOGIN {createdb}")

    def ensure_database(self, name: str, *, owner: str) -> None:
        """Make the database if there is none yet, in UTF-8 and with the character classes of C.UTF-8."""
        if ("database", name) not in self._existing():
            self._create("database", name, f"CREATE DATABASE {identifier(name)} OWNER {identifier(owner)}")

    def release(self) -> None:
        """Let the server go; whoever leaves last stops it. A second call, or one in a forked child, does nothing."""
        if self._ticket is None or self._pid != os.getpid():
            return
        ticket, self._ticket = self._ticket, None
        atexit.unregister(self.release)
        if not self.places.home.is_dir():  # the whole home was deleted under us: there is nothing left to stop
            return
        clients = Clients(self.places.clients)
        with self.places.locked():
            clients.leave(ticket)
            if not clients.present():
                Cluster(self.places).stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    @property
    def _psql(self) -> str:
        return str(self.places.programs / "bin" / "psql")

    def _existing(self) -> set[tuple[str, str]]:
        if self._known is None:
            rows = self.execute(
                "SELECT 'role', rolname FROM pg_roles UNION ALL SELECT 'database', datname FROM pg_database;"
            )
            self._known = {(kind, name) for kind, _, name in (row.partition("\t") for row in rows)}
        return self._known

    def _create(self, kind: str, name: str, statement: str) -> None:
        # CREATE DATABASE cannot run inside a transaction; and of two processes only one may do it.
        with self.places.locked():
            self._known = None
            if (kind, name) not in self._existing():
                self._run([self._psql, "--no-psqlrc", "--dbname", self.url("postgres", ADMIN), "-c", statement], "")
        self._known = None

    def _run(self, argv: list[str], script: str) -> list[str]:
        run = subprocess.run(  # noqa: S603 - psql, its statements quoted by us
            argv, input=script, env=identities.environment(), capture_output=True, check=False, text=True
        )
        if run.returncode != 0:
            raise StatementFailed(
                "内置数据库没有执行这项管理操作。",
                remedy="请根据下面的信息处理后重试。",
                log=run.stderr.strip().splitlines(),
            )
        return run.stdout.splitlines()


def identifier(name: str) -> str:
    """Return a name as SQL wants it quoted."""
    return '"' + name.replace('"', '""') + '"'


def ensure(home: Path, *, durable: bool = True, identity: Identity | None = None) -> Server:
    """Start or join the server whose data directory is `home/postgres`, and hold it until this process ends.

    The first call ever makes the cluster (about a second), later ones start it (a quarter of one) or join it (a few
    milliseconds). `durable=False` is for tests: faster, and a power cut may ruin the data. `identity` is as whom the
    server runs; it is found out when not given.

    Raises:
        PostgresError: one of its family, with the remedy.
    """
    at = places(home, identity or identities.current(home / "postgres"))
    cluster, clients = Cluster(at), Clients(at.clients)
    with at.locked():
        ticket = clients.join()
        try:
            cluster.create()
            pid = cluster.start(durable=durable)
            if pid is not None:
                keeper.post(at, pid)
        except BaseException:
            clients.leave(ticket)
            raise
    return Server(at, ticket)


def stop(home: Path, *, identity: Identity | None = None, force: bool = False) -> bool:
    """Stop the server of `home` if nobody uses it any more, or at once with `force`; return whether it is stopped."""
    if not home.is_dir():
        return True
    at = places(home, identity or identities.current(home / "postgres"))
    with at.locked():
        if not force and Clients(at.clients).present():
            return False
        Cluster(at).stop()
    return True
