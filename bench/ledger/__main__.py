"""Run it: `python -m bench.ledger`. A database of its own is made and thrown away."""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.approve.site import run
from yimen.core import postgres


def main() -> int:
    """Fill a ledger, seal it, verify it; print rows a second, and the processor time of our own process.

    What a process needs to start is taken off; the database's processor time is not counted.
    """
    parser = argparse.ArgumentParser(prog="python -m bench.ledger", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="yimen-bench-") as folder:
        home = Path(folder)
        os.environ.pop("DATABASE_URL", None)
        os.environ["YIMEN_HOME"] = str(home)
        server = postgres.ensure(home)
        try:
            run("yimen.config.cli", "migrate")
            _, filling = _timed("bench.ledger.fill", "--rows", str(rows))
            _, idle = _timed("yimen.config.cli", "ledger", "seal", "--help")
            _, sealing = _timed("yimen.config.cli", "ledger", "seal")
            said, verifying = _timed("yimen.config.cli", "ledger", "verify", "--json")
        finally:
            server.release()
            postgres.stop(home, force=True)
    report = json.loads(said)
    assert report["clean"], report
    assert report["rows"] == rows
    print(f"{rows:,} rows in {report['seals']} seals")
    print(f"{'':10} {'rows a second':>16} {'seconds':>10} {'of our processor':>18}")
    for name, one in (("written", filling), ("sealed", sealing), ("verified", verifying)):
        seconds, processor = one.seconds - idle.seconds, one.processor - idle.processor
        print(f"{name:10} {rows / seconds:16,.0f} {seconds:10.2f} {processor:18.2f}")
    return 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What a process took: seconds by the clock, and of the processor."""

    seconds: float
    processor: float


def _timed(module: str, *arguments: str) -> tuple[str, Taken]:
    started, before = time.perf_counter(), _processor()
    said = run(module, *arguments)
    return said, Taken(time.perf_counter() - started, _processor() - before)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
