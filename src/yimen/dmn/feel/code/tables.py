"""Decision tables over values that may be unknown (DMN 1.5, 8.2.10 and 8.2.11).

A row is hit, missed or open. A table is determined where every completion of its open rows gives the same output.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from yimen.dmn.feel.code.base import NOTHING, Code, Compiled, Locals, agreed
from yimen.dmn.feel.code.logic import cheapest_first
from yimen.dmn.feel.functions import BUILTINS
from yimen.dmn.feel.operators import equal
from yimen.dmn.feel.scope import Apart, Run
from yimen.dmn.feel.truth import Truth, junction
from yimen.dmn.notes import NoteKind
from yimen.dmn.values import Unknown, unknowns


@dataclass(frozen=True, slots=True)
class Row:
    """A compiled row: its tests in the columns' order, and its output (a context where there are several columns)."""

    id: str
    tests: tuple[Compiled, ...]
    output: Compiled

    def verdict(self, run: Run, local: Locals) -> Truth:
        """Return whether the row is hit, asking columns only until one misses."""
        return junction(cheapest_first(self.tests, run, local), decisive=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A compiled table. `priorities` are, by output column, the allowed outputs, the most important first.

    `default` is the output where no row is hit, None where the table has none; `names` are the output columns. `apart`
    finds the rows that are never hit together with one.
    """

    hit_policy: str
    rows: tuple[Row, ...]
    default: Compiled | None
    names: tuple[str, ...]
    priorities: tuple[Compiled | None, ...]
    place: str
    apart: Callable[[Run], Apart]

    def otherwise(self, run: Run, local: Locals) -> object:
        """Return the output where no row is hit."""
        return None if self.default is None else self.default.code(run, local)


@dataclass(slots=True)
class Hits:
    """The rows hit for certain, by place, and the open ones with the facts each waits for."""

    certain: list[int]
    open: dict[int, frozenset[str]]

    @property
    def waiting(self) -> frozenset[str]:
        """Return the facts that open rows wait for."""
        return NOTHING.union(*self.open.values())

    def prune(self, apart: Apart) -> None:
        """Close the open rows that are never hit together with one that is hit for certain."""
        never = 0
        for row in self.certain:
            never |= apart(row)
        self.open = {row: waits for row, waits in self.open.items() if not never >> row & 1}


Decide = Callable[[Table, Run, Locals, Hits], object]
"""From the rows hit and open to what a table gives; the places of rows are in order."""


def first(table: Table, run: Run, local: Locals, hits: Hits) -> object:
    """Return the output of the topmost row that is hit: of those open only the ones above it count."""
    candidates = [table.rows[row].output.code(run, local) for row in (*hits.open, *hits.certain)]
    if not hits.certain:
        candidates.append(table.otherwise(run, local))
    return candidates[0] if len(candidates) == 1 else agreed(candidates, hits.waiting)


def unique(table: Table, run: Run, local: Locals, hits: Hits) -> object:
    """Return the output of the one row that is hit; null, with a note, for several."""
    if len(hits.certain) > 1:
        run.note(NoteKind.SEVERAL_HITS, table.place, tuple(table.rows[row].id for row in hits.certain))
        return None
    possible = [*hits.certain, *hits.open]
    candidates = [table.rows[row].output.code(run, local) for row in possible]
    if not hits.certain:
        candidates.append(table.otherwise(run, local))
    if len(candidates) == 1:
        return candidates[0]
    if not _all_apart(possible, table.apart(run)):
        candidates.append(None)  # several may be hit
    return agreed(candidates, hits.waiting)


def _all_apart(rows: Sequence[int], apart: Apart) -> bool:
    everything = sum(1 << row for row in rows)
    return all(everything & ~(1 << row) & ~apart(row) == 0 for row in rows)


def any_(table: Table, run: Run, local: Locals, hits: Hits) -> object:
    """Return the output all rows hit agree on; null, with a note, where they differ."""
    outputs = [table.rows[row].output.code(run, local) for row in hits.certain]
    known = [one for one in outputs if unknowns(one) is None]
    if any(equal(one, known[0]) is not True for one in known[1:]):
        run.note(NoteKind.DIFFERENT_HITS, table.place, tuple(table.rows[row].id for row in hits.certain))
        return None
    waiting = [one for one in outputs if unknowns(one) is not None]
    candidates = [*known[:1], *waiting, *(table.rows[row].output.code(run, local) for row in hits.open)]
    if not outputs:
        candidates.append(table.otherwise(run, local))
    return agreed(candidates, hits.waiting)


def priority(table: Table, run: Run, local: Locals, hits: Hits) -> object:
    """Return of the outputs of rows hit the one listed first among allowed outputs."""
    rank = _ranking(table, run, local)
    certain = [table.rows[row].output.code(run, local) for row in hits.certain]
    possible = [table.rows[row].output.code(run, local) for row in hits.open]
    waiting = unknowns([*certain, *possible])
    if waiting is not None:
        return Unknown(waiting | hits.waiting)
    if not certain:
        return agreed([*possible, table.otherwise(run, local)], hits.waiting)
    best = min(certain, key=rank)
    return agreed([best, *(one for one in possible if rank(one) <= rank(best))], hits.waiting)


def rule_order(table: Table, run: Run, local: Locals, hits: Hits) -> object:
    """Return the outputs of all rows hit, as the rows are written."""
    return Unknown(hits.waiting) if hits.open else _outputs(table, run, local, hits)


def output_order(table: Table, run: Run, local: Locals, hits: Hits) -> object:
    """Return the outputs of all rows hit, the most important first."""
    if hits.open:
        return Unknown(hits.waiting)
    outputs = _outputs(table, run, local, hits)
    if not isinstance(outputs, list) or not hits.certain:
        return outputs
    waiting = unknowns(outputs)
    return sorted(outputs, key=_ranking(table, run, local)) if waiting is None else Unknown(waiting)


def collect(aggregation: str) -> Decide:
    """Return what decides a COLLECT table: all outputs, or their sum, least, greatest or number."""

    def decide(table: Table, run: Run, local: Locals, hits: Hits) -> object:
        if hits.open and (not hits.certain or aggregation not in AGREEING):
            return Unknown(hits.waiting)
        outputs = _outputs(table, run, local, hits)
        waiting = unknowns(outputs)
        if waiting is not None or not aggregation:
            return outputs if waiting is None else Unknown(waiting)
        if not hits.certain:
            return outputs if table.default else Decimal(0) if aggregation == "COUNT" else None
        assert isinstance(outputs, list)
        if aggregation == "COUNT":
            return Decimal(len(outputs))
        value = BUILTINS[aggregation.lower()].call(outputs)
        if not hits.open:
            return value
        # The least of all is no other with any of the open rows if it is no other with each of them; so the greatest.
        more = [table.rows[row].output.code(run, local) for row in hits.open]
        waiting = unknowns(more)
        if waiting is not None:
            return Unknown(waiting | hits.waiting)
        each = [BUILTINS[aggregation.lower()].call([*outputs, one]) for one in more]
        return agreed([value, *each], hits.waiting)

    return decide


AGREEING = frozenset({"MIN", "MAX"})
"""The aggregations that further rows may leave as they are."""


def coded(table: Table) -> Code:
    """Return the code of a table that goes through its rows one by one."""
    decide = POLICIES[table.hit_policy]
    stops = table.hit_policy == "FIRST"

    def code(run: Run, local: Locals) -> object:
        hits = Hits([], {})
        for place, row in enumerate(table.rows):
            verdict = row.verdict(run, local)
            if verdict is True:
                hits.certain.append(place)
                run.hit(row.id)
                if stops:
                    break
            elif isinstance(verdict, Unknown):
                hits.open[place] = verdict.facts
        if hits.open and hits.certain:
            hits.prune(table.apart(run))
        for waits in hits.open.values():
            run.open(waits)
        return decide(table, run, local, hits)

    return code


def _outputs(table: Table, run: Run, local: Locals, hits: Hits) -> object:
    if not hits.certain and table.default is not None:
        return table.default.code(run, local)
    return [table.rows[row].output.code(run, local) for row in hits.certain]


def _ranking(table: Table, run: Run, local: Locals) -> Callable[[object], tuple[int, ...]]:
    """Return what ranks an output: column by column its place among the allowed outputs, last where it is none."""
    allowed = [() if one is None else _listed(one.code(run, local)) for one in table.priorities]

    def rank(output: object) -> tuple[int, ...]:
        return tuple(_places(output, allowed, table.names))

    return rank


def _listed(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _places(output: object, allowed: Sequence[tuple[object, ...]], names: Sequence[str]) -> Iterator[int]:
    for name, values in zip(names, allowed, strict=True):
        value = output.get(name) if isinstance(output, dict) and len(names) > 1 else output
        yield next((place for place, one in enumerate(values) if equal(one, value) is True), len(values))


POLICIES: dict[str, Decide] = {
    "UNIQUE": unique,
    "FIRST": first,
    "ANY": any_,
    "PRIORITY": priority,
    "RULE ORDER": rule_order,
    "OUTPUT ORDER": output_order,
    "COLLECT": collect(""),
    "COLLECT SUM": collect("SUM"),
    "COLLECT MIN": collect("MIN"),
    "COLLECT MAX": collect("MAX"),
    "COLLECT COUNT": collect("COUNT"),
}
"""What each hit policy does; a policy that is not here is refused when the model is read."""
