"""The table of a run: printed, and written between two marks in docs/performance.md."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from bench.decisions.contest import Figures

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- bench-decisions: begin -->", "<!-- bench-decisions: end -->"
HEAD = """## One applicant decided

    {command}

{machine}; {day}. Times of a call in microseconds; `× hand` and
`zen ÷` are ratios of medians in this run. Loading is processor time and includes the first call. Memory is what one
more loaded model takes, as far as it shows. Answers were checked before anything was timed.
Each call is timed by itself among calls of the others, so caches are cold; in a loop of its own (CPU) each takes less.
Reading the trace decides once more, on the values kept.
"""


def table(goal: str, figures: Sequence[Figures]) -> list[str]:
    """Return the lines of one goal, as Markdown."""
    medians = {one.name: one.percentile_us(0.5) for one in figures if one.calls}
    lines = [
        f"| {goal} | load ms | p50 µs | p99 µs | CPU µs | KiB | × hand | zen ÷ |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in figures:
        if not one.calls:
            lines.append(f"| {one.name} | {one.problem or 'not run'} | | | | | | |")
            continue
        middle = medians[one.name]
        by_hand, by_zen = medians.get("by hand"), medians.get("zen-engine")
        cells = [
            one.name,
            f"{one.load_ms:.1f}" if one.load_ms else "–",
            f"{middle:,.2f}" if middle < 100 else f"{middle:,.0f}",  # noqa: PLR2004 - digits that mean something
            f"{one.percentile_us(0.99):,.1f}",
            f"{one.cpu_us:,.2f}" if one.cpu_us < 100 else f"{one.cpu_us:,.0f}",  # noqa: PLR2004 - as above
            f"{one.memory_kib:,.0f}",
            f"{middle / by_hand:,.2f}" if by_hand else "",
            f"{by_zen / middle:,.2f}" if by_zen else "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def section(command: str, goals: Mapping[str, Sequence[Figures]], said: Sequence[str]) -> str:
    """Return the whole section."""
    system = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    head = HEAD.format(command=command, machine=system, day=f"{date.today():%d %B %Y}")  # noqa: DTZ011 - the day here
    lines = [line for goal, figures in goals.items() for line in table(goal, figures)]
    return "\n".join([head, *lines, *(f"{one}\n" for one in dict.fromkeys(said))]).rstrip()


def written(text: str, page: Path = PAGE) -> None:
    """Put the section between the marks of the page, or at its end where there are none yet."""
    before = page.read_text(encoding="utf-8")
    whole = f"{BEGIN}\n{text}\n{END}"
    if BEGIN in before and END in before:
        start, end = before.index(BEGIN), before.index(END) + len(END)
        page.write_text(before[:start] + whole + before[end:], encoding="utf-8")
        return
    page.write_text(f"{before.rstrip()}\n\n{whole}\n", encoding="utf-8")
