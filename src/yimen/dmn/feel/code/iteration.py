"""`for`, `some`, `every`: one round for each combination of what is gone through."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from yimen.dmn.feel.bounds import SHIFT, effort
from yimen.dmn.feel.code.base import Compiled, Locals, facts_of, later
from yimen.dmn.feel.scope import Run
from yimen.dmn.feel.truth import junction
from yimen.dmn.temporal.arithmetic import is_day
from yimen.dmn.temporal.make import date_at, ordinal
from yimen.dmn.values import Range, Unknown


@dataclass(frozen=True, slots=True)
class Source:
    """What one variable goes through: a list, a range, or from one end (`over`) to another (`until`)."""

    name: str
    over: Compiled
    until: Compiled | None = None

    @property
    def parts(self) -> tuple[Compiled, ...]:
        """Return its one or two expressions."""
        return (self.over,) if self.until is None else (self.over, self.until)


def collected(sources: Sequence[Source], body: Compiled, *, uses_partial: bool = True) -> Compiled:
    """Return the code of `for`: the results of all rounds; `partial` are those so far."""

    def code(run: Run, local: Locals) -> object:
        results: list[object] = []
        for bound in _rounds(run, {**local, "partial": []}, sources):
            if not isinstance(bound, dict):
                return bound
            if uses_partial:
                run.work(len(results) >> SHIFT)
                bound["partial"] = list(results)
            results.append(body.code(run, bound))
        run.work(effort(results))
        return results

    return Compiled(code, facts_of([body, *(part for source in sources for part in source.parts)]))


def quantified(quantifier: Literal["some", "every"], sources: Sequence[Source], condition: Compiled) -> Compiled:
    """Return the code of `some` and `every`: an `or`, an `and` over the rounds."""

    def code(run: Run, local: Locals) -> object:
        rounds = list(_rounds(run, dict(local), sources))
        strange = [bound for bound in rounds if not isinstance(bound, dict)]
        if strange:
            return strange[0]
        tests = (later(condition, run, bound) for bound in rounds if isinstance(bound, dict))
        return junction(tests, decisive=quantifier == "some")

    return Compiled(code, facts_of([condition, *(part for source in sources for part in source.parts)]))


def _rounds(run: Run, local: dict[str, object], sources: Sequence[Source]) -> Iterator[object]:
    """Yield the locals of each round; an Unknown or None instead where what is gone through is so."""
    if not sources:
        yield dict(local)
        return
    source = sources[0]
    items = _items([part.code(run, local) for part in source.parts], run)
    if not isinstance(items, list):
        yield items
        return
    for item in items:
        run.work()
        yield from _rounds(run, {**local, source.name: item}, sources[1:])


def _items(values: list[object], run: Run) -> object:
    """Return what a variable goes through: a list's items, the numbers or days of a range, one value by itself."""
    match values:
        case [Unknown() as waiting] | [Unknown() as waiting, _] | [_, Unknown() as waiting]:
            return waiting
        case [list(items)]:
            return items
        case [Range(Decimal() as low, Decimal() as high, low_in, high_in)]:
            low, high = low if low_in else low + 1, high if high_in else high - 1
            return _whole(low, high, run) if low <= high else None
        case [Range(low, high, low_in, high_in)] if is_day(low) and is_day(high):
            first, last = ordinal(low) + (not low_in), ordinal(high) - (not high_in)
            return _days(first, last, run) if first <= last else None
        case [Decimal() as low, Decimal() as high]:
            return _whole(low, high, run)
        case [low, high] if is_day(low) and is_day(high):
            return _days(ordinal(low), ordinal(high), run)
        case [Range()] | [None] | [_, _]:
            return None
        case [single]:
            return [single]
        case _:
            return None


def _whole(low: Decimal, high: Decimal, run: Run) -> list[object] | None:
    if low != low.to_integral_value() or high != high.to_integral_value():
        return None
    run.work(abs(int(high) - int(low)))
    step = 1 if low <= high else -1
    return [Decimal(value) for value in range(int(low), int(high) + step, step)]


def _days(low: int, high: int, run: Run) -> list[object] | None:
    """Return the days from one to another, given by their numbers."""
    run.work(abs(high - low))
    step = 1 if low <= high else -1
    return [date_at(number) for number in range(low, high + step, step)]
