"""Run it: `python -m bench.batch`."""

import argparse
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import ibis
import polars as pl
import pyarrow as pa

from bench.batch import by_hand, conditions
from bench.batch.people import COLUMNS, fill
from yimen import dmn
from yimen.dmn import batch, columns
from yimen.dmn.feel import ast

PEOPLE = "people"


@dataclass(slots=True)
class Line:
    """One line of the table: what is done, by whom, and its seconds."""

    name: str
    run: Callable[[], object]
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Return the median of the runs."""
        return statistics.median(self.seconds)


@dataclass(frozen=True, slots=True)
class Contest:
    """A decision to be made of all rows, by the batch and by hand: the value alone, and everything."""

    title: str
    model: dmn.Model
    decision: str
    value_sql: str
    whole_sql: str


def main() -> int:
    """Fill a table, run every line in turn several times, check that all agree, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.batch", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--unknown", type=float, default=0.05, help="share of each fact that is unknown")
    arguments = parser.parse_args()
    shared = Path(os.environ.get("YIMEN_SHARED", "../shared")) / "bench" / "decisions"
    if not shared.is_dir():
        sys.stderr.write(f"没有 {shared}：请用 YIMEN_SHARED 指明参考资料目录。\n")
        return 2
    versions = f"DuckDB {duckdb.__version__}, Polars {pl.__version__}, Ibis {ibis.__version__}"
    print(
        f"{arguments.rows:,} rows, {arguments.unknown:.0%} of each fact unknown, median of {arguments.runs}, one thread"
        f" (Polars {pl.thread_pool_size()}); {versions}, Python {platform.python_version()}\n"
    )
    stage = _Stage(arguments.rows, arguments.unknown)
    for contest in _contests(shared):
        _tell(stage, contest, arguments.runs)
    return 0


def _contests(shared: Path) -> Iterator[Contest]:
    for name in ("unique", "first"):
        rules = by_hand.rules_of(shared / f"{name}.rules.json")
        model = dmn.load(shared / f"{name}.dmn")
        decision = model.decisions[name]
        assert isinstance(decision.tree, ast.Table)
        yield Contest(
            f"table of 50 rows, {rules.policy}: value, determined, missing",
            model,
            name,
            by_hand.table_value(rules, PEOPLE),
            by_hand.table_whole(rules, PEOPLE, columns.apart(decision.tree, decision.scope)),
        )
    yield Contest(
        "twelve conditions: value, determined, failing, single failing, missing",
        dmn.load(conditions.model()),
        "eligible",
        by_hand.conditions_value(PEOPLE),
        by_hand.conditions_whole(PEOPLE, list(COLUMNS)),
    )


class _Stage:
    """The rows, in DuckDB and in Polars; every line writes its result to a table, or a frame, of its own."""

    def __init__(self, rows: int, unknown: float) -> None:
        self.duckdb = ibis.duckdb.connect(threads=1)
        self.raw = self.duckdb.con
        fill(self.raw, PEOPLE, rows=rows, unknown=unknown)
        self.polars = ibis.polars.connect()
        self.polars.create_table(PEOPLE, pl.from_arrow(self.raw.table(PEOPLE).to_arrow_table()))

    def written(self, sql: str) -> Callable[[], object]:
        """Return what writes a query's result to a table."""
        return lambda: self.raw.execute(f"CREATE OR REPLACE TEMP TABLE result AS {sql}").fetchall()

    def sql(self, table: ibis.Table) -> str:
        """Return an expression as DuckDB runs it."""
        return str(self.duckdb.compile(table))


def _tell(stage: _Stage, contest: Contest, runs: int) -> None:
    started = time.perf_counter()
    made = batch.compile(contest.model, contest.decision, stage.duckdb.table(PEOPLE))
    ours = stage.sql(_outputs(made))
    compiling = time.perf_counter() - started
    frame = stage.polars.compile(_outputs(batch.compile(contest.model, contest.decision, stage.polars.table(PEOPLE))))
    value = made.rows.select("id", **(made.parts or {"value": made.value}))
    lines = [
        Line("by hand, all outputs", stage.written(contest.whole_sql)),
        Line("batch on DuckDB, all outputs", stage.written(ours)),
        Line("batch on Polars, all outputs", frame.collect),
        Line("by hand, value alone", stage.written(contest.value_sql)),
        Line("batch on DuckDB, value alone", stage.written(stage.sql(value))),
    ]
    _check(stage, contest.whole_sql, ours, frame.collect().to_arrow())
    for _ in range(runs):
        for line in lines:
            started = time.perf_counter()
            line.run()
            line.seconds.append(time.perf_counter() - started)
    print(
        f"{contest.title}\ncompiled in {compiling * 1000:.0f} ms to {len(ours):,} characters of SQL,"
        f" by hand {len(contest.whole_sql):,}"
    )
    print(f"{'':34}{'seconds':>9}{'× by hand':>11}{'× value by hand':>17}")
    for line in lines:
        ratio = f"{line.median / lines[0].median:11.2f}{line.median / lines[3].median:17.2f}"
        print(f"{line.name:34}{line.median:9.3f}{ratio}")
    print(f"memory of the process at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB\n")


def _outputs(made: batch.Batch) -> ibis.Table:
    """Return everything, the entries of a context as columns, as by hand."""
    chosen: dict[str, ibis.Value] = dict(made.parts) or {"value": made.value}
    chosen |= {"determined": made.determined, "missing": made.missing[0]}
    if made.failing is not None and made.single_failing is not None:
        chosen |= {"failing": made.failing, "single_failing": made.single_failing}
    return made.rows.select("id", **chosen)


def _check(stage: _Stage, whole_sql: str, ours: str, frame: pa.Table) -> None:
    """Hold every output of every row against what is written by hand."""
    stage.raw.register("from_polars", frame)
    names = ", ".join(frame.column_names)
    for what, other in (("DuckDB", ours), ("Polars", "SELECT * FROM from_polars")):
        both = f"(SELECT {names} FROM ({whole_sql}) EXCEPT ALL SELECT {names} FROM ({other}))"
        found = stage.raw.execute(f"SELECT count(*) FROM {both}").fetchall()
        if found != [(0,)]:
            sys.exit(f"batch on {what} differs from what is written by hand in {found[0][0]} rows")
    stage.raw.unregister("from_polars")


if __name__ == "__main__":
    sys.exit(main())
