"""Pictures drawn on the server: bars and a trend. No script, and each figure stands beside them as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 600.0, 120.0
"""The drawing's own units; a page stretches it to its column."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for, the figure as read, its share of the whole (0 to 100), and a tone.

    `tone` is "", "good", "warn" or "bad"; `address` is where it leads, empty for nowhere.
    """

    label: str
    said: str
    share: float
    tone: str = ""
    address: str = ""


def bars(rows: Sequence[tuple[str, float, str]], *, most: float | None = None) -> list[Bar]:
    """Return a bar for each (label, figure, tone); `most` is the length of a whole bar, else the largest figure is."""
    whole = most or max((figure for _, figure, _ in rows), default=0.0) or 1.0
    return [Bar(label, f"{figure:,.10g}", min(100.0, 100.0 * figure / whole), tone) for label, figure, tone in rows]


@dataclass(frozen=True, slots=True)
class Trend:
    """A line of points in the drawing's units, with the first and the last label and figure beside it."""

    points: str
    first: str
    last: str
    last_said: str
    last_x: float
    last_y: float


def trend(figures: Sequence[tuple[str, float]], *, least: float = 0.0, most: float | None = None) -> Trend | None:
    """Return the line through these (label, figure) in order; None where there are fewer than two."""
    if len(figures) < 2:  # noqa: PLR2004 - one point is no line
        return None
    top = most if most is not None else max(figure for _, figure in figures)
    span = (top - least) or 1.0
    step = WIDTH / (len(figures) - 1)
    places = [
        (index * step, HEIGHT - HEIGHT * (min(max(figure, least), top) - least) / span)
        for index, (_, figure) in enumerate(figures)
    ]
    return Trend(
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places),
        first=figures[0][0],
        last=figures[-1][0],
        last_said=f"{figures[-1][1]:g}",
        last_x=places[-1][0],
        last_y=places[-1][1],
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """One day on a line of time: what happens then, and where it is (0 to 600). `tone` as a bar's."""

    label: str
    day: date
    x: float
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A line of time with its moments in order; `starts` to `ends` is where something is in force."""

    moments: tuple[Moment, ...]
    starts: float
    ends: float


def span(days: Sequence[tuple[str, date, str]], *, starts: date, ends: date | None) -> Span | None:
    """Return the line of time through these (label, day, tone); None where all fall on one day.

    `ends` is None where no end is known: the line then goes on to its border.
    """
    inside = sorted(days, key=lambda one: one[1])
    known = [day for _, day, _ in inside] + [starts] + ([ends] if ends else [])
    first, last = min(known), max(known)
    if first == last:
        return None
    width = (last - first).days

    def place(day: date) -> float:
        return WIDTH * (day - first).days / width

    moments = tuple(Moment(label, day, place(day), tone) for label, day, tone in inside)
    return Span(moments, place(starts), place(ends) if ends else WIDTH)
