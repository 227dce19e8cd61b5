"""Run it: `python -m bench.matching`."""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.matching import material
from bench.matching.contestants import CONTESTANTS

OURS, PEER = "yimen, two threads", "numpy by hand"
TENTH = 10


def main() -> int:
    """Write the enterprises, let each contestant match them in turn, check that all agree, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description=__doc__)
    parser.add_argument("--rows", type=int, default=4_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="*", choices=list(CONTESTANTS), default=list(CONTESTANTS))
    parser.add_argument("--folder", type=Path, help="where the files go; a temporary folder if nothing is said")
    arguments = parser.parse_args()
    with TemporaryDirectory(dir=arguments.folder) as folder:
        whole, tenth = Path(folder) / "whole.parquet", Path(folder) / "tenth.parquet"
        material.write(whole, arguments.rows)
        material.write(tenth, arguments.rows // TENTH)
        print(f"{arguments.rows:,} enterprises × {material.RULES} measures, best of {arguments.runs}\n")
        took = {name: _best(name, whole, arguments.runs) for name in arguments.only}
        _tell(took)
        if OURS in took:
            small = _best(OURS, tenth, arguments.runs)
            growth = took[OURS]["seconds"] / small["seconds"]
            print(
                f"\na tenth of the rows: {small['seconds']:.2f} s; ten times the rows take {growth:.1f} times as long"
            )
    return 0


def _best(name: str, path: Path, runs: int) -> dict[str, float]:
    """Return the best run's times, and what was found as one number to compare."""
    best: dict[str, float] | None = None
    for _ in range(runs):
        command = [sys.executable, "-m", "bench.matching.contestants", name, str(path)]
        made = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603
        made["found"] = hash(json.dumps(made["found"]))
        if best is None or made["processor"] < best["processor"]:
            best = made
    assert best is not None
    return best


def _tell(took: dict[str, dict[str, float]]) -> None:
    if len({one["found"] for one in took.values()}) > 1:
        sys.exit(f"not all found the same: { {name: one['found'] for name, one in took.items()} }")
    peer = took.get(PEER)
    print(f"{'':22}{'seconds':>9}{'processor':>11}{'× numpy':>9}{'MB':>8}{'preparing':>11}")
    for name, one in took.items():
        ratio = f"{one['processor'] / peer['processor']:9.2f}" if peer else f"{'':9}"
        print(
            f"{name:22}{one['seconds']:9.2f}{one['processor']:11.2f}{ratio}{one['megabytes']:8,.0f}{one['preparing']:11.2f}"
        )


if __name__ == "__main__":
    sys.exit(main())
