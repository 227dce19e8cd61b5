"""Run it: `python -m bench.exchange`."""

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bench import exchange
from bench.exchange.stage import Worker, place, workers

CROWDED = ("sql", "rest")
"""The kinds of source that fifty callers ask at once."""
LABELS = {"sql": "a database (PostgreSQL)", "rest": "an HTTP service", "file": "a file"}


def main() -> int:
    """Set the stage in a folder of its own, measure, print the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.exchange",
        description=exchange.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--people", type=int, default=1000, help="about whom is asked")
    parser.add_argument("--alone", type=int, default=2000, help="exchanges of one caller, of each kind of source")
    parser.add_argument("--callers", type=int, default=50, help="at once, over all workers (at most 50)")
    parser.add_argument("--workers", type=int, default=2, help="processes the callers are threads of")
    parser.add_argument("--each", type=int, default=60, help="exchanges of each caller in a round")
    parser.add_argument("--rounds", type=int, default=7, help="with the ledger, and as many without, in turn")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="yimen-bench-") as folder:
        home = Path(folder)
        with place(home, people=arguments.people) as there, workers(home, count=arguments.workers) as crowd:
            crowd[0].tell(alone=arguments.alone)
            _tell_alone(arguments, crowd[0].heard())
            seen = {kind: _rounds(crowd, arguments, kind) for kind in CROWDED}
            _count_rows(there.url, 3 * (100 + arguments.alone) + sum(one.ledgered for one in seen.values()))
            for kind, one in seen.items():
                _tell_crowd(arguments, one, LABELS[kind])
    return 0


@dataclass(slots=True)
class Seen:
    """What the rounds saw: exchanges a second of each round, with the ledger and without, and every single time."""

    on: list[float] = field(default_factory=list)
    off: list[float] = field(default_factory=list)
    times_on: list[float] = field(default_factory=list)
    times_off: list[float] = field(default_factory=list)
    ledgered: int = 0
    failed: int = 0


def _rounds(crowd: Sequence[Worker], arguments: argparse.Namespace, kind: str) -> Seen:
    seen = Seen()
    threads = arguments.callers // len(crowd)
    for number in range(2 * arguments.rounds + 2):
        is_ledgered = number % 2 == 0
        begun = time.perf_counter()
        for worker in crowd:
            worker.tell(threads=threads, each=arguments.each, ledger=is_ledgered, of=kind)
        heard = [worker.heard() for worker in crowd]
        took = time.perf_counter() - begun
        times = [one for answer in heard for one in answer["times"]]
        failed = sum(int(answer["failed"][0]) for answer in heard)
        seen.ledgered += len(times) + failed if is_ledgered else 0
        if number < 2:  # noqa: PLR2004 - one of each kind to open the lines
            continue
        seen.failed += failed
        (seen.on if is_ledgered else seen.off).append(len(times) / took)
        (seen.times_on if is_ledgered else seen.times_off).extend(times)
    return seen


def _count_rows(url: str, expected: int) -> None:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM ledger_entry WHERE actor_id = 'bench'").fetchone()
    if row != (expected,):
        sys.exit(f"the ledger has {row} rows, there were {expected} exchanges")


def _percentile(times: Sequence[float], share: float) -> float:
    """Return the time in milliseconds within which this share was done."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] * 1000


def _tell_alone(arguments: argparse.Namespace, times: Mapping[str, Sequence[float]]) -> None:
    median = {name: _percentile(taken, 0.5) for name, taken in times.items()}
    lines = [(label, median[f"{kind} read"], median[f"{kind} exchange"]) for kind, label in LABELS.items()]
    lines.insert(1, ("  the same SELECT by hand", median["sql by hand"], median["sql exchange"]))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"load before: {os.getloadavg()[0]:.1f} (1 is one core busy; above 0.5 others ran beside it)\n")
    head = f"one caller, {arguments.alone} of each, medians"
    print(f"{head:42}{'own query':>12}{'exchange':>15}{'over it':>12}{'ratio':>11}")
    for label, own, whole in lines:
        print(f"{label:42}{own:9.2f} ms{whole:12.2f} ms{whole - own:9.2f} ms{whole / own:11.1f}")


def _tell_crowd(arguments: argparse.Namespace, seen: Seen, label: str) -> None:
    on, off = statistics.median(seen.on), statistics.median(seen.off)
    dearer = statistics.median(without / ledgered - 1 for ledgered, without in zip(seen.on, seen.off, strict=True))
    print(f"\n{label}: {arguments.callers} callers, {arguments.workers} processes, {arguments.rounds} rounds each\n")
    for name, rate, rates, times in (
        ("signed, logged", on, seen.on, seen.times_on),
        ("signed, ledger off", off, seen.off, seen.times_off),
    ):
        print(
            f"{name:20}{rate:7.0f} a second ({min(rates):.0f} to {max(rates):.0f})"
            f"   p50 {_percentile(times, 0.5):6.1f} ms   p99 {_percentile(times, 0.99):6.1f} ms"
        )
    print(f"{'the ledger':20}{dearer:+7.0%} time an exchange (median of neighbouring rounds)")
    print(f"load after: {os.getloadavg()[0]:.1f}")
    if seen.failed:
        print(f"{seen.failed} got no answer from the department in time")


if __name__ == "__main__":
    sys.exit(main())
