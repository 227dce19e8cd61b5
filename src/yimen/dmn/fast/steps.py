"""What the steps of a flow do: take a fact, decide a table, choose, join. Any value may be unknown."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from yimen.dmn.fast.known import KnownTable
from yimen.dmn.fast.lookups import FURTHEST, STRANGE, Mask, number
from yimen.dmn.fast.tables import MaskedTable, Strange, bits
from yimen.dmn.feel.code.base import NOTHING, agreed
from yimen.dmn.feel.code.tables import Hits
from yimen.dmn.feel.truth import junction
from yimen.dmn.silent import SILENT
from yimen.dmn.values import Unknown

NULL = -1
"""In place of an output's: several rows hit where one is allowed, and no output is null."""

Take = Callable[[list[object], list[object]], object]
"""Takes a step: from the facts as given and the steps taken before to its own value."""


@dataclass(frozen=True, slots=True)
class Look:
    """A column: the rows that look at it, the place of its value, whether that is a fact's, how a mask is found.

    An unknown value leaves the rows `may` possible and `must` certain, and has one of `masks` (None: any).
    """

    cares: int
    place: int
    is_fact: bool
    find: Mask
    may: int
    must: int
    masks: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Open:
    """What a goal's table gives while it is open: the facts it waits for, and how many rows wait for each."""

    waits: Mapping[str, int]


def number_of(place: int) -> Take:
    """Return what takes a fact that is a number."""

    def take(given: list[object], values: list[object]) -> object:
        del values
        value = given[place]
        if type(value) is int and -FURTHEST < value < FURTHEST:
            return Decimal(value)
        return value if type(value) is Unknown else number(value)

    return take


def plain_of(place: int, class_: type) -> Take:
    """Return what takes a fact whose values are of this very class."""

    def take(given: list[object], values: list[object]) -> object:
        del values
        value = given[place]
        if type(value) is not class_ and type(value) is not Unknown:
            raise Strange
        return value

    return take


def choosing(condition: int, then: int, otherwise: int) -> Take:
    """Return what chooses between two values; an unknown condition does not matter where they are the same."""

    def take(given: list[object], values: list[object]) -> object:
        del given
        verdict = values[condition]
        if type(verdict) is Unknown:
            return agreed([values[then], values[otherwise]], verdict.facts)
        return values[then if verdict else otherwise]

    return take


def joining(places: Sequence[int], *, decisive: bool) -> Take:
    """Return what joins truth values by `and` (decisive false) or `or` (decisive true)."""

    def take(given: list[object], values: list[object]) -> object:
        del given
        return junction((_later(values, place) for place in places), decisive=decisive)

    return take


def _later(values: list[object], place: int) -> Callable[[], object]:
    return lambda: values[place]


@dataclass(frozen=True, slots=True)
class Deciding:
    """Decides a table as soon as no completion of what is unknown can change it.

    Null is strange to whoever reckons with the table's value, so only a goal may give it.
    """

    masked: MaskedTable
    ready: KnownTable
    looks: tuple[Look, ...]
    alike: tuple[int, ...]
    is_goal: bool

    def take(self, given: list[object], values: list[object]) -> object:
        """Take the step."""
        known = possible = certain = (1 << len(self.masked.looks)) - 1
        unknown: list[tuple[Look, frozenset[str]]] = []
        for look in self.looks:
            if possible & look.cares:
                value = given[look.place] if look.is_fact else values[look.place]
                if type(value) is Unknown:
                    unknown.append((look, value.facts))
                    possible &= look.may
                    certain &= look.must
                else:
                    mask = look.find(value)
                    known &= mask  # type: ignore[operator]  # STRANGE raises, as it should
                    possible &= mask  # type: ignore[operator]  # as above
        certain &= known & possible
        if self.ready.is_first and certain:
            certain &= -certain
            possible &= (certain << 1) - 1
        if possible == certain:
            return self._given(self._settled(certain))
        if len(unknown) == 1 and unknown[0][0].masks is not None:
            look, facts = unknown[0]
            return self._agreed(known, look.masks or (), facts)
        return self._waiting(possible, certain, unknown)

    def _settled(self, hit: int) -> object:
        """Return the output for these rows hit and no others; null, too."""
        if self.ready.collects:
            return [self.ready.outputs[place + 1] for place in bits(hit)]
        if self.ready.is_first or hit & (hit - 1) == 0:
            output = self.ready.outputs[(hit & -hit).bit_length()]
            return dict(output) if type(output) is dict else None if output is STRANGE else output
        return self.masked.decide(self.masked.table, SILENT, {}, Hits(list(bits(hit)), {}))

    def _agreed(self, known: int, masks: Collection[int], facts: frozenset[str]) -> object:
        """Return the output where it is the same whichever of the masks it is; all there are."""
        first: int | None = None
        hit = known
        for mask in masks:
            hit = known & mask
            same = self._same(hit)
            if first is None:
                first = same
            elif same != first:
                return Unknown(facts)
        return self._given(self._settled(hit))

    def _same(self, hit: int) -> int:
        """Return a number that is equal for rows hit that give the same: the rows themselves where all count."""
        if self.ready.collects:
            return hit
        if self.ready.is_first or hit & (hit - 1) == 0:
            return self.alike[(hit & -hit).bit_length()]
        outputs = {self.alike[place + 1] for place in bits(hit)}
        if self.masked.table.hit_policy == "ANY" and len(outputs) == 1:
            return outputs.pop()
        return self.ready.outputs.index(None) if None in self.ready.outputs else NULL

    def _waiting(self, possible: int, certain: int, unknown: Sequence[tuple[Look, frozenset[str]]]) -> object:
        """Return the output by what is certain of each row; where that leaves it open, what it waits for."""
        hit, left, apart = list(bits(certain)), possible & ~certain, self.masked.table.apart(SILENT)
        for place in hit:
            left &= ~apart(place)
        waits = {
            place: NOTHING.union(*(facts for look, facts in unknown if (look.may & ~look.must) >> place & 1))
            for place in bits(left)
        }
        decided = self._given(self.masked.decide(self.masked.table, SILENT, {}, Hits(hit, waits)))
        if not self.is_goal or type(decided) is not Unknown:
            return decided
        rows = Counter(path for facts in waits.values() for path in facts)
        return Open({path: rows[path] for path in decided.facts})

    def _given(self, value: object) -> object:
        if value is None and not self.is_goal:
            raise Strange
        return value
