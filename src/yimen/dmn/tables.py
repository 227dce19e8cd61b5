"""Decision tables over values that may be unknown (DMN 1.5, 8.2).

A row is hit, missed or open. A table is determined where every completion of its open rows gives the same output.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from yimen.dmn.feel.compiler import Code, Compiled, Locals, agreed
from yimen.dmn.feel.scope import Run
from yimen.dmn.feel.truth import Truth, junction
from yimen.dmn.values import Unknown


@dataclass(frozen=True, slots=True)
class Row:
    """A compiled row: its tests in the columns' order, and its output (a context where there are several columns)."""

    id: str
    tests: tuple[Compiled, ...]
    output: Compiled

    def verdict(self, run: Run, local: Locals) -> Truth:
        """Return whether the row is hit, asking columns only until one misses."""
        ordered = sorted(self.tests, key=lambda test: run.expense(test.facts))
        return junction((_later(test, run, local) for test in ordered), decisive=False)


def _later(test: Compiled, run: Run, local: Locals) -> Callable[[], object]:
    return lambda: test.code(run, local)


def first(rows: Sequence[Row], default: Compiled) -> Code:
    """Return the code of a FIRST table: the output of the topmost row that is hit."""

    def code(run: Run, local: Locals) -> object:
        candidates: list[object] = []
        waiting: frozenset[str] = frozenset()
        for row in rows:
            verdict = row.verdict(run, local)
            if verdict is True:
                run.hit(row.id)
                candidates.append(row.output.code(run, local))
                break
            if isinstance(verdict, Unknown):
                candidates.append(row.output.code(run, local))
                waiting |= verdict.facts
        else:
            candidates.append(default.code(run, local))
        return candidates[0] if len(candidates) == 1 else agreed(candidates, waiting)

    return code


def unique(rows: Sequence[Row], default: Compiled) -> Code:
    """Return the code of a UNIQUE table: the output of the one row that is hit; null, with a note, for several."""

    def code(run: Run, local: Locals) -> object:
        found: list[Row] = []
        open_rows: list[Row] = []
        waiting: frozenset[str] = frozenset()
        for row in rows:
            verdict = row.verdict(run, local)
            if verdict is True:
                found.append(row)
            elif isinstance(verdict, Unknown):
                open_rows.append(row)
                waiting |= verdict.facts
        if len(found) > 1:
            run.note("表格命中多行，而命中策略要求唯一", "、".join(row.id for row in found))
            return None
        for row in found:
            run.hit(row.id)
        # That no second row is hit is promised by the author, not proved here: an open row leaves the outcome open.
        if open_rows:
            return Unknown(waiting)
        return (found[0].output if found else default).code(run, local)

    return code


POLICIES: dict[str, Callable[[Sequence[Row], Compiled], Code]] = {"FIRST": first, "UNIQUE": unique}
"""What each hit policy does; a policy that is not here is refused when the model is read."""
