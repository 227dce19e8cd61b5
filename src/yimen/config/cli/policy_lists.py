"""`yimen policy lists`: what a day moves on lists of those paid without applying, as the nightly job does."""

from typing import Annotated

import typer

from yimen.config.cli import django, facts_file, output
from yimen.core.errors import Invalid

app = typer.Typer(help="免申即享名单：公示期满、确认到期。", no_args_is_help=True)
On = Annotated[str | None, typer.Option(help="按哪一天，如 2026-11-22；默认今天。以后的日子只在演示环境可用")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


class DayToCome(Invalid):
    """A notice would be ended before its days are over."""

    code = "cli.day-to-come"
    title = "这一天还没有到。"


@app.callback()
def lists() -> None:
    """Keep `move` a command of its own while it is the only one."""


@app.command()
def move(on: On = None, json: Json = False) -> None:
    """公示期满的名单转入确认，确认到期的视为放弃；每晚自动进行，重复运行没有影响。"""
    django.set_up()
    from django.conf import settings  # noqa: PLC0415 - Django is set up only now
    from django.utils import timezone  # noqa: PLC0415

    from yimen.policies.services import benefits  # noqa: PLC0415

    now = timezone.now()
    with output.refusing(json_wanted=json):
        day = facts_file.day(on, {})
        if day > timezone.localdate(now) and not settings.YIMEN_DEMO:
            # Nobody shortens the days on which others may object: only a demo plays a day that is to come.
            raise DayToCome(f"公示期满由日历决定，{day:%Y-%m-%d} 之前不能提前结束。请不带 --on 运行。")
        ended = benefits.end_notices(at=now, on=day)
        closed = benefits.close_late(at=now, on=day)
    if json:
        output.as_json({"on": day.isoformat(), "notices_ended": ended, "confirmations_ended": closed})
        return
    typer.echo(f"{day:%Y-%m-%d}：公示期满转入确认 {ended} 份，确认到期 {closed} 份。")
