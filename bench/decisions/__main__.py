"""Run it: `python -m bench.decisions`."""

import argparse
import sys

from bench.decisions import __doc__ as about
from bench.decisions import contest, feelin, ours, peers, report
from bench.decisions.material import GOALS, Absent, Material, found

LONG = 1000
"""Rows of the table that is only loaded."""


def main() -> int:
    """Check every engine's answers, time them, print the table and write it down."""
    parser = argparse.ArgumentParser(prog="python -m bench.decisions", description=about)
    parser.add_argument("--calls", type=int, default=5000, help="of each fast engine; slow ones get a twentieth")
    parser.add_argument("--goal", choices=GOALS, action="append", help="only this one; may be repeated")
    parser.add_argument("--dry", action="store_true", help="leave docs/performance.md as it is")
    arguments = parser.parse_args()
    try:
        material = found()
    except Absent as error:
        print(f"skipped: {error}")
        return 0
    said: list[str] = []
    goals = {goal: _goal(material, goal, arguments.calls, said) for goal in arguments.goal or GOALS}
    try:
        for goal, figures in feelin.measured(material).items():
            if goal in goals:
                goals[goal].append(figures)
    except feelin.NoNode as error:
        said.append(f"feelin is left out: {error}")
    longest = ours.long_load(material, LONG)
    said.append(f"Our engine loads {longest.name} in {contest.load_ms(longest):.0f} ms, the first call included.")
    text = report.section("make bench-decisions", goals, said)
    print(text)
    if not arguments.dry:
        report.written(text)
    return int(any(one.problem for figures in goals.values() for one in figures))


def _goal(material: Material, goal: str, calls: int, said: list[str]) -> list[contest.Figures]:
    contestants = [*ours.contestants(material, goal), *peers.contestants(material, goal, said.append)]
    return contest.held(material, goal, contestants, calls=calls)


if __name__ == "__main__":
    sys.exit(main())
