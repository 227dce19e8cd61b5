"""Departments' systems: how they fare, register and change one, try its connection (数据源)."""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.channels.console.desk import desk_of, frame
from yimen.core.errors import DomainError
from yimen.datasets import source_queries as queries
from yimen.datasets.models import SourceSystem
from yimen.datasets.services import checking, connections
from yimen.datasets.services.connections import BadSource, SourceDraft, SourceNameTaken
from yimen.datasets.sources import addresses

PRODUCTS = {"postgresql": "PostgreSQL", "mysql": "MariaDB 或 MySQL"}
PORTS = {"postgresql": 5432, "mysql": 3306}
TIMEOUTS = ("1", "2", "3", "5", "10", "30")
AUTHS = {
    kind: [(one, SourceSystem.Auth(one).label) for one in SourceSystem.Auth.values if one in fitting]
    for kind, fitting in connections.FITTING.items()
}
KINDS = (
    ("sql", "数据库", "PostgreSQL、MariaDB、MySQL。最常见：读取对方为我们开放的一张表或视图。"),
    ("rest", "服务接口", "HTTP 接口，按身份号码或信用代码返回一条 JSON。支持接口密钥和 OAuth 2.0。"),
    ("file", "文件投递目录", "对方定期把 CSV、XLSX 或 Parquet 文件放进约定的目录。"),
)


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show how every source fares, what needs attention first."""
    desk = desk_of(request)
    rows = queries.board(desk, at=timezone.now())
    attention = sum(one.needs_attention for one in rows)
    return render(
        request, "console/sources/board.html", {**frame(desk, "sources"), "rows": rows, "attention": attention}
    )


@login_required
@require_safe
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show one source: where it is, how it fares, and its datasets."""
    desk = desk_of(request)
    source = queries.source(name, desk)
    row = next(one for one in queries.board(desk, at=timezone.now()) if one.name == source.pk)
    return render(request, "console/sources/source.html", {**frame(desk, "sources"), "source": source, "row": row})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Choose a kind, then say where the system is."""
    desk = desk_of(request)
    if not desk.is_data_officer:
        raise connections.NotADataOfficer("请由本部门的数据专员登记。")
    kind = request.POST.get("kind", "") if request.method == "POST" else request.GET.get("kind", "")
    if kind not in AUTHS:
        return render(request, "console/sources/kinds.html", {**frame(desk, "sources"), "kinds": KINDS})
    if request.method != "POST":
        return _form(
            request,
            kind,
            {
                "auth": AUTHS[kind][0][0],
                "timeout_s": "2",
                "url": _example(kind, desk.agency),
                "key_header": "X-Api-Key",
            },
            None,
        )
    try:
        source = connections.register_source(
            request.POST.get("name", "").strip(), _draft(request, kind), by=desk, at=timezone.now()
        )
    except (BadSource, SourceNameTaken) as error:
        return _form(request, kind, request.POST, None, error)
    return _tried(request, source)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, name: str) -> HttpResponse:
    """Change where a system is, or how we sign in; the secret is never shown, and stays where none is typed."""
    desk = desk_of(request)
    source = queries.own_source(name, desk)
    if request.method != "POST":
        return _form(request, source.kind, _filled(source), source)
    try:
        changed = connections.change_source(name, _draft(request, source.kind, source), by=desk, at=timezone.now())
    except BadSource as error:
        return _form(request, source.kind, request.POST, source, error)
    return _tried(request, changed)


@login_required
@require_POST
def try_out(request: HttpRequest, name: str) -> HttpResponse:
    """Try the connection, and tell in sentences what came of it."""
    desk = desk_of(request)
    source = queries.own_source(name, desk) if desk.is_data_officer else queries.source(name, desk)
    if desk.is_auditor:
        raise connections.NotADataOfficer("审计人员只查看，不操作。")
    checking.check_datasets(queries.datasets_of(name), at=timezone.now())
    return _tried(request, source)


def _tried(request: HttpRequest, source: SourceSystem) -> HttpResponse:
    report = checking.try_source(source)
    for one in report.findings:
        messages.add_message(request, messages.INFO, one.sentence, extra_tags="good" if one.is_good else "bad")
    return HttpResponseRedirect(f"/console/sources/{source.pk}/", status=303)


def _form(
    request: HttpRequest,
    kind: str,
    given: Mapping[str, object],
    source: SourceSystem | None,
    error: DomainError | None = None,
) -> HttpResponse:
    label = next(title for key, title, _ in KINDS if key == kind)
    errors = error.fields.get("errors", {}) if error else {}
    context = {
        **frame(desk_of(request), "sources"),
        "kind": kind,
        "kind_label": label,
        "given": {key: str(given.get(key, "")) for key in FIELDS},
        "source": source,
        "errors": errors,
        "products": PRODUCTS.items(),
        "auths": AUTHS[kind],
        "timeouts": TIMEOUTS,
        "drops": connections.drops(desk_of(request).agency),
    }
    return render(request, "console/sources/form.html", context, status=422 if errors else 200)


FIELDS = (
    "name", "title", "product", "host", "port", "database", "url", "auth", "login", "key_header",
    "token_url", "scope", "timeout_s", "is_active",
)  # fmt: skip


def _draft(request: HttpRequest, kind: str, source: SourceSystem | None = None) -> SourceDraft:
    said = request.POST
    # An empty field leaves the secret that is kept as it is: it is never sent back to the page.
    typed = said.get("secret", "")
    return SourceDraft(
        title=said.get("title", ""),
        kind=kind,
        url=_database_url(said) if kind == "sql" else said.get("url", "").strip(),
        auth=said.get("auth", ""),
        login=said.get("login", ""),
        key_header=said.get("key_header", "X-Api-Key"),
        secret=typed if typed or source is None else None,
        token_url=said.get("token_url", ""),
        scope=said.get("scope", ""),
        timeout_s=float(said["timeout_s"]) if said.get("timeout_s") in TIMEOUTS else 0.0,
        is_active=source is None or said.get("is_active") == "on",
    )


def _database_url(said: Mapping[str, str]) -> str:
    product = said.get("product", "")
    host, port = said.get("host", "").strip(), said.get("port", "").strip()
    place = f"[{host}]" if ":" in host and not host.startswith("[") else host
    if port and not (port.isascii() and port.isdigit()):
        port = "x"  # no port: the address is refused as it stands
    return f"{product}://{place}{f':{port}' if port else ''}/{quote(said.get('database', '').strip())}"


def _filled(source: SourceSystem) -> dict[str, object]:
    parts = urlsplit(source.url)
    return {
        "name": source.pk,
        "title": source.title,
        "product": "mysql" if parts.scheme in {"mysql", "mariadb"} else "postgresql",
        "host": parts.hostname or "",
        "port": parts.port or "",
        "database": parts.path.strip("/"),
        "url": addresses.shown(source.url),
        "auth": source.auth,
        "login": source.login,
        "key_header": source.key_header,
        "token_url": source.token_url,
        "scope": source.scope,
        "timeout_s": f"{source.timeout_s:g}",
        "is_active": "on" if source.is_active else "",
    }


def _example(kind: str, agency: str) -> str:
    return f"{connections.drops(agency).as_uri()}/" if kind == "file" else ""
