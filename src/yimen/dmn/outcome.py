"""What a decision gave, and how it came about: told at once, or when somebody asks."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from yimen.dmn.notes import Note
from yimen.dmn.trace import TraceNode
from yimen.dmn.values import UNKNOWN


@dataclass(frozen=True, slots=True)
class Story:
    """How an outcome came about: the facts read, in order, the remarks, the decisions evaluated."""

    asked: tuple[str, ...]
    notes: tuple[Note, ...]
    trace: TraceNode


Teller = Callable[[object], Story]


def at_once(story: object) -> Story:
    """Return a story that is told already."""
    assert isinstance(story, Story)
    return story


class Outcome(tuple[object, bool, tuple[str, ...], Teller, object]):
    """What a decision gave (结果). A frozen value: a tuple inside, for nothing else is made as fast.

    Made of its value, whether it is determined, what is missing, who tells its story, and what that one remembers.
    """

    __slots__ = ()

    if TYPE_CHECKING:
        value: object
        """What was decided; UNKNOWN unless `determined`."""
        determined: bool
        """No fact still unknown could change the value."""
        missing: tuple[str, ...]
        """The facts that still matter, in the best order to ask for them."""
    else:
        value = property(itemgetter(0), doc="What was decided; UNKNOWN unless `determined`.")
        determined = property(itemgetter(1), doc="No fact still unknown could change the value.")
        missing = property(itemgetter(2), doc="The facts that still matter, in the best order to ask for them.")

    @property
    def story(self) -> Story:
        """Return how it came about; each call may tell it anew, from what was remembered."""
        return self[3](self[4])

    @property
    def asked(self) -> tuple[str, ...]:
        """Return the facts that were really looked at, in order."""
        return self.story.asked

    @property
    def notes(self) -> tuple[Note, ...]:
        """Return the remarks on the nulls the engine made."""
        return self.story.notes

    @property
    def trace(self) -> TraceNode:
        """Return the decisions evaluated, with the facts each read and the rows its tables hit."""
        return self.story.trace

    def __eq__(self, other: object) -> bool:
        """Compare all there is to see."""
        return isinstance(other, Outcome) and self[:3] == other[:3] and self.story == other.story

    def __ne__(self, other: object) -> bool:
        """Compare all there is to see."""
        return not self == other

    __hash__ = None  # type: ignore[assignment]  # a value may be a list

    def __repr__(self) -> str:
        """Return what was decided, without the facts: they may be personal."""
        return f"Outcome(value={self.value!r}, determined={self.determined}, missing={self.missing})"

    def __reduce__(self) -> tuple[object, ...]:
        """Tell the story before leaving: only the facts looked at go along."""
        value = self.value if self.determined else None
        return _again, (value, self.determined, self.missing, self.story)


def _again(value: object, determined: bool, missing: tuple[str, ...], story: Story) -> Outcome:  # noqa: FBT001
    """Return an outcome that was put away; there is only one UNKNOWN."""
    return Outcome((value if determined else UNKNOWN, determined, missing, at_once, story))
