"""`yimen pack`: check a content pack, load it."""

from pathlib import Path
from typing import Annotated

import typer

from yimen.config.cli import django, output
from yimen.policies.packs.check import check as check_pack
from yimen.policies.packs.read import read

app = typer.Typer(help="内容包：检查、载入。", no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(help="内容包文件夹，如 content/shenzhen")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command()
def check(folder: Folder, json: Json = False) -> None:
    """检查内容包，不需要数据库：每个错误给出文件、行号和改法，并运行全部用例。"""
    report = check_pack(read(folder))
    if json:
        findings = [
            {"file": one.place.file, "line": one.place.line, "what": one.what, "remedy": one.remedy}
            for one in report.findings
        ]
        output.as_json({"clean": report.is_clean, "cases": report.cases, "findings": findings})
    else:
        for finding in report.findings:
            typer.echo(str(finding))
        typer.echo(f"{len(report.findings)} 个问题，运行 {report.cases} 个用例。")
    raise typer.Exit(0 if report.is_clean else 1)


@app.command()
def load(folder: Folder, json: Json = False) -> None:
    """载入内容包；重复载入不产生变化，旧版本保留。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.policies.packs import load as loading  # noqa: PLC0415

    with output.refusing(json_wanted=json):
        report = loading.load(read(folder), at=timezone.now())
    if json:
        output.as_json({"items": list(report.items), "rules": list(report.rules), "policies": list(report.policies)})
    elif report.is_changed:
        typer.echo(f"已载入。新版本：{'、'.join(dict.fromkeys([*report.items, *report.rules, *report.policies]))}。")
    else:
        typer.echo("已载入，没有变化。")
