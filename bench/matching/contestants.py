"""One contestant in a process of its own: reads the file, matches, says what it found and what it took."""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from bench.matching import material, peers
from bench.matching.by_hand import numpy_reference
from bench.matching.peers import Numbers

DAY = date(2026, 1, 1)


def ours(path: Path, threads: int) -> Callable[[], Numbers]:
    """Match with the plan; eligible pairs go to a Parquet file, as in a real run."""
    from yimen.policies import matching  # noqa: PLC0415 - the others run without it

    plan = matching.plan(material.models())

    def run() -> Numbers:
        with TemporaryDirectory(dir=path.parent) as folder:
            result = matching.match(plan, path, on=DAY, into=Path(folder) / "pairs.parquet", threads=threads)
        return [(one.eligible, one.near, one.refused) for one in result.tallies]

    return run


def by_hand(path: Path) -> Callable[[], Numbers]:
    """Match with numpy alone; eligible rows are kept in memory."""

    def run() -> Numbers:
        found = numpy_reference(pq.read_table(path), material.rules())
        return list(zip(found.eligible, found.near, found.refused, strict=True))

    return run


CONTESTANTS: dict[str, Callable[[Path], Callable[[], Numbers]]] = {
    "yimen, two threads": lambda path: ours(path, 2),
    "yimen, one thread": lambda path: ours(path, 1),
    "numpy by hand": by_hand,
    "Polars": lambda path: lambda: peers.with_polars(path, material.rules()),
    "DuckDB": lambda path: lambda: peers.with_duckdb(path, material.rules(), 2),
}


def main() -> None:
    """Run one contestant once and print what it found as JSON."""
    name, path = sys.argv[1], Path(sys.argv[2])
    started = time.perf_counter()
    run = CONTESTANTS[name](path)
    ready = time.perf_counter()
    before = _processor()
    found = run()
    took = {"preparing": ready - started, "seconds": time.perf_counter() - ready, "processor": _processor() - before}
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    json.dump({"found": found, **took, "megabytes": most / 1024}, sys.stdout)


def _processor() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main()
