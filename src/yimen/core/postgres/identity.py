"""As whom the server runs. PostgreSQL refuses to be root, and initdb to be nobody it finds in the list of users.

- An ordinary user runs it as himself.
- Root, or a number without a name (as containers have), runs it in a user namespace of its own, where that number
  appears as an ordinary, named one: the files stay whose they are, and nothing on the machine changes.
- Where namespaces are forbidden, root runs it as an unprivileged account that already exists.
- Data that are there already stay with their owner: root then runs the server as whoever that is.

Neither an account nor root in a namespace can look into somebody's private folder. What they cannot reach goes to a
folder of the server's own.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from yimen.core.postgres.errors import NotPermitted

OVERFLOW = 65534  # how numbers of outside look inside a namespace; better not to be one of them
ACCOUNTS = ("postgres", "nobody")
STATE = Path("/var/lib/yimen")


@dataclass(frozen=True, slots=True)
class Identity:
    """As whom programs of the server run, and who owns its files, seen from outside."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()
    # Where programs and data go when this identity cannot reach them where they are; None when it always can.
    state: Path | None = None

    @property
    def is_other(self) -> bool:
        """Tell whether it is an account other than the one we run as."""
        return self.uid != os.geteuid()

    def run(
        self, argv: list[str], *, cwd: Path, stderr: int = subprocess.PIPE, keep_open: tuple[int, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end as this identity, in a session of its own, so that Ctrl-C does not reach it.

        The descriptors to `keep_open` are passed on to it.
        """
        return subprocess.run(  # noqa: S603 - programs of the server and the shell, no words of others
            [*self.prefix, *argv],
            cwd=cwd,
            env=environment(),
            check=False,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            pass_fds=keep_open,
            start_new_session=True,
            user=self.uid if self.is_other else None,
            group=self.gid if self.is_other else None,
            extra_groups=[] if self.is_other else None,
        )

    def can(self, test: str, path: Path) -> bool:
        """Tell whether this identity may read (-r), write (-w), or run or enter (-x) a path."""
        if self.prefix or self.is_other:
            return self.run(["test", test, str(path)], cwd=Path("/")).returncode == 0
        return os.access(path, {"-r": os.R_OK, "-w": os.W_OK, "-x": os.X_OK}[test])

    def give(self, path: Path) -> None:
        """Hand a file or folder of ours over to this identity."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)


def environment() -> dict[str, str]:
    """Return our environment without what would lead PostgreSQL's programs elsewhere, and with plain English logs."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    return {**ours, "LC_ALL": "C"}


def current(data: Path) -> Identity:
    """Return as whom the server of this data directory runs when this process starts it.

    Raises:
        NotPermitted: we are root, namespaces are forbidden, and no unprivileged account exists.
    """
    uid = os.geteuid()
    if uid != 0 and _has_name(uid):
        return Identity(uid, os.getegid())
    if uid == 0 and data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        return Identity(owner.st_uid, owner.st_gid, state=STATE)
    if namespaces_allowed():
        return in_namespace()
    return as_account() if uid == 0 else Identity(uid, os.getegid())


def in_namespace(state: Path = STATE) -> Identity:
    """Return ourselves in a user namespace of our own; root also gets a place for what it cannot reach from there."""
    return Identity(os.geteuid(), os.getegid(), prefix=_namespace(), state=state if os.geteuid() == 0 else None)


@cache
def namespaces_allowed() -> bool:
    """Tell whether this machine lets us make a user namespace; containers and hardened kernels may not."""
    try:
        argv = [*_namespace(), "true"]
        return subprocess.run(argv, capture_output=True, check=False).returncode == 0  # noqa: S603 - unshare
    except OSError:
        return False


def _namespace() -> tuple[str, ...]:
    named = [account.pw_uid for account in pwd.getpwall() if account.pw_uid not in {0, OVERFLOW}]
    inside = min(named, default=OVERFLOW)
    return "unshare", "--user", f"--map-user={inside}", f"--map-group={inside}", "--"


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def as_account(names: tuple[str, ...] = ACCOUNTS, state: Path = STATE) -> Identity:
    """Return the first of these unprivileged accounts that exists, with `state` as the place for what it cannot reach.

    Raises:
        NotPermitted: none of them exists.
    """
    for name in names:
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(account.pw_uid, account.pw_gid, state=state)
    raise NotPermitted(
        "PostgreSQL 不能以 root 身份运行，而这台机器既不允许用户命名空间，也没有可用的普通账户。",
        remedy="请以普通用户运行，或建立名为 postgres 的账户，或用 DATABASE_URL 指向自己的 PostgreSQL。",
    )
