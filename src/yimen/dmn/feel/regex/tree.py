"""The tree of a regular expression: a closed union of frozen nodes."""

from dataclasses import dataclass
from typing import Literal

from yimen.dmn.feel.regex.sets import CharSet


class BadPattern(Exception):
    """A pattern does not follow the grammar, or is too large."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    set: CharSet


@dataclass(frozen=True, slots=True)
class Edge:
    """A place: the start or end of the text, or of any line."""

    kind: Literal["start", "end", "line start", "line end"]


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after another."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The first branch that leads to a match."""

    branches: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A group that is remembered under its number, from one."""

    number: int
    body: "Node"


@dataclass(frozen=True, slots=True)
class Repeat:
    """So many times, as many as possible or, if lazy, as few; `most` of None has no bound."""

    body: "Node"
    least: int
    most: int | None
    is_lazy: bool


@dataclass(frozen=True, slots=True)
class Again:
    """What a group matched, once more; nothing where it matched nothing."""

    number: int


Node = Chars | Edge | Sequence | Choice | Group | Repeat | Again
