"""`yimen notice`: what somebody was told, what is due sent now, and what became of it all."""

from datetime import timedelta
from typing import Annotated

import typer

from yimen.config.cli import django, output

app = typer.Typer(help="消息：查看、发送到期的、统计送达。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
LONGEST_DAYS = 3660


@app.command("list")
def list_(
    account: Annotated[str, typer.Argument(help="账号")],
    *,
    unread: Annotated[bool, typer.Option("--unread", help="只列未读的")] = False,
    json: Json = False,
) -> None:
    """列出发给这个账号本人的消息，新的在前；不算打开。"""
    django.set_up()
    from yimen.notices import queries  # noqa: PLC0415 - Django is set up only now
    from yimen.parties import queries as parties  # noqa: PLC0415

    with output.refusing(json_wanted=json):
        standing = parties.citizen(parties.account(account))
        rows = queries.listing(standing, unread=unread)[: queries.PAGE]
    if json:
        fields = ("id", "topic", "title", "made_at", "is_read")
        output.as_json({"notices": [{name: getattr(one, name) for name in fields} for one in rows]})
        return
    for one in rows:
        typer.echo(f"{one.made_at:%Y-%m-%d %H:%M}  {'　　' if one.is_read else '未读'}  {one.topic}  {one.title}")
    typer.echo(f"共 {len(rows)} 条。")


@app.command("send-due")
def send_due(json: Json = False) -> None:
    """汇总到期的消息并发送；后台任务每分钟也做一次，同时做也不会重复。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415

    from yimen.notices import services  # noqa: PLC0415

    with output.refusing(json_wanted=json):
        recovered = services.recover(at=timezone.now())
        composed = services.compose_due(at=timezone.now())
        attempts = services.send_due(now=timezone.now)
    if json:
        output.as_json({"recovered": recovered, "composed": composed, "attempts": attempts})
        return
    typer.echo(f"汇总 {composed} 份，发送 {attempts} 次，处理中断 {recovered} 次。")


@app.command()
def figures(
    days: Annotated[int, typer.Option(help="最近多少天", min=1, max=LONGEST_DAYS)] = 30,
    json: Json = False,
) -> None:
    """统计最近的消息：写了、打开了多少，各通道送达怎样。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415

    from yimen.notices import queries  # noqa: PLC0415
    from yimen.notices.models import Channel, Delivery  # noqa: PLC0415

    counted = queries.figures(since=timezone.now() - timedelta(days=days))
    if json:
        deliveries = [
            {"channel": kind, "status": status, "count": count}
            for (kind, status), count in sorted(counted.deliveries.items())
        ]
        output.as_json({"written": counted.written, "opened": counted.opened, "deliveries": deliveries})
        return
    typer.echo(f"站内消息 {counted.written} 条，打开 {counted.opened} 条。")
    for (kind, status), count in sorted(counted.deliveries.items()):
        typer.echo(f"  {Channel.Kind(kind).label}  {Delivery.Status(status).label}  {count}")
