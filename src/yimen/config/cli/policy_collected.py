"""`yimen policy feed|feeds|collected|troubles|enter`: what is collected from where, and what could not be."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from yimen.config.cli import django, output

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


def feed(  # noqa: PLR0917 - Typer makes each an option
    name: Annotated[str, typer.Argument(help="来源标识，如 szsme")],
    kind: Annotated[str, typer.Option(help="RSS、SITEMAP、LISTING 或 FOLDER")],
    address: Annotated[str, typer.Option(help="网址；文件夹则为路径")],
    title: Annotated[str, typer.Option(help="来源名称")] = "",
    publisher: Annotated[str, typer.Option(help="发布网站的名称")] = "",
    links: Annotated[str, typer.Option(help="列表页：文件链接的 XPath")] = "",
    following: Annotated[str, typer.Option(help="列表页：下一页链接的 XPath，或 index_{n}.html")] = "",
    only: Annotated[str, typer.Option(help="地址须符合的正则表达式")] = "",
    most_pages: Annotated[int, typer.Option(help="最多翻几页")] = 20,
    most_documents: Annotated[int, typer.Option(help="每次最多收几件")] = 500,
    every_hours: Annotated[int, typer.Option(help="每隔几小时采集一次")] = 24,
    pause_s: Annotated[float, typer.Option(help="同一网站两次请求之间的秒数")] = 1.0,
    private: Annotated[bool, typer.Option("--private", help="允许内网和本机的网址")] = False,
    off: Annotated[bool, typer.Option("--off", help="停用")] = False,
    json: Json = False,
) -> None:
    """登记或修改一个采集来源。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.parties.logic import Actor  # noqa: PLC0415
    from yimen.policies.services import collecting  # noqa: PLC0415

    draft = collecting.FeedDraft(
        title=title or name,
        kind=kind.upper(),
        address=address,
        publisher=publisher,
        links=links,
        following=following,
        only=only,
        most_pages=most_pages,
        most_documents=most_documents,
        every_hours=every_hours,
        pause_s=pause_s,
        allows_private=private,
        is_active=not off,
    )
    with output.refusing(json_wanted=json):
        kept = collecting.put_feed(name, draft, by=Actor("system", "policy.feed", "命令行登记"), at=timezone.now())
    output.as_json({"feed": kept.name, **asdict(draft)}) if json else typer.echo(f"已登记采集来源 {kept.name}。")


def feeds(json: Json = False) -> None:
    """列出采集来源，和最近一次采到了什么。"""
    django.set_up()
    from yimen.policies import collecting_queries as queries  # noqa: PLC0415 - Django is set up only now

    rows = queries.feeds()
    if json:
        output.as_json({"feeds": [asdict(one) for one in rows]})
        return
    for one in rows:
        last = f"{one.last_at:%Y-%m-%d %H:%M} {one.last_status}" if one.last_at else "还没有采集过"
        typer.echo(f"{one.name}\t{one.kind}\t{one.title}\t{last}\t{'启用' if one.is_active else '停用'}")


def collected(
    text: Annotated[str, typer.Argument(help="标题或文号中的字词")] = "",
    on: Annotated[str, typer.Option(help="按这一天计算有效性，如 2026-11-25；默认今天")] = "",
    json: Json = False,
) -> None:
    """列出收到的政策文件，和它们在这一天的有效性。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.policies import collecting_queries as queries  # noqa: PLC0415

    try:
        day = date.fromisoformat(on) if on else timezone.localdate()
    except ValueError as error:
        raise typer.BadParameter("日期应写作 2026-11-25。", param_hint="--on") from error
    rows = queries.documents(on=day, text=text)
    if json:
        output.as_json({"on": day.isoformat(), "documents": [asdict(one) for one in rows]})
        return
    for one in rows:
        said = f"{one.number or '无文号'}\t{'、'.join(one.agencies) or '发文机关不详'}\t{one.state}"
        typer.echo(
            f"{one.document_id}\t{one.title}\t{said}\t{one.origins} 处，{one.versions} 版，{one.warnings} 条核对"
        )


def troubles(json: Json = False) -> None:
    """列出没有收下的，和原因；“待录入”的原件等人读出正文。"""
    django.set_up()
    from yimen.policies import collecting_queries as queries  # noqa: PLC0415 - Django is set up only now

    rows = queries.troubles()
    if json:
        output.as_json({"troubles": [asdict(one) for one in rows]})
        return
    for one in rows:
        typer.echo(
            f"{one.trouble_id}\t{one.reason}\t{one.address}\t{one.words}{'（待录入）' if one.is_readable else ''}"
        )


def enter(
    trouble: Annotated[int, typer.Argument(help="采集问题的编号，见 yimen policy troubles")],
    text: Annotated[Path, typer.Argument(help="读出的正文，UTF-8 文本文件")],
    json: Json = False,
) -> None:
    """录入人工读出的正文，如扫描件的；原件仍是原件。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.parties.logic import Actor  # noqa: PLC0415
    from yimen.policies.services import collecting  # noqa: PLC0415

    try:
        content = text.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter("读不出这个文件，请检查路径，并存为 UTF-8 文本。", param_hint="TEXT") from error
    with output.refusing(json_wanted=json):
        by = Actor("system", "policy.enter", "人工录入")
        taken = collecting.enter_text(trouble, content, by=by, at=timezone.now())
    output.as_json({"document": taken.document_id, "outcome": taken.outcome.value}) if json else typer.echo(
        f"{taken.outcome.label}：{taken.title}"
    )
