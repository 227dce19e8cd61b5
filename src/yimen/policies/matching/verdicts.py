"""How every measure stands over some rows: who is eligible, who is refused, who is one condition short."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from yimen.policies.matching import bits
from yimen.policies.matching.binding import Bound
from yimen.policies.matching.bits import Words
from yimen.policies.matching.circuit import TRUE
from yimen.policies.matching.plan import Measure
from yimen.policies.matching.states import States

Counts = npt.NDArray[np.int64]


def most_conditions(measures: Sequence[Measure]) -> int:
    """Return how many conditions the measure with most of them has."""
    return max((len(one.states) for one in measures), default=0)


def no_counts(measures: Sequence[Measure]) -> Counts:
    """Return counts of nobody, as `Verdicts.tally` gives them of some."""
    return np.zeros((4 + most_conditions(measures), len(measures)), np.int64)


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of one measure, in numbers of subjects.

    `eligible` (符合), `refused` (不符合), `open` (待补充): every subject is one of these. Of the refused, `near` are
    one condition short while every other is met, `near_open` one short as far as is known (只差一项). `single` counts
    both by the condition that fails.
    """

    measure: str
    eligible: int
    refused: int
    open: int
    near: int
    near_open: int
    single: dict[str, int]


class Verdicts:
    """A workspace for one thread: how the measures stand over the rows its `states` were last read of.

    Each is a matrix of bits, a line for each measure: `eligible`, `refused`, `single` (refused, exactly one condition
    has failed) and `settled` (no condition is open).
    """

    def __init__(self, measures: Sequence[Measure], bound: Bound) -> None:
        """Remember which literals each measure is made of."""
        self.measures = measures
        table = np.full((most_conditions(measures), len(measures)), TRUE, np.intp)
        for line, one in enumerate(measures):
            table[: len(one.states), line] = [bound.literal(each) for each in one.states]
        self._states = table
        self._own = [(line, bound.literal(one.verdict)) for line, one in enumerate(measures) if not one.is_conjunction]
        self._room: list[Words] = []
        self.eligible = self.refused = self.single = self.settled = np.zeros((0, 0), np.uint64)

    def read(self, states: States) -> None:
        """Find how each measure stands over the rows."""
        shape = (len(self.measures), states.truths.shape[1])
        if not self._room or self._room[0].shape != shape:
            self._room = [np.empty(shape, np.uint64) for _ in range(7)]
        met, failed, several, settled, truly, falsely, passing = self._room
        met[:], failed[:], several[:], settled[:] = states.everybody, 0, 0, states.everybody
        for literals in self._states:
            np.take(states.truths, literals, axis=0, out=truly, mode="clip")
            np.take(states.truths, literals ^ 1, axis=0, out=falsely, mode="clip")
            np.bitwise_and(failed, falsely, out=passing)
            np.bitwise_or(several, passing, out=several)
            np.bitwise_or(failed, falsely, out=failed)
            np.bitwise_and(met, truly, out=met)
            np.bitwise_or(truly, falsely, out=truly)
            np.bitwise_and(settled, truly, out=settled)
        np.bitwise_not(several, out=several)
        self.single, self.settled = np.bitwise_and(failed, several, out=several), settled
        self.eligible, self.refused = met, failed
        for line, literal in self._own:
            met[line], failed[line] = states.truths[literal], states.truths[literal ^ 1]
        if self._own:
            np.bitwise_and(self.single, failed, out=self.single)

    def tally(self, states: States) -> Counts:
        """Return counts by measure: eligible, refused, one short, certainly so, and one short by each condition."""
        near = np.bitwise_and(self.single, self.settled, out=self._room[4])
        found = [bits.counts(one) for one in (self.eligible, self.refused, self.single, near)]
        falsely = self._room[5]
        for literals in self._states:
            np.take(states.truths, literals ^ 1, axis=0, out=falsely, mode="clip")
            found.append(bits.counts(np.bitwise_and(falsely, self.single, out=falsely)))
        return np.stack(found)

    def tallies(self, counted: Counts, rows: int) -> tuple[Tally, ...]:
        """Return counts as they are told."""
        eligible, refused, single, near, *by_condition = counted.tolist()
        return tuple(
            Tally(
                measure=one.name,
                eligible=eligible[line],
                refused=refused[line],
                open=rows - eligible[line] - refused[line],
                near=near[line],
                near_open=single[line] - near[line],
                single={name: by_condition[place][line] for place, name in enumerate(one.conditions)},
            )
            for line, one in enumerate(self.measures)
        )

    def masks(
        self, states: States, lines: bits.Places, rows: bits.Places
    ) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        """Return for measures and rows which conditions have failed and which are open: bit *i* is condition *i*."""
        failed, unknown = np.zeros(len(lines), np.uint64), np.zeros(len(lines), np.uint64)
        for place, literals in enumerate(self._states):
            of_line = literals[lines]
            falsely = bits.at(states.truths, of_line ^ 1, rows)
            truly = bits.at(states.truths, of_line, rows)
            failed |= falsely << np.uint64(place)
            unknown |= (np.uint64(1) - (truly | falsely)) << np.uint64(place)
        return failed, unknown
