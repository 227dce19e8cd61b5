"""Measure a quality run against plain SQL: the same rules, the same file, the same threads, in turn."""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from bench.quality import by_hand, table
from yimen.datasets.quality import relations, running
from yimen.datasets.quality.derive import derived
from yimen.datasets.quality.rules import Report

TYPED = frozenset({"birth_date.type", "started_on.type", "ended_on.type", "base.type", "paid.type"})
"""Derived rules that a typed snapshot cannot break; left out, so that each of the twenty has something to do."""


def main() -> int:
    """Run both in turn several times, check that they count the same, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    rows = arguments.rows
    rules = [rule for rule in (*derived(table.COLUMNS), *table.written()) if rule.code not in TYPED]
    codes = [rule.code for rule in rules]
    now = datetime.now()  # noqa: DTZ005 - a day, to tell what is in the future
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.parquet"
        table.write(path, rows)

        def ours() -> Report:
            with relations.parquet(path) as relation:
                return running.run(relation, table.COLUMNS, rules, at=now, is_clean=True)

        def plain() -> tuple[int, ...]:
            with duckdb.connect() as connection:
                answer = connection.execute(by_hand.statement(str(path), codes)).fetchone()
            assert answer is not None
            return answer

        report, answer = ours(), plain()
        found = [one.failed for one in report.findings]
        if (report.rows, *found) != answer:
            raise SystemExit(f"the counts differ: {dict(zip(codes, zip(found, answer[1:], strict=True), strict=True))}")
        lines = {"ours": Line(ours), "by hand": Line(plain)}
        for _ in range(arguments.runs):
            for one in lines.values():
                one.measure()
    mine, theirs = lines["ours"], lines["by hand"]
    shown = sum(len(one.samples) for one in report.findings)
    print(
        f"{rows:,} rows, {len(rules)} rules, {sum(found):,} failures, the same counts; median of {arguments.runs},"
        f" DuckDB {duckdb.__version__}, {os.cpu_count()} cores\n"
    )
    print(f"ours     {mine.median:.3f} s, {mine.processor:.3f} s of processor, {shown} masked rows kept")
    print(f"by hand  {theirs.median:.3f} s, {theirs.processor:.3f} s of processor, counts only")
    print(f"ratio    {mine.median / theirs.median:.2f}, of processor {mine.processor / theirs.processor:.2f}")
    return 0


@dataclass(slots=True)
class Line:
    """One way of doing it, and its seconds: on the clock, and of all processors."""

    work: Callable[[], object]
    seconds: list[float] = field(default_factory=list)
    of_processor: list[float] = field(default_factory=list)

    def measure(self) -> None:
        """Do it once."""
        begun, busy = time.perf_counter(), time.process_time()
        self.work()
        self.seconds.append(time.perf_counter() - begun)
        self.of_processor.append(time.process_time() - busy)

    @property
    def median(self) -> float:
        """Return the median on the clock."""
        return statistics.median(self.seconds)

    @property
    def processor(self) -> float:
        """Return the median of processor."""
        return statistics.median(self.of_processor)


if __name__ == "__main__":
    sys.exit(main())
