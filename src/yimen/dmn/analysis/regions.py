"""The geometry of a table: rows as boxes in a grid, and what of the grid they leave, share and hide.

Each axis is cut into atoms, within which every row's cell says the same; so a row is a box of atoms, and sets of rows
and of atoms are the bits of integers. That makes every answer exact. Whether boxes fill a grid can take for ever in the
worst case: a budget bounds the search, and who exceeds it is told so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

Region = tuple[int, ...]
"""A box: by axis, the atoms in it as bits."""


class Exceeded(Exception):
    """The budget is spent: the question stays open."""


@dataclass(slots=True)
class Budget:
    """How many steps a search may still take."""

    left: int

    def spend(self) -> None:
        """Take a step.

        Raises:
            Exceeded: there is none left.
        """
        self.left -= 1
        if self.left < 0:
            raise Exceeded


@dataclass(frozen=True, slots=True)
class Grid:
    """By axis and atom, the rows (as bits) whose cell admits the atom."""

    masks: tuple[tuple[int, ...], ...]

    @property
    def whole(self) -> Region:
        """Return the region of everything."""
        return tuple((1 << len(atoms)) - 1 for atoms in self.masks)

    def box(self, row: int) -> Region:
        """Return a row's box."""
        return tuple(sum(1 << place for place, mask in enumerate(atoms) if mask >> row & 1) for atoms in self.masks)

    def touching(self, region: Region, rows: int) -> int:
        """Return those of the rows that share a point with a region."""
        return reduce(and_, self._unions(region), rows)

    def gaps(self, within: Region, rows: int, budget: Budget) -> Iterator[Region]:
        """Yield boxes inside a region that none of the rows touches, each as large as it can be; none twice.

        Raises:
            Exceeded: there may be more of them.
        """
        found: list[Region] = []
        for box in _Search(self.masks, within, budget).boxes(rows):
            if any(all(atoms & ~known == 0 for atoms, known in zip(box, one, strict=True)) for one in found):
                continue
            widest = self._widened(box, within, rows)
            found.append(widest)
            yield widest

    def is_covered(self, region: Region, rows: int, budget: Budget) -> bool:
        """Tell whether every point of a region is in one of the rows.

        Raises:
            Exceeded: it could not be told.
        """
        return not _Search(self.masks, region, budget).has_gap(0, rows)

    def _unions(self, region: Region) -> list[int]:
        return [_union(atoms, chosen) for atoms, chosen in zip(self.masks, region, strict=True)]

    def _widened(self, box: Region, within: Region, rows: int) -> Region:
        """Return an untouched box with every atom added that keeps it untouched, axis by axis, the last axis first."""
        widest = list(box)
        unions = self._unions(box)
        for axis in reversed(range(len(widest))):
            others = reduce(and_, (union for place, union in enumerate(unions) if place != axis), rows)
            for place, mask in enumerate(self.masks[axis]):
                if within[axis] >> place & 1 and not mask & others:
                    widest[axis] |= 1 << place
                    unions[axis] |= mask
        return tuple(widest)


@dataclass(slots=True)
class _Search:
    """A search for points that no row is at: axis by axis, remembering which sets of rows leave one further on."""

    masks: Sequence[Sequence[int]]
    within: Region
    budget: Budget
    order: list[int] = field(init=False)
    groups: list[dict[int, int]] = field(init=False)
    everywhere: list[int] = field(init=False)
    known: dict[tuple[int, int], bool] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Put atoms that admit the same rows together, and first the axis that tells rows apart best."""
        by_axis: list[dict[int, int]] = []
        for atoms, chosen in zip(self.masks, self.within, strict=True):
            groups: dict[int, int] = {}
            for place, mask in enumerate(atoms):
                if chosen >> place & 1:
                    groups[mask] = groups.get(mask, 0) | 1 << place
            by_axis.append(groups)
        self.order = sorted(range(len(by_axis)), key=lambda axis: _crowd(by_axis[axis]))
        self.groups = [by_axis[axis] for axis in self.order]
        self.everywhere = [-1]
        for groups in reversed(self.groups):
            self.everywhere.append(self.everywhere[-1] & reduce(and_, groups, -1))
        self.everywhere.reverse()

    def has_gap(self, depth: int, alive: int) -> bool:
        """Tell whether some choice of atoms from this axis on leaves none of these rows."""
        if not alive:
            return all(self.groups[depth:])
        if alive & self.everywhere[depth]:
            return False
        answer = self.known.get((depth, alive))
        if answer is None:
            self.budget.spend()
            left = sorted({alive & mask for mask in self.groups[depth]}, key=int.bit_count)
            answer = self.known[depth, alive] = any(self.has_gap(depth + 1, one) for one in left)
        return answer

    def boxes(self, rows: int) -> Iterator[Region]:
        """Yield boxes of points that none of the rows is at; together they are all such points."""
        chosen = list(self.within)
        yield from self._boxes(0, rows, chosen)

    def _boxes(self, depth: int, alive: int, chosen: list[int]) -> Iterator[Region]:
        if not self.has_gap(depth, alive):
            return
        if not alive:
            yield tuple(chosen)
            return
        self.budget.spend()
        merged: dict[int, int] = {}
        for mask, atoms in self.groups[depth].items():
            merged[alive & mask] = merged.get(alive & mask, 0) | atoms
        axis = self.order[depth]
        before = chosen[axis]
        for left, atoms in merged.items():
            chosen[axis] = atoms
            yield from self._boxes(depth + 1, left, chosen)
        chosen[axis] = before


def _union(masks: Sequence[int], chosen: int) -> int:
    """Return the rows at any of the atoms chosen."""
    found = 0
    while chosen:
        place = (chosen & -chosen).bit_length() - 1
        run = (~(chosen >> place) & ((chosen >> place) + 1)).bit_length() - 1
        found = reduce(or_, masks[place : place + run], found)
        chosen &= -1 << (place + run)
    return found


def _crowd(groups: dict[int, int]) -> float:
    """Return how many rows an atom's group of an axis leaves, on average."""
    return sum(mask.bit_count() for mask in groups) / len(groups) if groups else 0.0
