"""The treasury as a process of its own, and what the platform needs to reach it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from demo.departments.process import KEY_VARIABLE, ROOT, DepartmentDown, Process
from yimen.core import signing


@dataclass(frozen=True, slots=True)
class RunningTreasury:
    """A running treasury: where it answers, its store, and the settings of the platform that lead to it."""

    process: Process
    store: Path
    environment: Mapping[str, str]

    @classmethod
    def start(
        cls, store: Path, *, key: str, payment_key: Path, faults: Mapping[str, object] | None = None, port: int = 0
    ) -> Self:
        """Start it; `payment_key` is the file of the platform's own key, whose public half it is told.

        Raises:
            DepartmentDown: it does not start.
        """
        payer = signing.signer_at(payment_key).public_key
        command = ["--store", str(store), "--payer", payer, "--port", str(port), "--parent", str(os.getpid())]
        popen = subprocess.Popen(  # noqa: S603 - our own service
            [sys.executable, "-m", "demo.departments.treasury", *command, "--faults", json.dumps(dict(faults or {}))],
            cwd=ROOT,
            env={**os.environ, KEY_VARIABLE: key},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert popen.stdout is not None
        line, public_key = popen.stdout.readline(), popen.stdout.readline().strip()
        process = Process("treasury", popen, int(line) if line.strip().isdecimal() else 0)
        if not process.port or not public_key:
            process.end()
            raise DepartmentDown(f"国库的演示服务没有启动（退出码 {popen.returncode}）。")
        environment = {
            "YIMEN_TREASURY_URL": f"http://127.0.0.1:{process.port}",
            "YIMEN_TREASURY_KEY": key,
            "YIMEN_TREASURY_PUBLIC_KEY": public_key,
            "YIMEN_PAYMENT_KEY": str(payment_key),
        }
        return cls(process, store, environment)

    def end(self) -> None:
        """Stop it; a second call does nothing."""
        self.process.end()
