"""Run it: `python -m bench.matching`."""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.matching import __doc__ as about
from bench.matching import material
from bench.matching.contestants import CONTESTANTS

OURS, PEER, SLOW = "yimen, two threads", "numpy by hand", "DuckDB"
TENTH = 10


def main() -> int:
    """Write the enterprises, let each contestant match them in turn, check that all agree, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description=about)
    parser.add_argument("--rows", type=int, default=4_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--only", nargs="*", choices=list(CONTESTANTS), default=[one for one in CONTESTANTS if one != SLOW]
    )
    parser.add_argument("--enterprises", type=int, default=1000, help="how many are looked at one by one")
    parser.add_argument("--folder", type=Path, help="where the files go; a temporary folder if nothing is said")
    parser.add_argument("--slow", action="store_true", help=f"{SLOW} too, on a tenth of the rows: minutes")
    arguments = parser.parse_args()
    with TemporaryDirectory(dir=arguments.folder) as folder:
        whole, tenth = Path(folder) / "whole.parquet", Path(folder) / "tenth.parquet"
        material.write(whole, arguments.rows)
        material.write(tenth, arguments.rows // TENTH)
        print(f"{arguments.rows:,} enterprises × {material.RULES} measures, best of {arguments.runs}\n", flush=True)
        took = {name: _best(name, whole, arguments.runs) for name in arguments.only}
        _tell(took)
        if OURS in took:
            small = {OURS: _best(OURS, tenth, arguments.runs)}
            small |= {SLOW: _best(SLOW, tenth, 1)} if arguments.slow else {}
            print(f"\n{arguments.rows // TENTH:,} enterprises")
            _tell(small)
            growth = {what: took[OURS][what] / small[OURS][what] for what in ("seconds", "processor")}
            print(
                f"\nten times the rows: {growth['seconds']:.1f} × the time, {growth['processor']:.1f} × the processor"
            )
        if arguments.enterprises:
            told = _run("bench.matching.alone", str(tenth), str(arguments.enterprises))
            print("one enterprise, ms: " + ", ".join(f"{name} {value:.1f}" for name, value in told.items()))
    return 0


def _run(module: str, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", module, *arguments]
    made = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603 - our own
    told: dict[str, Any] = json.loads(made)
    return told


def _best(name: str, path: Path, runs: int) -> dict[str, Any]:
    """Return the best run's times, and what was found as one number to compare."""
    best: dict[str, Any] | None = None
    for _ in range(runs):
        made = _run("bench.matching.contestants", name, str(path))
        made["found"] = json.dumps(made["found"])
        if best is None or made["processor"] < best["processor"]:
            best = made
    assert best is not None
    return best


def _tell(took: dict[str, dict[str, Any]]) -> None:
    if len({one["found"] for one in took.values()}) > 1:
        sys.exit(f"not all found the same: { {name: one['found'][:200] for name, one in took.items()} }")
    peer = took.get(PEER)
    print(f"{'':22}{'seconds':>9}{'processor':>11}{'× numpy':>9}{'MB':>8}{'preparing':>11}")
    for name, one in took.items():
        ratio = f"{one['processor'] / peer['processor']:9.2f}" if peer else f"{'':9}"
        print(
            f"{name:22}{one['seconds']:9.2f}{one['processor']:11.2f}{ratio}{one['megabytes']:8,.0f}{one['preparing']:11.2f}"
        )


if __name__ == "__main__":
    sys.exit(main())
