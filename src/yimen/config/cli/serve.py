"""`yimen serve`: the web server."""

import os
from typing import Annotated

import typer

from yimen.config.cli import django


def command(
    port: Annotated[int, typer.Option(help="端口")] = 8000,
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="进程数")] = 1,
    threads: Annotated[int, typer.Option(help="每个进程的线程数；数据库连接数 = 进程数 × 线程数")] = 8,
) -> None:
    """启动网站，直到收到 TERM 或 Ctrl-C。"""
    typer.echo(f"http://{host}:{port}")
    run("yimen.config.wsgi:application", host=host, port=port, workers=workers, threads=threads)


def run(target: str, *, host: str, port: int, workers: int, threads: int) -> None:
    """Serve the WSGI application of this name until told to stop."""
    django.set_up()
    os.environ["DJANGO_SETTINGS_MODULE"] = "yimen.config.settings"
    from granian import Granian  # noqa: PLC0415 - slow to import, needed only here
    from granian.constants import Interfaces  # noqa: PLC0415

    Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        log_access=False,
        websockets=False,
        http1_settings=None,
    ).serve()
