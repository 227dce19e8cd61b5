"""Where a thing comes from and what hangs on it, as a picture (数据血缘)."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yimen.channels.components.flow import Flow, Thing, flow
from yimen.channels.console.desk import desk_of, frame
from yimen.core import lineage
from yimen.core.errors import NotFound
from yimen.core.lineage import Graph, Id, Node

COLUMNS = (
    ("column", "部门字段"),
    ("field", "资源字段"),
    ("fact", "数据项"),
    ("rule", "规则"),
    ("item", "事项"),
    ("licence_type", "电子证照"),
)
KINDS = dict(COLUMNS)


class NothingThere(NotFound):
    """There is no such thing in the lineage."""

    code = "console.no-lineage"
    title = "没有找到这个数据的来龙去脉。"


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show one thing with everything it is made from and everything made from it."""
    desk = desk_of(request)
    wanted = (request.GET.get("kind", "")[:40], request.GET.get("key", "").replace("\x00", "")[:300])
    graph = lineage.graph()
    if wanted not in graph.nodes:
        raise NothingThere("请从数据资源、数据项或事项进入。")
    node = graph.nodes[wanted]
    context = {
        **frame(desk, "datasets"),
        "node": node,
        "kind": KINDS.get(node.kind, node.kind),
        "home": home_of(node),
        "picture": picture(graph, [wanted]),
        "above": len(graph.above(*wanted)),
        "below": len(graph.below(*wanted)),
    }
    return render(request, "console/lineage.html", context)


def home_of(node: Node) -> str:
    """Return the address of the page about this thing; empty where there is none."""
    match node.kind:
        case "field":
            return f"/console/datasets/{node.key.partition('.')[0]}/"
        case "fact":
            return f"/console/facts/{node.key}/"
        case "item" | "rule":
            return f"/items/{node.key}/"
        case _:
            return ""


def address_of(kind: str, key: str) -> str:
    """Return the address of this thing's lineage."""
    return f"/console/lineage/?{urlencode({'kind': kind, 'key': key})}"


def picture(graph: Graph, wanted: Iterable[Id]) -> Flow | None:
    """Return the picture of these things with all they are made from and all made from them; None for nothing."""
    here = [one for one in wanted if one in graph.nodes]
    shown: dict[Id, Node] = {one: graph.nodes[one] for one in here}
    edges: set[tuple[Id, Id]] = set()
    for one in here:
        above = {node.id: node for node in graph.above(*one)} | {one: graph.nodes[one]}
        below = {node.id: node for node in graph.below(*one)} | {one: graph.nodes[one]}
        shown |= above | below
        for edge in graph.edges:
            ends = edge.source.id, edge.target.id
            if all(end in above for end in ends) or all(end in below for end in ends):
                edges.add(ends)
    rules = {node.key: node.title for node in shown.values() if node.kind == "rule" and ("item", node.key) in shown}
    columns = [
        (title, [_thing(node, rules, is_here=node.id in here) for node in shown.values() if _stands(node, kind, rules)])
        for kind, title in COLUMNS
    ]
    return flow(columns, [(_key(start, rules), _key(end, rules)) for start, end in edges])


def _stands(node: Node, kind: str, rules: Mapping[str, str]) -> bool:
    """Tell whether a thing has a box of its own in this column: the rules of an item stand in the item's."""
    return node.kind == kind and not (kind == "rule" and node.key in rules)


def _key(one: Id, rules: Mapping[str, str]) -> str:
    kind, key = one
    return f"item\n{key}" if kind == "rule" and key in rules else f"{kind}\n{key}"


def _thing(node: Node, rules: Mapping[str, str], *, is_here: bool) -> Thing:
    title, beside = node.title or node.key, ""
    match node.kind:
        case "field":
            dataset, dot, name = title.partition("·")
            title, beside = (name, dataset) if dot else (title, "")
        case "column":
            beside = node.key.rpartition(".")[0]
        case "item" if node.key in rules:
            beside = rules[node.key].removeprefix(node.key).strip() + "规则"
        case _:
            pass
    return Thing(_key(node.id, rules), title, address_of(*node.id), is_here, beside)
