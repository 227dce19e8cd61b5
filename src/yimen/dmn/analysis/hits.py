"""Which rows of which tables a model's own test cases ever hit (测试覆盖)."""

from collections.abc import Iterator, Mapping, Sequence

from yimen.dmn.analysis.findings import Finding, Kind, Severity
from yimen.dmn.evaluate import evaluate
from yimen.dmn.feel import ast
from yimen.dmn.model import Model
from yimen.dmn.trace import TraceNode


def never_hit(
    model: Model, tables: Sequence[tuple[str, ast.Table]], cases: Sequence[Mapping[str, object]]
) -> Iterator[Finding]:
    """Yield the rows that no case hits, whichever decision is asked; nothing where there are no cases.

    A row is known by its id within its decision; rows of functions by their id in whatever decision called them.
    """
    if not cases:
        return
    hit: dict[str, set[str]] = {}
    for case in cases:
        for name in model.decisions:
            _gather(evaluate(model, name, case).trace, hit)
    anywhere = set().union(*hit.values()) if hit else set()
    for place, table in tables:
        seen = hit.get(place, set()) if place in model.decisions else anywhere
        for row, rule in enumerate(table.rules, 1):
            if rule.id not in seen:
                what = f"{len(cases)} 个用例都没有命中第 {row} 行。"
                yield Finding(
                    Severity.WARNING, Kind.NEVER_HIT, place, rule.line, what, "请补一个命中它的用例。", (row,)
                )


def _gather(node: TraceNode, hit: dict[str, set[str]]) -> None:
    hit.setdefault(node.decision, set()).update(node.rows)
    for child in node.children:
        _gather(child, hit)
