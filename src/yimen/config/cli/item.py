"""`yimen item`: what is done with items from the command line."""

from typing import Annotated

import typer
from rich.progress import track

from yimen.config.cli import django, output

app = typer.Typer(help="政务服务事项。", no_args_is_help=True)


@app.callback()
def group() -> None:
    """政务服务事项。"""


@app.command()
def offer(
    slug: Annotated[str, typer.Argument(help="事项标识，如 elderly-allowance")],
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """现在就逐人核对谁符合条件，并主动告知；平时由后台每晚执行。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.cases.services import offering  # noqa: PLC0415

    with output.refusing(json_wanted=json):
        people = list(offering.candidates(slug, on=timezone.localdate()))
        made = 0
        for person in track(people, description="逐人核对", disable=json):
            found = offering.look_into(slug, person, at=timezone.now())
            made += found is not None and found.status == found.Status.OFFERED
    if json:
        output.as_json({"item": slug, "looked_into": len(people), "offered": made})
    else:
        typer.echo(f"核对了 {len(people)} 人，主动告知 {made} 人。")
