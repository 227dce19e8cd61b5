"""Run it: `python -m bench.exchange`."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import django

from bench.exchange import stage
from demo import cast
from yimen.core import postgres


@dataclass(frozen=True, slots=True)
class Run:
    """How long each call took, in seconds, and for how long was measured."""

    times: list[float]
    seconds: float

    @property
    def per_second(self) -> float:
        """Return how many were done a second."""
        return len(self.times) / self.seconds

    def ms(self, share: float) -> float:
        """Return the time in milliseconds within which this share was done."""
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


def main() -> int:
    """Set the stage in a folder of its own, measure, print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.exchange", description=__doc__)
    parser.add_argument("--callers", type=int, default=50, help="at the same time, over all worker processes")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="of ledger on and off in turns; the median counts")
    parser.add_argument("--people", type=int, default=2000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="yimen-bench-") as folder:
        home = Path(folder)
        with stage.database(home), stage.server(home / "department") as department:
            _measure(home, department, arguments)
    return 0


def _measure(home: Path, department: postgres.Server, arguments: argparse.Namespace) -> None:
    people = cast.population(today=date.today(), count=arguments.people)  # noqa: DTZ011 - the day where the people are
    numbers = home / "numbers"
    numbers.write_text("\n".join(one.id_number for one in people), encoding="ascii")
    os.environ["YIMEN_SOURCE_BENCH"] = stage.department(department, [one.id_number for one in people])
    django.setup()
    from yimen.parties import services as parties  # noqa: PLC0415 - Django first

    stage.catalogue()
    parties.register_people([(one.id_number, one.name) for one in people])
    said = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; load before "
    print(f"{said}{os.getloadavg()[0]:.1f}\n{arguments.workers} workers, {arguments.callers} callers\n")

    def run(mode: str, *, callers: int, workers: int = 1) -> Run:
        return _run(mode, numbers, callers=callers, workers=workers, seconds=arguments.seconds)

    alone: dict[str, list[Run]] = {"query": [], "exchange": [], "unledgered": []}
    many: dict[str, list[Run]] = {"exchange": [], "unledgered": []}
    for _ in range(arguments.rounds):
        for mode, runs in alone.items():
            runs.append(run(mode, callers=1))
        for mode, runs in many.items():
            runs.append(run(mode, callers=arguments.callers, workers=arguments.workers))
    _tell(alone, many)


def _run(mode: str, numbers: Path, *, callers: int, workers: int, seconds: float) -> Run:
    each = max(callers // workers, 1)
    command = [sys.executable, "-m", "bench.exchange.caller", mode, str(each), str(seconds), str(numbers)]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module
        for _ in range(workers)
    ]
    for one in processes:
        assert one.stdout is not None
        if one.stdout.readline().strip() != "ready":
            sys.exit(f"a worker of {mode} failed")
    for one in processes:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    times: list[float] = []
    for one in processes:
        assert one.stdout is not None
        times += json.loads(one.stdout.readline())
        one.wait()
    return Run(times, seconds)


def _tell(alone: dict[str, list[Run]], many: dict[str, list[Run]]) -> None:
    def middle(runs: list[Run], share: float) -> float:
        return statistics.median(one.ms(share) for one in runs)

    def rate(runs: list[Run]) -> float:
        return statistics.median(one.per_second for one in runs)

    query, exchange, bare = (middle(alone[mode], 0.5) for mode in ("query", "exchange", "unledgered"))
    print(f"{'the source’s own query, one caller':42} p50 {query:7.2f} ms")
    print(f"{'an exchange, signed and in the ledger':42} p50 {exchange:7.2f} ms")
    print(f"{'  over the query':42}    + {exchange - query:7.2f} ms   × {exchange / query:.2f}")
    print(f"{'  the same without the ledger':42} p50 {bare:7.2f} ms")
    on, off = rate(many["exchange"]), rate(many["unledgered"])
    half, most = middle(many["exchange"], 0.5), middle(many["exchange"], 0.99)
    print(f"{'all callers at once':42} p50 {half:7.1f} ms   p99 {most:.1f} ms")
    print(f"{'  exchanges a second, ledger on':42}     {on:7.0f}")
    print(f"{'  exchanges a second, ledger off':42}     {off:7.0f}   the ledger costs {1 - on / off:.0%} of them")


if __name__ == "__main__":
    sys.exit(main())
