"""`and`, `or`, `if`: asked lazily, and of what is open the cheapest first."""

from collections.abc import Callable, Iterator, Sequence

from yimen.dmn.feel.code.base import Compiled, Locals, agreed, facts_of, later
from yimen.dmn.feel.scope import Run
from yimen.dmn.feel.truth import junction, truth
from yimen.dmn.values import Unknown


def cheapest_first(operands: Sequence[Compiled], run: Run, local: Locals) -> Iterator[Callable[[], object]]:
    """Yield the operands, each time the one whose facts not read yet cost least; as written where nobody says."""
    if not run.is_priced:
        for operand in operands:
            yield later(operand, run, local)
        return
    left = list(operands)
    while left:
        expenses = [run.expense(operand.facts) for operand in left]
        yield later(left.pop(expenses.index(min(expenses))), run, local)


def chain(operands: Sequence[Compiled], *, decisive: bool) -> Compiled:
    """Return the code of a whole chain of `and` (decisive false) or `or` (decisive true)."""

    def code(run: Run, local: Locals) -> object:
        return junction(cheapest_first(operands, run, local), decisive=decisive)

    return Compiled(code, facts_of(operands))


def choice(condition: Compiled, then: Compiled, otherwise: Compiled, *, is_boxed: bool = False) -> Compiled:
    """Return the code of `if`: an unknown condition does not matter where both branches say the same.

    In boxes, a condition that is no truth value makes the whole null.
    """

    def code(run: Run, local: Locals) -> object:
        found = condition.code(run, local)
        verdict = truth(found)
        if is_boxed and found is not None and verdict is None:
            return None
        if not isinstance(verdict, Unknown):
            return (then if verdict is True else otherwise).code(run, local)
        return agreed([then.code(run, local), otherwise.code(run, local)], verdict.facts)

    return Compiled(code, facts_of([condition, then, otherwise]))
