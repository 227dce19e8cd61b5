"""`yimen ledger`: verify that nothing was changed, removed or left out, and prove single rows."""

import json as jsons
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from yimen.config.cli import django, output

app = typer.Typer(help="使用留痕。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.callback()
def ledger() -> None:
    """使用留痕：谁读了谁的数据，为什么。"""


@app.command()
def verify(
    first: Annotated[int, typer.Option("--from", min=1, help="从这个封存批次起")] = 1,
    last: Annotated[int | None, typer.Option("--to", min=1, help="到这个封存批次止；不写则核对全部")] = None,
    json: Json = False,
) -> None:
    """核对留痕：逐行核对摘要、封存批次和批次链，核对库外的封存摘要；核对全部时还核对办件与留痕一一对应。"""
    django.set_up()
    from django.conf import settings  # noqa: PLC0415 - Django is set up only now

    from yimen.cases import queries as cases  # noqa: PLC0415
    from yimen.core import signing  # noqa: PLC0415
    from yimen.ledger import verification  # noqa: PLC0415

    key = Path(settings.YIMEN_LEDGER_KEY)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed} 行"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, disable=json, transient=True) as shown:
        task = shown.add_task("核对留痕", total=None)
        report = verification.verify(
            heads=Path(settings.YIMEN_LEDGER_HEADS),
            key=signing.signer_at(key).public_key if key.exists() else None,
            first=first,
            last=last,
            progress=lambda rows: shown.update(task, completed=rows),
        )
    whole = first == 1 and last is None
    problems = [*report.problems, *(cases.ledger_gaps() if whole else [])]
    if json:
        counts = {"rows": report.rows, "seals": report.seals, "unsealed": report.unsealed}
        output.as_json({"clean": not problems, **counts, "problems": problems})
    else:
        for problem in problems:
            typer.echo(problem)
        typer.echo(
            f"{report.rows} 行留痕，{report.seals} 个封存批次，{report.unsealed} 行待封存，{len(problems)} 个问题。"
        )
    raise typer.Exit(1 if problems else 0)


@app.command()
def seal(json: Json = False) -> None:
    """立即封存已产生的留痕；平时由后台进程每几秒做一次。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.ledger import services  # noqa: PLC0415

    batches = rows = 0
    while (made := services.seal(at=timezone.now(), whole=True)) is not None:
        batches, rows = batches + 1, rows + made.count
    output.as_json({"batches": batches, "rows": rows}) if json else typer.echo(f"封存了 {rows} 行，{batches} 批。")


@app.command()
def prove(
    file: Annotated[Path, typer.Argument(help="从“谁看过我的数据”下载的证明文件", exists=True, dir_okay=False)],
    json: Json = False,
) -> None:
    """核对一份留痕证明，不需要数据库：这一行确实在账上，没有改动过。"""
    from yimen.ledger import verification  # noqa: PLC0415 - so that other commands start without it

    django.set_up()
    try:
        proof = jsons.loads(file.read_bytes())
    except ValueError:
        proof = {}
    problems = verification.is_proven(proof if isinstance(proof, dict) else {})
    if json:
        output.as_json({"proven": not problems, "problems": problems})
    else:
        typer.echo("\n".join(problems) or "证明成立：这一行在账上，封存之后没有改动过。")
    raise typer.Exit(1 if problems else 0)
