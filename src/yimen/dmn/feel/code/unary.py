"""Unary tests: what `in` and a table's input entries put a value to (DMN 1.5, 10.3.2.5 and table 55)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from yimen.dmn.feel import operators
from yimen.dmn.feel.code.base import Code, Compiled, Locals, facts_of
from yimen.dmn.feel.scope import Run
from yimen.dmn.feel.truth import junction, truth
from yimen.dmn.values import Range, Unknown, unknowns


@dataclass(frozen=True, slots=True)
class Put:
    """One test: an operator or None, its operand, and whether the operand asks about `?` itself."""

    operator: str | None
    operand: Compiled
    asks_itself: bool


def put(value: Code, tests: Sequence[Put], *, is_negated: bool) -> Compiled:
    """Return the code that puts a value to tests; no tests at all (`-`) are always passed."""
    names_it = any(test.asks_itself for test in tests)

    def code(run: Run, local: Locals) -> object:
        if not tests:
            return True
        asked = value(run, local)
        bound = {**local, "?": asked} if names_it else local
        verdict = junction((_later(test, asked, run, bound) for test in tests), decisive=True)
        if is_negated:
            return verdict if isinstance(verdict, Unknown) or verdict is None else not verdict
        return verdict

    return Compiled(code, facts_of([test.operand for test in tests]))


def _later(test: Put, asked: object, run: Run, local: Locals) -> Callable[[], object]:
    return lambda: _test(test, asked, test.operand.code(run, local))


def _test(test: Put, value: object, operand: object) -> object:
    if test.asks_itself:
        return truth(operand)
    waiting = unknowns([value, operand])
    if waiting is not None:
        return Unknown(waiting)
    if test.operator is not None:
        return operators.compare(test.operator, value, operand)
    return _matches(value, operand)


def _matches(value: object, operand: object) -> object:
    if isinstance(operand, Range) and not isinstance(value, Range):
        return operators.contains(operand, value)
    if isinstance(operand, list) and operators.equal(value, operand) is not True:
        return any(_matches(value, one) is True for one in operand)
    return operators.equal(value, operand)
