"""Measure a quality run against plain SQL: the same rules, the same file, the same threads, in turn."""

import json
import statistics
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from bench.quality import by_hand, table
from yimen.datasets.quality import relations, running
from yimen.datasets.quality.derive import derived
from yimen.datasets.quality.rules import Report

MAIN = ("number.required", "birth_date.type", "started_on.type", "ended_on.type", "base.type", "paid.type")
"""Derived rules that a typed snapshot cannot break; left out, so that each of the twenty has something to do."""


def main(
    rows: Annotated[int, typer.Option(help="行数")] = 1_000_000,
    rounds: Annotated[int, typer.Option(help="每种做几次，取中位数")] = 5,
    json_wanted: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """二十条质量规则检查一百万行，与手写 SQL 相比。"""
    rules = [rule for rule in (*derived(table.COLUMNS), *table.written()) if rule.code not in MAIN]
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
        times: dict[str, list[float]] = {"ours": [], "by hand": []}
        for _ in range(rounds):
            for name, work in (("ours", ours), ("by hand", plain)):
                begun = time.perf_counter()
                work()
                times[name].append(time.perf_counter() - begun)
    mine, theirs = statistics.median(times["ours"]), statistics.median(times["by hand"])
    figures = {"rows": rows, "rules": len(rules), "ours_s": round(mine, 3), "by_hand_s": round(theirs, 3)}
    figures["ratio"] = round(mine / theirs, 2)
    if json_wanted:
        typer.echo(json.dumps(figures))
        return
    typer.echo(f"{rows:,} rows, {len(rules)} rules, the same counts: {sum(found):,} failures")
    typer.echo(f"ours     {mine:.3f} s, with {sum(len(one.samples) for one in report.findings)} rows shown")
    typer.echo(f"by hand  {theirs:.3f} s, counts only")
    typer.echo(f"ratio    {mine / theirs:.2f}")


if __name__ == "__main__":
    typer.run(main)
