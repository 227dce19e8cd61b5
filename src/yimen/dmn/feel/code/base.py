"""What every compiled piece is, and how unknowns spread through the strict ones."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from yimen.dmn.feel.bounds import SHIFT
from yimen.dmn.feel.operators import is_same
from yimen.dmn.feel.scope import Run
from yimen.dmn.notes import NoteKind
from yimen.dmn.values import Unknown, unknowns

Locals = Mapping[str, object]
Code = Callable[[Run, Locals], object]
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression ready to run, and the facts it can reach."""

    code: Code
    facts: frozenset[str]


def constant(value: object) -> Compiled:
    """Return the code of a value that is always the same."""
    return Compiled(lambda _run, _local: value, NOTHING)


def facts_of(parts: Iterable[Compiled]) -> frozenset[str]:
    """Return the facts that any of these can reach."""
    return NOTHING.union(*(part.facts for part in parts))


def strict(call: Callable[..., object], parts: Sequence[Compiled], place: str) -> Compiled:
    """Return the code that calls with the parts' values once all of them are known; a null it makes is noted."""
    codes = [part.code for part in parts]

    def code(run: Run, local: Locals) -> object:
        values = [one(run, local) for one in codes]
        waiting = unknowns(values)
        if waiting is not None:
            return Unknown(waiting)
        first = values[0]
        if isinstance(first, str | list):
            run.work(len(first) >> SHIFT)
        result = call(*values)
        if isinstance(result, str):
            run.work(len(result) >> SHIFT)
        if result is None and None not in values:
            run.note(NoteKind.NO_RESULT, place, tuple(values))
        return result

    return Compiled(code, facts_of(parts))


def later(operand: Compiled, run: Run, local: Locals) -> Callable[[], object]:
    """Return the operand as something to be asked when it is needed."""
    return lambda: operand.code(run, local)


def agreed(candidates: Sequence[object], waiting: frozenset[str]) -> object:
    """Return the one value all candidates have, whichever of them comes true; unknown where they differ."""
    inner = unknowns(list(candidates))
    first = candidates[0]
    if inner is None and all(is_same(first, other) for other in candidates[1:]):
        return first
    return Unknown(waiting | (inner or NOTHING))
