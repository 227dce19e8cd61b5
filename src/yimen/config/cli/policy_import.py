"""`yimen policy import PATH|URL|FEED`: collect policies from a file, a folder, an address or a registered feed."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from yimen.config.cli import django, output

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
COLUMNS = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed} 件"), TimeElapsedColumn())


def command(
    source: Annotated[str, typer.Argument(metavar="PATH|URL|FEED", help="文件、文件夹、网址，或已登记的采集来源")],
    publisher: Annotated[str, typer.Option(help="发布网站的名称")] = "",
    private: Annotated[bool, typer.Option("--private", help="允许采集内网和本机的网址")] = False,
    json: Json = False,
) -> None:
    """采集政策：读出正文，找到并核对元数据，识别同一政策；没有收下的说明原因。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.parties.logic import Actor  # noqa: PLC0415
    from yimen.policies.services import collecting  # noqa: PLC0415
    from yimen.policies.services.collecting import Taken  # noqa: PLC0415

    now = timezone.now()
    by = Actor("system", "policy.import", "命令行导入")
    taken: list[Taken] = []
    with output.refusing(json_wanted=json), Progress(*COLUMNS, disable=json, transient=True) as shown:
        task = shown.add_task("采集政策", total=None)

        def progress(one: Taken) -> None:
            taken.append(one)
            shown.update(task, completed=len(taken), description=f"采集政策 {one.title[:20]}")

        if source.startswith(("http://", "https://")):
            visit = collecting.import_address(
                source, by=by, at=now, publisher=publisher, allows_private=private, progress=progress
            )
        elif "/" in source or "." in source or Path(source).exists():
            visit = collecting.import_path(Path(source), by=by, at=now, publisher=publisher, progress=progress)
        else:
            visit = collecting.visit_feed(source, by=by, at=now, progress=progress)
    counts = {one.value: getattr(visit, one.value) for one in collecting.Outcome}
    if json:
        output.as_json({"status": visit.status, **counts, "documents": [_told(one) for one in taken]})
    else:
        _print(taken)
        typer.echo("，".join(f"{one.label} {counts[one.value]}" for one in collecting.Outcome) + "。")
    raise typer.Exit(1 if visit.status == visit.Status.FAILED or counts["failed"] == len(taken) > 0 else 0)


def _told(one: object) -> dict[str, object]:
    from yimen.policies.services.collecting import Taken  # noqa: PLC0415 - Django is set up only now

    assert isinstance(one, Taken)
    return {
        "address": one.address,
        "outcome": one.outcome.value,
        "document": one.document_id,
        "title": one.title,
        "recognised_by": one.words if one.reason is None else "",
        "reason": one.reason.value if one.reason is not None else None,
        "words": one.words if one.reason is not None else "",
        "warnings": list(one.warnings),
    }


def _print(taken: list) -> None:  # type: ignore[type-arg]  # of Taken, which is known only once Django is
    for one in taken:
        if one.reason is not None:
            typer.echo(f"{one.outcome.label}\t{one.address}\t{one.reason.label}：{one.words}", err=True)
            continue
        typer.echo(f"{one.outcome.label}\t{one.title or one.address}")
        for warning in one.warnings:
            typer.echo(f"  核对：{warning}")
