"""`yimen demo`: the demo city, from a clone."""

import sys
from typing import Annotated

import typer

from yimen.config import env


def command(
    exit: Annotated[bool, typer.Option("--exit", help="讲完故事就结束")] = False,  # noqa: A002 - the option's name
    json: Annotated[bool, typer.Option("--json", help="把故事的结果输出为 JSON")] = False,
    port: Annotated[int, typer.Option(help="网站的端口；0 由系统选")] = 8000,
) -> None:
    """启动演示城市：部门系统、数据库、网站，讲六个故事，然后开放浏览。全部为合成数据。"""
    if not env.is_clone() or not (env.CLONE / "demo").is_dir():
        typer.echo("演示需要源代码仓库（demo/ 和 content/ 不在安装包里）。请克隆仓库后执行 make demo。", err=True)
        raise typer.Exit(1)
    sys.path.insert(0, str(env.CLONE))
    from demo import play  # noqa: PLC0415 - only a clone has it

    raise typer.Exit(play.main(exit_after=exit, as_json=json, port=port))
