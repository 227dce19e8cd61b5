"""The analysis as a whole: every table and the graph of requirements, in one report."""

from collections.abc import Iterator, Mapping, Sequence

from yimen.dmn.analysis.findings import Finding, Report
from yimen.dmn.analysis.hits import never_hit
from yimen.dmn.analysis.requirements import requirement_findings
from yimen.dmn.analysis.tables import table_findings
from yimen.dmn.feel import ast
from yimen.dmn.feel.scope import Scope
from yimen.dmn.model import Model
from yimen.dmn.walk import walk


def analyse(model: Model, cases: Sequence[Mapping[str, object]] = ()) -> Report:
    """Return what is wrong with a model, as far as that shows without deciding about anybody.

    Gaps, overlaps and masked rows are exact for tables whose cells compare with constants; inputs are taken as
    independent of each other. What could not be analysed is named. `cases` are facts as `evaluate` takes them; with
    some, rows that none of them hits are named too. Imported models are analysed with themselves, not here.
    """
    tables = list(tables_of(model))
    findings = [*requirement_findings(model)]
    for place, table, scope in tables:
        findings += table_findings(table, scope, model, place)
    findings += never_hit(model, [(place, table) for place, table, _ in tables], cases)
    return Report(model.name, tuple(sorted(findings, key=_order)))


def tables_of(model: Model) -> Iterator[tuple[str, ast.Table, Scope]]:
    """Yield the tables of a model's own decisions and functions, with the name of each and what its names mean."""
    trees: list[tuple[str, ast.Expr | None, Scope | None]] = [
        *((name, one.tree, one.scope) for name, one in model.decisions.items()),
        *((name, one.tree, one.scope) for name, one in model.functions.items()),
    ]
    for name, tree, around in trees:
        if tree is not None and around is not None:
            for node, scope in walk(tree, around):
                if isinstance(node, ast.Table):
                    yield name, node, scope


def _order(finding: Finding) -> tuple[int, str, tuple[int, ...]]:
    return finding.line, finding.kind.value, finding.rows
