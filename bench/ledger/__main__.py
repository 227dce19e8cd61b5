"""Run it: `python -m bench.ledger`. A database of its own is made and thrown away."""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from bench.approve.site import run
from yimen.core import postgres


def main() -> int:
    """Fill a ledger, seal it, verify it; print rows a second, and what a process needs to start beside."""
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
            filling = _timed("bench.ledger.fill", "--rows", str(rows))
            idle = _timed("yimen.config.cli", "ledger", "seal", "--help")
            sealing = _timed("yimen.config.cli", "ledger", "seal") - idle
            started = time.perf_counter()
            report = json.loads(run("yimen.config.cli", "ledger", "verify", "--json"))
            verifying = time.perf_counter() - started - idle
        finally:
            server.release()
            postgres.stop(home, force=True)
    assert report["clean"], report
    assert report["rows"] == rows
    print(f"{rows:,} rows in {report['seals']} seals; starting a process ({idle:.1f} s) is taken off")
    for name, seconds in (("written", filling), ("sealed", sealing), ("verified", verifying)):
        print(f"{name:10} {rows / seconds:10,.0f} rows a second   {seconds:8.2f} s")
    return 0


def _timed(module: str, *arguments: str) -> float:
    started = time.perf_counter()
    run(module, *arguments)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
