"""What a model declares and does not use, uses and does not type, decides and needs nowhere."""

from collections.abc import Iterator

from yimen.dmn.analysis.findings import Finding, Kind, Severity
from yimen.dmn.feel import ast
from yimen.dmn.feel.scope import Imported, Input, Scope
from yimen.dmn.feel.types import ANY
from yimen.dmn.model import Decision, Model
from yimen.dmn.walk import walk


def requirement_findings(model: Model) -> Iterator[Finding]:
    """Yield what the graph of requirements shows."""
    read = _read(model)
    for name, symbol in model.inputs.items():
        yield from _unused(model, name, symbol, read)
        yield from _untyped(model, symbol)
    needed = {key for decision in model.by_key.values() for key in decision.requires}
    needed |= {key for one in model.services_by_key.values() for key in (*one.outputs, *one.input_decisions)}
    needed |= {
        name
        for function in model.functions.values()
        if function.scope is not None and function.tree is not None
        for name in _names(function.tree, function.scope)
    }
    for name, decision in model.decisions.items():
        if name not in needed:
            what = "没有别的决策用到它。"
            remedy = "如果它是给外面调用的结果，不用改；否则请删去。"
            yield Finding(Severity.INFO, Kind.NOT_REQUIRED, name, decision.line, what, remedy)
        yield from _superfluous(decision)


def _read(model: Model) -> frozenset[str]:
    """Return every fact that some logic can read; what a service takes as input is read."""
    decisions = [decision.facts for decision in model.by_key.values()]
    functions = [function.facts for function in model.functions.values()]
    services = [frozenset(service.inputs) for service in model.services_by_key.values()]
    return frozenset().union(*decisions, *functions, *services)


def _unused(model: Model, name: str, symbol: Input, read: frozenset[str]) -> Iterator[Finding]:
    leaves = symbol.leaves()
    if name in read or not leaves:
        return
    unread = sorted(leaves - read)
    if len(unread) == len(leaves):
        what = "没有任何决策读取这个输入。"
        yield Finding(
            Severity.WARNING, Kind.UNUSED_INPUT, name, model.lines.get(name, 1), what, "请删去，或在规则中用上。"
        )
        return
    for leaf in unread:
        what = "声明了，但没有任何决策读取。"
        line = model.lines.get(leaf, model.lines.get(name, 1))
        yield Finding(Severity.WARNING, Kind.UNUSED_INPUT, leaf, line, what, "请从类型定义中删去，或在规则中用上。")


def _untyped(model: Model, symbol: Input) -> Iterator[Finding]:
    for leaf in sorted(symbol.leaves()):
        if model.types.get(leaf, ANY) == ANY:
            what = "没有声明类型，取值不会被检查。"
            line = model.lines.get(leaf, 1)
            yield Finding(
                Severity.WARNING, Kind.UNTYPED_INPUT, leaf, line, what, "请写上 typeRef，如 number、string、date。"
            )


def _superfluous(decision: Decision) -> Iterator[Finding]:
    """Yield what a decision requires and its logic never names."""
    if isinstance(decision.tree, ast.NoLogic):
        return
    named = _names(decision.tree, decision.scope)
    for name, symbol in decision.scope.symbols.items():
        if isinstance(symbol, Imported) or name in named:
            continue
        what = f"引用了“{name}”，但逻辑中没有用到。"
        yield Finding(
            Severity.INFO,
            Kind.UNUSED_REQUIREMENT,
            decision.name,
            decision.line,
            what,
            "请去掉这条引用，图才与逻辑一致。",
        )


def _names(tree: ast.Expr, scope: Scope) -> frozenset[str]:
    return frozenset(node.name for node, _ in walk(tree, scope) if isinstance(node, ast.Name))
