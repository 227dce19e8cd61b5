"""Lists, contexts, paths and filters."""

from collections.abc import Sequence
from decimal import Decimal

from yimen.dmn.feel import properties
from yimen.dmn.feel.bounds import effort
from yimen.dmn.feel.code.base import NOTHING, Compiled, Locals, facts_of
from yimen.dmn.feel.code.subject import taken
from yimen.dmn.feel.scope import Input, Run
from yimen.dmn.feel.truth import truth
from yimen.dmn.values import Unknown


def list_of(items: Sequence[Compiled]) -> Compiled:
    """Return the code of a list."""
    codes = [item.code for item in items]

    def code(run: Run, local: Locals) -> object:
        found = [one(run, local) for one in codes]
        run.work(effort(found))
        return found

    return Compiled(code, facts_of(items))


def context(entries: Sequence[tuple[str, Compiled]], result: Compiled | None = None) -> Compiled:
    """Return the code of a context whose later entries see the earlier; with a `result`, of that instead."""

    def code(run: Run, local: Locals) -> object:
        found: dict[str, object] = {}
        inner = dict(local)
        for name, part in entries:
            found[name] = inner[name] = part.code(run, inner)
        if result is not None:
            return result.code(run, inner)
        run.work(effort(found))
        return found

    return Compiled(code, facts_of([part for _, part in entries] + ([result] if result else [])))


def fact(symbol: Input) -> Compiled:
    """Return the code that asks for a fact, or takes a subject whole without asking yet."""
    if not symbol.parts:
        return Compiled(lambda run, _local: run.fact(symbol.path), symbol.leaves())
    return Compiled(lambda run, _local: taken(symbol, run), symbol.leaves())


def path(base: Compiled, name: str) -> Compiled:
    """Return the code of `base.name`."""
    return Compiled(lambda run, local: properties.read(base.code(run, local), name), base.facts)


def filtered(base: Compiled, condition: Compiled, *, item: str, may_be_index: bool, is_boxed: bool = False) -> Compiled:
    """Return the code of `base[condition]`: the item at an index, or the items for which the condition is true.

    In boxes, a condition that is no truth value makes the whole null.

    The item at hand is the local `item`, and under the name in `item` where filters in filters can tell it apart.
    Whether it is an index shows only when the condition is evaluated, so one that may be is tried on the first item.
    """

    def code(run: Run, local: Locals) -> object:
        value = base.code(run, local)
        if isinstance(value, Unknown):
            return value
        items = value if isinstance(value, list) else [] if value is None else [value]
        inner = dict(local)
        if may_be_index:
            inner["item"] = inner[item] = items[0] if items else None
            index = condition.code(run, inner)
            if isinstance(index, Unknown):
                return index
            if isinstance(index, Decimal):
                return None if value is None else at(items, index)
        return _kept(items, condition, run, (inner, item), is_boxed=is_boxed)

    return Compiled(code, base.facts | condition.facts)


def _kept(
    items: list[object], condition: Compiled, run: Run, bound: tuple[dict[str, object], str], *, is_boxed: bool
) -> object:
    inner, name = bound
    kept: list[object] = []
    waiting: frozenset[str] | None = None
    run.work(len(items))
    for item in items:
        inner["item"] = inner[name] = item
        found = condition.code(run, inner)
        verdict = truth(found)
        if is_boxed and found is not None and verdict is None:
            return None
        if isinstance(verdict, Unknown):
            waiting = verdict.facts | (waiting or NOTHING)
        elif verdict is True:
            kept.append(item)
    return kept if waiting is None else Unknown(waiting)


def at(items: list[object], index: Decimal) -> object:
    """Return the item at an index counted from one, or from the end where negative; None where there is none."""
    if index == 0 or abs(index) > len(items) or index != index.to_integral_value():
        return None
    return items[int(index) - 1] if index > 0 else items[int(index)]
