"""Connect a table as a dataset, in three steps: which table, which columns, what the catalogue says of it (接入)."""

import json
from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.channels.console.desk import desk_of, frame
from yimen.core.errors import Conflict, Invalid
from yimen.datasets import source_queries as queries
from yimen.datasets.column_names import MEANINGS
from yimen.datasets.mapping import BY_NAME, codes_said
from yimen.datasets.models import Dataset, SourceSystem
from yimen.datasets.services import checking, connecting, connections
from yimen.datasets.services.connecting import AS_IS, Choice, Words
from yimen.datasets.sources import Nonsense, Silent, openapi, schema
from yimen.datasets.sources.schema import SourceColumn

LONGEST_SAMPLE = 20_000
WHO = (("person", "自然人", "按公民身份号码查询"), ("org", "法人和其他组织", "按统一社会信用代码查询"))
SHARING = (
    ("unconditional", "无条件共享", "所有部门都可以使用，每次使用仍然留痕。"),
    ("conditional", "有条件共享", "部门按办事需要申请，写明条件。"),
    ("withheld", "不予共享", "要有法律、行政法规或党中央文件的依据。"),
)


@login_required
@require_safe
def relations(request: HttpRequest, name: str) -> HttpResponse:
    """First step: choose a table, a view, a file or a path."""
    desk = desk_of(request)
    source = queries.own_source(name, desk)
    found, error = [], None
    try:
        found = schema.relations(source.kind, connections.opened(source), timeout_s=max(source.timeout_s, 3.0))
    except (Silent, Nonsense) as trouble:
        error = _words(source, trouble)
    context = {"source": source, "relations": found, "error": error, "by_hand": source.kind == "rest" and not found}
    return render(request, "console/sources/relations.html", {**frame(desk, "sources"), **context})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, name: str) -> HttpResponse:
    """Second step: say what each column means. Suggestions are chosen already; what nobody knows stays out."""
    source = queries.own_source(name, desk_of(request))
    said = request.POST if request.method == "POST" else request.GET
    relation = said.get("relation", "").strip()
    try:
        found = _columns(source, relation, said)
    except (Silent, Nonsense) as trouble:
        messages.add_message(request, messages.INFO, _words(source, trouble), extra_tags="bad")
        return HttpResponseRedirect(f"/console/sources/{source.pk}/connect/", status=303)
    if "chosen" not in request.POST:
        return _mapping(request, source, relation, found)
    choice = _choice(source, relation, found, request.POST)
    try:
        connecting.fields_of(choice)
    except connecting.BadConnection as error:
        return _mapping(request, source, relation, found, error)
    return _registration(request, source, choice, {"code": _code(source, relation), "sharing": "conditional"})


@login_required
@require_POST
def publish(request: HttpRequest, name: str) -> HttpResponse:
    """Third step: keep it as a draft, or say what is missing."""
    desk = desk_of(request)
    source = queries.own_source(name, desk)
    try:
        choice = _kept_choice(source, request.POST)
        dataset = connecting.connect(choice, _said(request.POST), by=desk, at=timezone.now())
    except (connecting.BadConnection, connecting.DatasetCodeTaken) as error:
        if not isinstance(error, connecting.DatasetCodeTaken) and "columns" in _errors(error):
            messages.add_message(request, messages.INFO, str(error), extra_tags="bad")
            return HttpResponseRedirect(f"/console/sources/{source.pk}/connect/", status=303)
        return _registration(request, source, choice, request.POST, error)
    messages.add_message(request, messages.INFO, f"“{dataset.title}”已经接入，存为草稿。", extra_tags="good")
    return HttpResponseRedirect(f"/console/datasets/{dataset.pk}/edit/", status=303)


def _words(source: SourceSystem, trouble: Silent | Nonsense) -> str:
    if isinstance(trouble, Silent):
        return checking.WORDS[trouble.why]
    return f"{source.title}：{trouble}。"


def _columns(source: SourceSystem, relation: str, said: Mapping[str, str]) -> list[SourceColumn]:
    """Return the relation's columns: as the system says, or for a service that does not, as somebody pasted them."""
    if "shape" in said:
        return _shape(said["shape"])
    if "sample" in said:
        if "{" not in relation or not relation.startswith("/"):
            raise Nonsense("接口路径应以“/”开头，并用 {key} 标明查询依据的位置，如 /people/{key}")
        return openapi.of_record(said["sample"][:LONGEST_SAMPLE])
    if not relation:
        raise Nonsense("请选择一张表")
    return schema.describe(source.kind, connections.opened(source), relation, timeout_s=max(source.timeout_s, 3.0))


def _shape(text: str) -> list[SourceColumn]:
    """Return the columns that an earlier step wrote into the page; whatever came back is looked at anew.

    Raises:
        Nonsense: it is not what we wrote.
    """
    try:
        given = json.loads(text)
        made = [
            SourceColumn(
                str(name),
                str(type_),
                str(said),
                length if isinstance(length, int) else None,
                bool(free),
                comment=str(words),
            )
            for name, type_, said, words, length, free in given
        ]
    except (ValueError, TypeError, RecursionError) as error:
        raise Nonsense("页面内容不完整，请从头选择") from error
    if not made or len(made) > schema.MOST_COLUMNS or any(one.type not in TYPES or "\0" in one.name for one in made):
        raise Nonsense("页面内容不完整，请从头选择")
    return made


TYPES = frozenset({"string", "boolean", "date", "number"})


def _choice(source: SourceSystem, relation: str, found: list[SourceColumn], said: Mapping[str, str]) -> Choice:
    meanings = {one.name: said.get(f"c{place}", "") for place, one in enumerate(found)}
    return Choice(
        source=source.pk,
        kind=source.kind,
        relation=relation,
        columns=tuple(found),
        meanings={column: meaning for column, meaning in meanings.items() if meaning in {AS_IS, *BY_NAME}},
        who=said.get("who", ""),
        key=said.get("key", ""),
        as_of=said.get("as_of", ""),
    )


def _kept_choice(source: SourceSystem, said: Mapping[str, str]) -> Choice:
    """Return the choice an earlier step wrote into the page.

    Raises:
        BadConnection: it is not what we wrote.
    """
    wrong = connecting.BadConnection("页面内容不完整，请从头选择。", errors={"columns": "页面内容不完整。"})
    try:
        found = _shape(said.get("shape", ""))
        meanings = json.loads(said.get("meanings", ""))
    except (Nonsense, ValueError, RecursionError) as error:
        raise wrong from error
    if not isinstance(meanings, dict) or not all(one in {AS_IS, *BY_NAME} for one in meanings.values()):
        raise wrong
    relation = said.get("relation", "").strip()
    if not relation or "\0" in relation:
        raise wrong
    return Choice(
        source=source.pk,
        kind=source.kind,
        relation=relation,
        columns=tuple(found),
        meanings=meanings,
        who=said.get("who", ""),
        key=said.get("key", ""),
        as_of=said.get("as_of", ""),
    )


def _said(said: Mapping[str, str]) -> Words:
    names = ("code", "title", "abstract", "sharing", "update_cycle", "sharing_condition", "legal_ground", "contact")
    titles = {key.removeprefix("t:"): value for key, value in said.items() if key.startswith("t:")}
    codes = {key.removeprefix("m:"): value for key, value in said.items() if key.startswith("m:")}
    words = {name: said.get(name, "") for name in names}
    return Words(**words, contact_phone=said.get("phone", ""), titles=titles, codes=codes)


def _mapping(
    request: HttpRequest,
    source: SourceSystem,
    relation: str,
    found: list[SourceColumn],
    error: connecting.BadConnection | None = None,
) -> HttpResponse:
    suggestions, key, who, as_of = connecting.propose(found)
    said = request.POST if error else None
    rows = [
        (place, one, said.get(f"c{place}", "") if said is not None else one.meaning)
        for place, one in enumerate(suggestions)
    ]
    context = {
        "source": source,
        "relation": relation,
        "rows": rows,
        "meanings": [(one.name, one.title) for one in MEANINGS if not one.is_stamp],
        "names": [one.name for one in found],
        "key": said.get("key", "") if said is not None else key,
        "who": said.get("who", "") if said is not None else who,
        "as_of": said.get("as_of", "") if said is not None else as_of,
        "whose": WHO,
        "as_is": AS_IS,
        "shape": _written(found) if source.kind == "rest" else "",
        "is_service": source.kind == "rest",
        "errors": _errors(error),
    }
    page = "console/sources/columns.html"
    return render(request, page, {**frame(desk_of(request), "sources"), **context}, status=422 if error else 200)


def _registration(
    request: HttpRequest,
    source: SourceSystem,
    choice: Choice,
    given: Mapping[str, str],
    error: Invalid | Conflict | None = None,
) -> HttpResponse:
    try:
        fields = connecting.fields_of(choice)
    except connecting.BadConnection:
        fields = []
    context = {
        "source": source,
        "choice": choice,
        "fields": [
            (
                one,
                given.get(f"t:{one.source_name}", one.title),
                given.get(f"m:{one.source_name}", codes_said(one.codes)),
            )
            for one in fields
        ],
        "shape": _written(list(choice.columns)),
        "meanings": json.dumps(dict(choice.meanings), ensure_ascii=False),
        "given": {name: given.get(name, "") for name in GIVEN},
        "sharing": SHARING,
        "cycles": [(value.lower(), label) for value, label in Dataset.Cycle.choices],
        "errors": _errors(error),
    }
    page = "console/sources/registration.html"
    return render(request, page, {**frame(desk_of(request), "sources"), **context}, status=422 if error else 200)


GIVEN = (
    "code", "title", "abstract", "sharing", "update_cycle", "sharing_condition", "legal_ground", "contact", "phone",
)  # fmt: skip


def _errors(error: Invalid | Conflict | None) -> Mapping[str, str]:
    found = error.fields.get("errors", {}) if error else {}
    assert isinstance(found, Mapping)
    return found


def _written(found: list[SourceColumn]) -> str:
    return json.dumps(
        [[one.name, one.type, one.said, one.comment, one.length, one.is_nullable] for one in found], ensure_ascii=False
    )


def _code(source: SourceSystem, relation: str) -> str:
    """Return a code to begin with, of what can be told from the names."""
    words = "".join(one if one.isascii() and one.isalnum() else "-" for one in f"{source.pk}-{relation}".lower())
    return "-".join(part for part in words.split("-") if part)[:80]
