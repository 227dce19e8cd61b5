"""A department's service as a process of its own, that never outlives whoever started it."""

import ctypes
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

PR_SET_PDEATHSIG = 1
KEY_VARIABLE = "DEPARTMENT_API_KEY"
ROOT = Path(__file__).resolve().parents[2]
STOP_TIMEOUT_S = 5.0


class DepartmentDown(Exception):
    """A department's system did not start; the text says which and what it said."""


def die_with(parent: int) -> None:
    """Have the kernel end us when our parent ends, however it ends, even while we are stopped by a signal."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        sys.exit(0)


@dataclass(frozen=True, slots=True)
class Process:
    """A running service, and the port it answers at; 0 until it has said so."""

    name: str
    popen: subprocess.Popen[str]
    port: int = 0

    @classmethod
    def start(cls, name: str, store: Path, *, key: str) -> Self:
        """Start the department's service and wait until it answers.

        Raises:
            DepartmentDown: it does not start.
        """
        return cls.launch(name, store, key=key).ready()

    @classmethod
    def launch(cls, name: str, store: Path, *, key: str) -> Self:
        """Start the department's service in a session of its own, so that Ctrl-C reaches us first and we stop it.

        Several start side by side; each is `ready` later.
        """
        popen = subprocess.Popen(  # noqa: S603 - our own service
            [sys.executable, "-m", "demo.departments", name, "--store", str(store), "--parent", str(os.getpid())],
            cwd=ROOT,
            # The key goes by the environment: everybody on the machine can read a command line.
            env={**os.environ, KEY_VARIABLE: key},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        return cls(name, popen)

    def ready(self) -> Self:
        """Wait until it has said at which port it answers, and return it with that.

        Raises:
            DepartmentDown: it did not start.
        """
        assert self.popen.stdout is not None
        line = self.popen.stdout.readline()
        if not line.strip().isdecimal():
            self.end()
            raise DepartmentDown(f"{self.name} 部门的演示服务没有启动（退出码 {self.popen.returncode}）。")
        return replace(self, port=int(line))

    def end(self) -> None:
        """Stop it, paused or not; a second call does nothing."""
        if self.popen.poll() is None:
            self.popen.terminate()
            self.popen.send_signal(signal.SIGCONT)  # a paused process hears nothing before it goes on
            try:
                self.popen.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
        if self.popen.stdout is not None:
            self.popen.stdout.close()
