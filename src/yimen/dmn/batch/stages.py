"""What is used twice is computed once: shared subexpressions become columns of inner selects.

Ibis writes an expression out wherever it is used, so that a chain of shared ones doubles with every link. Each stage
here is one inner select over the former; only what nothing uses twice stays inline.
"""

from collections import Counter
from collections.abc import Mapping

import ibis.expr.operations as ops
import ibis.expr.types as ir

PREFIX = "~"


def staged(table: ir.Table, outputs: Mapping[str, ir.Value]) -> tuple[ir.Table, dict[str, ir.Value]]:
    """Return the table with the shared columns beside its own, and the outputs over it."""
    levels = _levels([output.op() for output in outputs.values()])
    names = {node: f"{PREFIX}{place}" for place, node in enumerate(levels)}
    relation, moved = table, dict[ops.Node, ops.Node]()
    for level in range(1, max(levels.values(), default=0) + 1):
        fresh = {names[node]: _over(node, moved) for node, one in levels.items() if one == level}
        relation = relation.mutate(**fresh)
        moved = {ops.Field(table, name): ops.Field(relation, name) for name in table.columns}
        moved.update({node: ops.Field(relation, names[node]) for node, one in levels.items() if one <= level})
    return relation, {name: _over(output.op(), moved) for name, output in outputs.items()}


def _over(root: ops.Node, moved: Mapping[ops.Node, ops.Node]) -> ir.Value:
    """Return an expression over another stage: what is a column there replaced by that column."""
    done: dict[ops.Node, ops.Node] = {}
    waiting = [root]
    while waiting:
        node = waiting[-1]
        found = moved.get(node)
        parts = [] if found is not None else [part for part in _parts(node) if part not in done]
        if parts:
            waiting.extend(parts)
            continue
        waiting.pop()
        done[node] = _remade(node, done) if found is None else found
    expression = done[root].to_expr()
    assert isinstance(expression, ir.Value)
    return expression


def _remade(node: ops.Node, done: Mapping[ops.Node, ops.Node]) -> ops.Node:
    parts = _parts(node)
    if all(done[part] is part for part in parts):
        return node
    fields = dict(zip(node.__argnames__, (_moved(one, done) for one in node.__args__), strict=True))
    return node.__recreate__(fields)


def _moved(argument: object, done: Mapping[ops.Node, ops.Node]) -> object:
    """Return an argument of a node, be it a node, several or none."""
    if isinstance(argument, tuple):
        return tuple(_moved(one, done) for one in argument)
    return done.get(argument, argument) if isinstance(argument, ops.Value) else argument


def _levels(roots: list[ops.Value]) -> dict[ops.Node, int]:
    """Return the shared nodes with their stages, counted from one, in an order that is always the same."""
    order = _ordered(roots)
    uses: Counter[ops.Node] = Counter(roots)
    for node in reversed(order):
        # What is cheap is written out at each of its uses, and so is what it is made of.
        times = uses[node] if _is_cheap(node) else 1
        for part in _parts(node):
            uses[part] += times
    levels: dict[ops.Node, int] = {}
    beneath: dict[ops.Node, int] = {}
    for node in order:
        below = max((levels.get(part, beneath[part]) for part in _parts(node)), default=0)
        beneath[node] = below
        if uses[node] > 1 and not _is_cheap(node) and node.shape.is_columnar():
            levels[node] = below + 1
    return levels


def _is_cheap(node: ops.Value) -> bool:
    """Tell whether a node costs no more to compute than to keep."""
    match node:
        case ops.Literal() | ops.Field() | ops.IsNull() | ops.NotNull():
            return True
        case ops.Equals(_, ops.Literal(bool())):
            return True
        case _:
            return False


def _ordered(roots: list[ops.Value]) -> list[ops.Value]:
    """Return all nodes, parts before wholes. Not by recursion: they stand deep."""
    order: dict[ops.Value, None] = {}
    waiting = [(root, False) for root in reversed(roots)]
    seen: set[ops.Value] = set()
    while waiting:
        node, is_done = waiting.pop()
        if is_done:
            order[node] = None
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting.extend((part, False) for part in reversed(_parts(node)))
    return list(order)


def _parts(node: ops.Node) -> list[ops.Value]:
    return [part for part in node.__children__ if isinstance(part, ops.Value)]
