"""`yimen ledger`: verify that acts and cases match, with none missing."""

from typing import Annotated

import typer

from yimen.config.cli import django, output

app = typer.Typer(help="使用留痕。", no_args_is_help=True)


@app.callback()
def ledger() -> None:
    """使用留痕：谁读了谁的数据，为什么。"""


@app.command()
def verify(json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> None:
    """核对留痕：每行与摘要相符，每个办件、决定、证照与留痕一一对应。"""
    django.set_up()
    from yimen.cases import queries as cases  # noqa: PLC0415 - Django is set up only now
    from yimen.ledger import queries  # noqa: PLC0415

    problems = [*queries.damaged(), *cases.ledger_gaps()]
    if json:
        output.as_json({"clean": not problems, "rows": queries.count(), "problems": problems})
    else:
        for problem in problems:
            typer.echo(problem)
        typer.echo(f"{queries.count()} 行留痕，{len(problems)} 个问题。")
    raise typer.Exit(1 if problems else 0)
