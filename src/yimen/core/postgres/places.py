"""Where everything of one cluster lies."""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from yimen.core.postgres import binaries, processes
from yimen.core.postgres.errors import Busy, NotPermitted, SocketClash
from yimen.core.postgres.identity import Identity

SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_BYTES = 107
RUNTIME = Path("/tmp")  # noqa: S108 - short on every machine; the folder made in it is ours alone and checked
LOCK_TIMEOUT_S = 90.0


@dataclass(frozen=True, slots=True)
class Places:
    """The folders and files of one cluster, all absolute and without symbolic links."""

    home: Path
    data: Path
    sockets: Path
    programs: Path
    identity: Identity

    @property
    def log(self) -> Path:
        """Return the server's log."""
        return self.data.with_name(f"{self.data.name}.log")

    @property
    def clients(self) -> Path:
        """Return the folder of the clients' tickets."""
        return self.home / "postgres.clients"

    @property
    def in_use(self) -> Path:
        """Return the file that every process of the server holds locked from its first to its last moment."""
        return self.home / "postgres.in-use"

    @property
    def pid_file(self) -> Path:
        """Return the file in which the server names itself."""
        return self.data / "postmaster.pid"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the cluster's lock: only one process at a time creates, starts, joins, leaves or stops.

        The kernel gives the lock back when a process dies, however it dies.

        Raises:
            Busy: another process kept it for a minute and a half.
        """
        descriptor = os.open(self.home / "postgres.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if not processes.wait_until(lambda: try_lock(descriptor), timeout_s=LOCK_TIMEOUT_S):
                raise Busy("另一个进程正在启动或停止内置数据库，等了一分半钟还没有结束。", remedy="请稍后再试。")
            yield
        finally:
            os.close(descriptor)


def try_lock(descriptor: int) -> bool:
    """Take the lock of an open file if nobody holds it; return whether it is taken."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def places(home: Path, identity: Identity, *, runtime: Path = RUNTIME) -> Places:
    """Return where the cluster of `home` lies, making the folders around it.

    Raises:
        NotPermitted: `home` is not ours to write.
        SocketClash: the socket's folder is somebody else's, or its path too long for the system (107 bytes).
        NoBinaries: there is no server to run.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        home = home.resolve()
        if not os.access(home, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        data = _data(home, identity)
        programs = binaries.installed()
        if identity.state is not None and not identity.can("-x", programs / "bin" / "postgres"):
            programs = binaries.copy(programs, identity.state)
    except OSError as exc:
        raise NotPermitted(
            f"不能写入目录 {home}：{exc.strerror or exc}。",
            remedy="请以该目录的所有者运行，或用 YIMEN_HOME 指定另一个目录。",
        ) from exc
    mark = sha256(os.fsencode(data)).hexdigest()[:8]
    return Places(home, data, runtime / f"yimen-{identity.uid}-{mark}", programs, identity)


def _data(home: Path, identity: Identity) -> Path:
    """Return the data directory: `home/postgres`, or where that link leads.

    On the first start, a home that the server cannot enter gets a link to a folder of the server's own instead.
    """
    named = home / "postgres"
    if identity.state is not None and not named.is_symlink() and not named.exists() and not identity.can("-x", home):
        folder = identity.state / sha256(os.fsencode(home)).hexdigest()[:8]
        folder.mkdir(parents=True, exist_ok=True)
        identity.state.chmod(0o755)
        identity.give(folder)
        with suppress(FileExistsError):  # somebody else was first, with the same link
            named.symlink_to(folder / "postgres")
    return named.resolve()


def make_socket_folder(places: Places) -> None:
    """Make the folder of the socket, for its owner's eyes only.

    Raises:
        SocketClash: it is there already and belongs to somebody else, or is no folder, or its path is too long.
    """
    folder = places.sockets
    if len(os.fsencode(folder / SOCKET)) > SOCKET_PATH_BYTES:
        raise SocketClash(
            f"套接字路径超过 {SOCKET_PATH_BYTES} 字节：{folder}", remedy="请把运行目录设在更短的路径下，例如 /tmp。"
        )
    try:
        folder.mkdir(mode=0o700)
        places.identity.give(folder)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != places.identity.uid:
            raise SocketClash(
                f"{folder} 已被其他用户占用。", remedy="请查明它的来历并移走，再重试。为安全起见不会使用它。"
            ) from None
        folder.chmod(0o700)
