"""One PostgreSQL cluster: made, started, mended after a crash, stopped. Every call expects its lock to be held."""

import os
import shutil
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from yimen.core.postgres import binaries, processes
from yimen.core.postgres.errors import Busy, NotDurable, WrongVersion, explain
from yimen.core.postgres.places import SOCKET, Places, make_socket_folder, try_lock

ADMIN = "postgres"
START_TIMEOUT_S = 120.0  # recovery after a crash reads the log since the last checkpoint
STOP_TIMEOUT_S = 30.0
ORPHANS_TIMEOUT_S = 10.0
LOG_LIMIT_BYTES = 10_000_000
LOG_TAIL_LINES = 12

# Written once, when the cluster is made, into its postgresql.conf: whoever has a larger machine edits it there.
SMALL_MACHINE = {
    "shared_buffers": "128MB",
    "max_connections": "60",
    "max_wal_size": "512MB",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "autovacuum_max_workers": "2",
    "io_method": "sync",
    "jit": "off",
    "lc_messages": "C",
}
# Given at each start: nobody can make the server listen on the network by editing a file.
ALWAYS = {"listen_addresses": "", "unix_socket_permissions": "0700", "logging_collector": "off"}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cluster at `places`."""

    places: Places

    def create(self) -> None:
        """Make the data directory if there is none yet.

        It is made beside its place and moved there when complete, so an interrupted start leaves nothing half made.

        Raises:
            WrongVersion: there is one, of another major version.
            DiskFull, NotPermitted, StartFailed: initdb failed.
        """
        places = self.places
        version_file = places.data / "PG_VERSION"
        if version_file.exists():
            found, ours = version_file.read_text(encoding="ascii").strip(), binaries.major_version(places.programs)
            if found != ours:
                raise WrongVersion(
                    f"数据目录 {places.data} 由 PostgreSQL {found} 建立，现在的程序是 {ours}。",
                    remedy="请用旧版本导出（pg_dump）再导入，或换一个空的 YIMEN_HOME。",
                )
            return
        draft = places.data.with_name(f"{places.data.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        places.identity.give(draft)
        argv = [self._program("initdb"), "-D", str(draft), "-U", ADMIN, "--locale=C.UTF-8", "--encoding=UTF8"]
        argv += ["--auth-local=trust", "--auth-host=reject", "--no-instructions"]
        for name, value in SMALL_MACHINE.items():
            argv += ["--set", f"{name}={value}"]
        run = places.identity.run(argv, cwd=places.data.parent)
        if run.returncode != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise explain("内置数据库没有建成。", _tail(run.stdout + run.stderr))
        draft.rename(places.data)

    def running(self) -> int | None:
        """Return the process number of the server that serves this data directory; None when there is none.

        The pid file alone proves nothing: after a crash its number may be anybody's. The process must work in our data
        directory.
        """
        pid = _lines(self.places.pid_file)[:1]
        if not pid or not pid[0].isdecimal():
            return None
        return int(pid[0]) if processes.works_in(int(pid[0]), self.places.data) else None

    def start(self, *, durable: bool) -> int | None:
        """Start the server unless it runs; return its process number if it had to be started, else None.

        After a crash it comes back with everything it ever confirmed.

        Raises:
            NotDurable: it runs without fsync, and `durable` is asked for.
            Busy: backends of a killed server do not go away.
            SocketClash, DiskFull, NotPermitted, StartFailed: it does not come up.
        """
        places = self.places
        if self.running() is not None:
            if (places.sockets / SOCKET).exists():
                self._check_durable(durable=durable)
                return None
            self.stop()  # something cleaned the socket away: nobody can reach this server any more
        make_socket_folder(places)
        settings = {**ALWAYS, **({} if durable else FORGETFUL), "unix_socket_directories": str(places.sockets)}
        argv = [self._program("postgres"), "-D", str(places.data)]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        pid = self._launch(argv)
        if not processes.wait_until(lambda: self._is_settled(pid), timeout_s=START_TIMEOUT_S, step_s=0.005):
            os.kill(pid, signal.SIGQUIT)
        if not self._is_ready(pid):
            raise explain("内置数据库没有启动。", _tail("\n".join(_lines(places.log))))
        return pid

    def stop(self) -> None:
        """Stop the server named in our own pid file, if it runs; sessions still open are closed, nothing is lost."""
        pid = self.running()
        if pid is not None:
            for how, timeout_s in ((signal.SIGINT, STOP_TIMEOUT_S), (signal.SIGQUIT, 5.0)):
                with suppress(ProcessLookupError):
                    os.kill(pid, how)
                if processes.wait_until(lambda: processes.started(pid) is None, timeout_s=timeout_s, step_s=0.005):
                    break
            else:
                raise Busy(f"内置数据库（进程 {pid}）没有停下来。", remedy="请查看它的日志，再重试。")
        with suppress(OSError):  # not empty, or gone: both are fine
            self.places.sockets.rmdir()

    def _program(self, name: str) -> str:
        return str(self.places.programs / "bin" / name)

    def _launch(self, argv: list[str]) -> int:
        """Start a process that is not our child, so it outlives us without becoming a zombie; return its number.

        It inherits the lock of `in_use`, and so does every backend it will ever have. As long as one of them lives, on
        whichever side of a container's wall, nobody gets that lock; then nobody starts a second server on the data.
        """
        places = self.places
        if places.log.exists() and places.log.stat().st_size > LOG_LIMIT_BYTES:
            places.log.replace(places.log.with_name(f"{places.log.name}.1"))
        in_use = os.open(places.in_use, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        log = os.open(places.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            self._outlive_orphans(in_use)
            for left in (places.pid_file, places.sockets / SOCKET, places.sockets / f"{SOCKET}.lock"):
                left.unlink(missing_ok=True)
            background = ["sh", "-c", '"$@" </dev/null >&2 & echo $!', "sh", *argv]
            return int(places.identity.run(background, cwd=places.data, stderr=log, keep_open=(in_use,)).stdout)
        finally:
            os.close(log)
            os.close(in_use)

    def _is_ready(self, pid: int) -> bool:
        lines = _lines(self.places.pid_file)
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"  # noqa: PLR2004 - line 8: state

    def _is_settled(self, pid: int) -> bool:
        return self._is_ready(pid) or processes.started(pid) is None

    def _check_durable(self, *, durable: bool) -> None:
        if durable and "fsync=off" in "".join(_lines(self.places.data / "postmaster.opts")):
            raise NotDurable(
                "正在运行的内置数据库是为测试启动的，断电可能丢失数据。",
                remedy="请先停止使用它的测试，或换一个 YIMEN_HOME。",
            )

    def _outlive_orphans(self, in_use: int) -> None:
        """Wait for the backends of a server that was killed; while one lives, a second server would ruin the data."""

        def none_left() -> bool:
            return try_lock(in_use)

        if processes.wait_until(none_left, timeout_s=ORPHANS_TIMEOUT_S, step_s=0.02):
            return
        # They serve nobody any more, and recovery starts from the log: ending them loses nothing confirmed.
        for pid in processes.serving(self.places.data):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not processes.wait_until(none_left, timeout_s=ORPHANS_TIMEOUT_S, step_s=0.02):
            raise Busy(
                "数据目录正被另一个数据库使用，但从这里看不到它，也连不上它。",
                remedy="它可能在另一个容器里：请先在那里停止，或换一个 YIMEN_HOME。",
            )


def _lines(path: Path) -> list[str]:
    """Return the lines of a file that comes and goes; none when it is not there or cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _tail(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()][-LOG_TAIL_LINES:]
