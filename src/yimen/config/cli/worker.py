"""`yimen worker`: the process that does what is done later."""

from typing import Annotated

import typer

from yimen.config.cli import django


def command(
    until_idle: Annotated[bool, typer.Option("--until-idle", help="做完已有的任务就结束")] = False,
) -> None:
    """执行后台任务，直到收到 TERM 或 Ctrl-C：每晚的主动核对、统计，以及重做中断的任务。"""
    django.set_up()
    from yimen.core import jobs  # noqa: PLC0415 - Django is set up only now

    jobs.work(until_idle=until_idle)
