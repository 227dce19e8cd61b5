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
from yimen.dmn.feel.scope import Run
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

    `default` is the output where no row is hit, None where the table has none; `names` are the output columns.
    """

    rows: tuple[Row, ...]
    default: Compiled | None
    names: tuple[str, ...]
    priorities: tuple[Compiled | None, ...]
    place: str

    def otherwise(self, run: Run, local: Locals) -> object:
        """Return the output where no row is hit."""
        return None if self.default is None else self.default.code(run, local)


@dataclass(slots=True)
class Hits:
    """The rows hit for certain, the open ones, and the facts those wait for."""

    certain: list[Row]
    open: list[Row]
    waiting: frozenset[str]


def first(table: Table) -> Code:
    """Return the code of a FIRST table: the output of the topmost row that is hit."""

    def code(run: Run, local: Locals) -> object:
        candidates: list[object] = []
        waiting = NOTHING
        for row in table.rows:
            verdict = row.verdict(run, local)
            if verdict is True:
                run.hit(row.id)
                candidates.append(row.output.code(run, local))
                break
            if isinstance(verdict, Unknown):
                candidates.append(row.output.code(run, local))
                waiting |= verdict.facts
        else:
            candidates.append(table.otherwise(run, local))
        return candidates[0] if len(candidates) == 1 else agreed(candidates, waiting)

    return code


def unique(table: Table) -> Code:
    """Return the code of a UNIQUE table: the output of the one row that is hit; null, with a note, for several."""

    def decide(run: Run, local: Locals, hits: Hits) -> object:
        if len(hits.certain) > 1:
            run.note(NoteKind.SEVERAL_HITS, table.place, tuple(row.id for row in hits.certain))
            return None
        # That no second row is hit is promised by the author, not proved here: an open row leaves the outcome open.
        if hits.open:
            return Unknown(hits.waiting)
        return hits.certain[0].output.code(run, local) if hits.certain else table.otherwise(run, local)

    return _over_hits(table, decide)


def any_(table: Table) -> Code:
    """Return the code of an ANY table: the output all rows hit agree on; null, with a note, where they differ."""

    def decide(run: Run, local: Locals, hits: Hits) -> object:
        outputs = [row.output.code(run, local) for row in hits.certain]
        if any(unknowns(one) is None and equal(one, outputs[0]) is False for one in outputs[1:]):
            run.note(NoteKind.DIFFERENT_HITS, table.place, tuple(row.id for row in hits.certain))
            return None
        candidates = [*outputs, *(row.output.code(run, local) for row in hits.open)]
        if not outputs:
            candidates.append(table.otherwise(run, local))
        return agreed(candidates, hits.waiting)

    return _over_hits(table, decide)


def priority(table: Table) -> Code:
    """Return the code of a PRIORITY table: of the outputs of rows hit the one listed first among allowed outputs."""

    def decide(run: Run, local: Locals, hits: Hits) -> object:
        rank = _ranking(table, run, local)
        certain = [row.output.code(run, local) for row in hits.certain]
        possible = [row.output.code(run, local) for row in hits.open]
        waiting = unknowns([*certain, *possible])
        if waiting is not None:
            return Unknown(waiting | hits.waiting)
        if not certain:
            return agreed([*possible, table.otherwise(run, local)], hits.waiting)
        best = min(certain, key=rank)
        return agreed([best, *(one for one in possible if rank(one) <= rank(best))], hits.waiting)

    return _over_hits(table, decide)


def rule_order(table: Table) -> Code:
    """Return the code of a RULE ORDER table: the outputs of all rows hit, as the rows are written."""

    def decide(run: Run, local: Locals, hits: Hits) -> object:
        if hits.open:
            return Unknown(hits.waiting)
        return _outputs(table, run, local, hits)

    return _over_hits(table, decide)


def output_order(table: Table) -> Code:
    """Return the code of an OUTPUT ORDER table: the outputs of all rows hit, the most important first."""

    def decide(run: Run, local: Locals, hits: Hits) -> object:
        if hits.open:
            return Unknown(hits.waiting)
        outputs = _outputs(table, run, local, hits)
        if not isinstance(outputs, list) or not hits.certain:
            return outputs
        waiting = unknowns(outputs)
        return sorted(outputs, key=_ranking(table, run, local)) if waiting is None else Unknown(waiting)

    return _over_hits(table, decide)


def collect(aggregation: str) -> Callable[[Table], Code]:
    """Return what makes the code of a COLLECT table: all outputs, or their sum, least, greatest or number."""

    def make(table: Table) -> Code:
        def decide(run: Run, local: Locals, hits: Hits) -> object:
            if hits.open:
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
            return BUILTINS[aggregation.lower()].call(outputs)

        return _over_hits(table, decide)

    return make


def _over_hits(table: Table, decide: Callable[[Run, Locals, Hits], object]) -> Code:
    def code(run: Run, local: Locals) -> object:
        hits = Hits([], [], NOTHING)
        for row in table.rows:
            verdict = row.verdict(run, local)
            if verdict is True:
                hits.certain.append(row)
                run.hit(row.id)
            elif isinstance(verdict, Unknown):
                hits.open.append(row)
                hits.waiting |= verdict.facts
        return decide(run, local, hits)

    return code


def _outputs(table: Table, run: Run, local: Locals, hits: Hits) -> object:
    if not hits.certain and table.default is not None:
        return table.default.code(run, local)
    return [row.output.code(run, local) for row in hits.certain]


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


POLICIES: dict[str, Callable[[Table], Code]] = {
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
