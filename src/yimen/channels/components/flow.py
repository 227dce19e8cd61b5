"""A picture of what is made from what: columns of boxes from left to right, joined by curves, drawn on the server.

No script: each box is a link. A phone gets the same as a nested list.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

BOX_WIDTH, BOX_HEIGHT = 148.0, 50.0
GAP_ACROSS, GAP_DOWN, HEAD = 30.0, 10.0, 28.0
MOST_LETTERS = 9
"""How many Chinese letters a box has room for; two of any other script take the place of one."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to be drawn: its key, its title, where it leads (empty: nowhere); `is_here` for what one looks at.

    `beside` is what is said of it in a second line, such as the table it stands in; empty for nothing.
    """

    key: str
    title: str
    address: str = ""
    is_here: bool = False
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A thing with its place in the drawing's units, its texts cut to fit; `text_y` is the middle of the box."""

    thing: Thing
    x: float
    y: float
    said: str
    said_beside: str
    text_x: float
    text_y: float

    @property
    def name_y(self) -> float:
        """Return where the title stands: above the middle where something is said beside it."""
        return self.text_y - BOX_HEIGHT / 5 if self.said_beside else self.text_y

    @property
    def beside_y(self) -> float:
        """Return where the second line stands."""
        return self.text_y + BOX_HEIGHT / 5


@dataclass(frozen=True, slots=True)
class Curve:
    """A path between two boxes; one that leads back to the left is drawn otherwise."""

    path: str
    is_back: bool


@dataclass(frozen=True, slots=True)
class Branch:
    """A thing in the nested list, with what hangs on it."""

    thing: Thing
    below: list["Branch"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole picture: its size, the heads of its columns with their places, boxes and curves; the list beside it."""

    width: float
    height: float
    heads: list[tuple[str, float]]
    boxes: list[Box]
    curves: list[Curve]
    branches: list[Branch]
    box_width: float = BOX_WIDTH
    box_height: float = BOX_HEIGHT


def flow(columns: Sequence[tuple[str, Sequence[Thing]]], edges: Iterable[tuple[str, str]]) -> Flow | None:
    """Return the picture of these columns, each a title and its things; None where there is nothing to draw.

    Empty columns are left out. Boxes stand near those they are joined to. A line that a longer way says is left out.
    """
    shown = [(title, list(things)) for title, things in columns if things]
    if not shown:
        return None
    place = {thing.key: number for number, (_, things) in enumerate(shown) for thing in things}
    joined = _lean({(start, end) for start, end in edges if start in place and end in place and start != end}, place)
    ordered = _ordered([things for _, things in shown], joined)
    boxes = {
        thing.key: _box(thing, number, row) for number, things in enumerate(ordered) for row, thing in enumerate(things)
    }
    tallest = max(len(things) for things in ordered)
    return Flow(
        width=len(shown) * (BOX_WIDTH + GAP_ACROSS) - GAP_ACROSS,
        height=HEAD + tallest * (BOX_HEIGHT + GAP_DOWN),
        heads=[(title, number * (BOX_WIDTH + GAP_ACROSS)) for number, (title, _) in enumerate(shown)],
        boxes=list(boxes.values()),
        curves=[_curve(boxes[start], boxes[end]) for start, end in sorted(joined)],
        branches=_branches(ordered, joined),
    )


def _box(thing: Thing, number: int, row: int) -> Box:
    x, y = number * (BOX_WIDTH + GAP_ACROSS), HEAD + row * (BOX_HEIGHT + GAP_DOWN)
    return Box(thing, x, y, _cut(thing.title), _cut(thing.beside), x + BOX_WIDTH / 2, y + BOX_HEIGHT / 2)


def _cut(title: str) -> str:
    """Return as much of a title as a box has room for."""
    room = 2 * MOST_LETTERS
    for place, letter in enumerate(title):
        room -= 1 if letter.isascii() else 2
        if room < 0:
            return title[: place - 1] + "…"
    return title


def _curve(start: Box, end: Box) -> Curve:
    x1, y1 = start.x + BOX_WIDTH, start.text_y
    x2, y2 = end.x, end.text_y
    bend = GAP_ACROSS / 2 if x2 > x1 else GAP_ACROSS
    return Curve(f"M{x1:.0f},{y1:.0f} C{x1 + bend:.0f},{y1:.0f} {x2 - bend:.0f},{y2:.0f} {x2:.0f},{y2:.0f}", x2 <= x1)


def _lean(edges: set[tuple[str, str]], place: Mapping[str, int]) -> set[tuple[str, str]]:
    """Return the edges without those over several columns whose end is reached by a longer way as well."""
    following: dict[str, set[str]] = defaultdict(set)
    for start, end in edges:
        following[start].add(end)

    def reaches(start: str, end: str) -> bool:
        waiting, seen = [one for one in following[start] if one != end], set[str]()
        while waiting:
            one = waiting.pop()
            if one == end:
                return True
            if one not in seen:
                seen.add(one)
                waiting += following[one]
        return False

    return {(start, end) for start, end in edges if abs(place[end] - place[start]) == 1 or not reaches(start, end)}


def _ordered(columns: Sequence[Sequence[Thing]], edges: set[tuple[str, str]]) -> list[list[Thing]]:
    """Return each column in the order in which its things lie nearest to what they are joined to on the left."""
    ordered = [list(columns[0])]
    before: dict[str, list[str]] = defaultdict(list)
    for start, end in edges:
        before[end].append(start)
    at = {thing.key: float(row) for row, thing in enumerate(ordered[0])}
    for things in columns[1:]:
        rows = sorted((_middle(before[thing.key], at), thing.title, number) for number, thing in enumerate(things))
        in_order = [things[number] for _, _, number in rows]
        at |= {thing.key: float(row) for row, thing in enumerate(in_order)}
        ordered.append(in_order)
    return ordered


def _middle(keys: Iterable[str], at: Mapping[str, float]) -> float:
    """Return the middle of the rows these stand in, beyond all of them where they stand nowhere yet."""
    rows = [at[one] for one in keys if one in at]
    return sum(rows) / len(rows) if rows else float(len(at))


def _branches(columns: Sequence[Sequence[Thing]], edges: set[tuple[str, str]]) -> list[Branch]:
    """Return the things as a tree from the left; what was unfolded already is named again, but not unfolded again."""
    things = {thing.key: thing for column in columns for thing in column}
    children: dict[str, list[str]] = defaultdict(list)
    for start, end in sorted(edges):
        children[start].append(end)
    has_parent = {end for _, end in edges}
    seen: set[str] = set()

    def grow(key: str) -> Branch:
        if key in seen:
            return Branch(things[key])
        seen.add(key)
        return Branch(things[key], [grow(one) for one in children[key]])

    roots = [key for key in things if key not in has_parent]
    return [grow(key) for key in (*roots, *things) if key not in seen]
