"""A pattern as a machine that goes through the text once, all ways at a time: its time grows with the text, no worse.

Ways are kept in the order in which backtracking would try them, so that it finds what backtracking would; only a
repetition of what may match nothing, as in `(|a)+`, can end elsewhere, never match otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from yimen.dmn.feel.bounds import METER
from yimen.dmn.feel.regex.sets import CharSet, has
from yimen.dmn.feel.regex.tree import Again, BadPattern, Chars, Choice, Edge, Group, Node, Repeat, Sequence

LARGEST = 5_000
"""How many steps a machine may have; a pattern of more is refused."""

STEPS = 500_000
"""How many steps going through one text may take, all its matches together."""

Marks = tuple[int, ...]


class TooLong(Exception):
    """The text is too long for the pattern."""


@dataclass(frozen=True, slots=True)
class Read:
    """Go on if the next character is in the set."""

    set: CharSet


@dataclass(frozen=True, slots=True)
class Fork:
    """Go on at each of these steps, the first preferred."""

    to: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """Remember the place under a number: the starts of groups are even, their ends odd."""

    number: int


@dataclass(frozen=True, slots=True)
class Check:
    """Go on if this is such a place."""

    edge: Edge


@dataclass(frozen=True, slots=True)
class Done:
    """It is a match."""


Step = Read | Fork | Mark | Check | Done


class Budget:
    """What is left of the steps."""

    def __init__(self) -> None:
        """Start with all of them."""
        self._left = STEPS

    def spend(self, steps: int) -> None:
        """Take steps.

        Raises:
            TooLong: there are not as many left.
        """
        self._left -= steps
        METER.steps += steps
        if self._left < 0:
            raise TooLong


class Machine:
    """A pattern ready to search; back references it cannot have."""

    def __init__(self, tree: Node, groups: int) -> None:
        """Lay out the steps."""
        self._steps: list[Step] = []
        self._blank: Marks = (-1,) * (2 * groups + 2)
        self._seen: dict[tuple[int, str], bool] = {}
        self._lay(Group(0, tree))
        self._put(Done())

    def _put(self, step: Step) -> int:
        if len(self._steps) >= LARGEST:
            raise BadPattern
        self._steps.append(step)
        return len(self._steps) - 1

    def _lay(self, node: Node) -> None:
        match node:
            case Chars(found):
                self._put(Read(found))
            case Edge():
                self._put(Check(node))
            case Sequence(parts):
                for part in parts:
                    self._lay(part)
            case Choice(branches):
                self._choose(branches)
            case Group(number, body):
                self._put(Mark(2 * number))
                self._lay(body)
                self._put(Mark(2 * number + 1))
            case Repeat():
                self._repeat(node)
            case Again():
                raise BadPattern
            case _:
                assert_never(node)

    def _choose(self, branches: tuple[Node, ...]) -> None:
        fork = self._put(Fork(()))
        starts, exits = [], []
        for branch in branches:
            starts.append(len(self._steps))
            self._lay(branch)
            exits.append(self._put(Fork(())))
        self._steps[fork] = Fork(tuple(starts))
        for one in exits:
            self._steps[one] = Fork((len(self._steps),))

    def _repeat(self, node: Repeat) -> None:
        for _ in range(node.least):
            self._lay(node.body)
        forks = []
        if node.most is None:
            forks.append(self._put(Fork(())))
            self._lay(node.body)
            self._put(Fork((forks[0],)))
        else:
            for _ in range(node.most - node.least):
                forks.append(self._put(Fork(())))
                self._lay(node.body)
        after = len(self._steps)
        for one in forks:
            self._steps[one] = Fork((after, one + 1) if node.is_lazy else (one + 1, after))

    def matches(self, text: str) -> Iterator[Marks]:
        """Yield the places of each match and its groups, from left to right.

        Raises:
            TooLong: it takes too many steps.
        """
        at, budget = 0, Budget()
        while at <= len(text):
            found = self._search(text, at, budget)
            if found is None:
                return
            yield found
            at = found[1] if found[1] > found[0] else found[1] + 1

    def _search(self, text: str, start: int, budget: Budget) -> Marks | None:
        best: Marks | None = None
        ways: list[tuple[int, Marks]] = []
        for at in range(start, len(text) + 1):
            reached: set[int] = set()
            here: list[tuple[int, Marks]] = []
            for step, marks in ways:
                self._follow(step, marks, text, at, reached, here)
            if best is None:
                self._follow(0, self._blank, text, at, reached, here)
            budget.spend(len(reached) + 1)
            ways = []
            for place, marks in here:
                step_here = self._steps[place]
                if isinstance(step_here, Done):
                    best = marks
                    break  # what follows is less preferred
                assert isinstance(step_here, Read)
                if at < len(text) and self._has(place, step_here.set, text[at]):
                    ways.append((place + 1, marks))
            if not ways and best is not None:
                return best
        return best

    def _has(self, place: int, found: CharSet, character: str) -> bool:
        key = place, character
        if key not in self._seen:
            self._seen[key] = has(found, character)
        return self._seen[key]

    def _follow(  # noqa: PLR0917 - one way through the machine
        self, step: int, marks: Marks, text: str, at: int, reached: set[int], here: list[tuple[int, Marks]]
    ) -> None:
        """Add to `here` the reading steps reached from one without reading, the preferred first."""
        waiting = [(step, marks)]
        while waiting:
            step, marks = waiting.pop()
            if step in reached:
                continue
            reached.add(step)
            match self._steps[step]:
                case Fork(to):
                    waiting.extend((one, marks) for one in reversed(to))
                case Mark(number):
                    waiting.append((step + 1, (*marks[:number], at, *marks[number + 1 :])))
                case Check(edge):
                    if _is_at(edge, text, at):
                        waiting.append((step + 1, marks))
                case _:
                    here.append((step, marks))


def _is_at(edge: Edge, text: str, at: int) -> bool:
    match edge.kind:
        case "start":
            return at == 0
        case "end":
            return at == len(text)
        case "line start":
            return at == 0 or (text[at - 1] == "\n" and at < len(text))
        case _:
            return at == len(text) or text[at] == "\n"
