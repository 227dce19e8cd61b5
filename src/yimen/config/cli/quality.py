"""`yimen quality`: run the rules of quality over a dataset or a file, and show what was found."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from yimen.config.cli import django, output

if TYPE_CHECKING:  # Django is set up only by the commands themselves
    from yimen.datasets.models import QualityRun
    from yimen.datasets.quality.rules import Report

app = typer.Typer(help="数据质量。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
File = Annotated[Path | None, typer.Option("--file", help="检查这个文件（CSV、XLSX、Parquet），不读部门系统，不留结果")]
Schema = Annotated[Path | None, typer.Option("--schema", help="文件的说明（YAML：fields、rules）；不写则用资源的登记")]


@app.callback()
def quality() -> None:
    """数据质量：规则、检查、得分。低于合格线时退出码为 1。"""


@app.command()
def run(
    dataset: Annotated[str, typer.Argument(help="资源代码")] = "",
    every: Annotated[bool, typer.Option("--all", help="检查所有办理了质量检查授权的资源")] = False,
    file: File = None,
    schema: Schema = None,
    json: Json = False,
) -> None:
    """检查一个资源、所有资源，或一个文件。"""
    if bool(dataset) + every + bool(file and schema) != 1:
        raise typer.BadParameter("写一个资源代码，或 --all，或 --file 加 --schema。")
    django.set_up()
    with output.refusing(json_wanted=json):
        results = [_of_file(file, schema, dataset)] if file else _of_datasets(dataset, json=json)
    if json:
        output.as_json({"results": results, "met": all(one["met"] for one in results)})
    else:
        for one in results:
            _print(one)
    raise typer.Exit(0 if all(one["met"] for one in results) else 1)


@app.command()
def show(dataset: Annotated[str, typer.Argument(help="资源代码")], json: Json = False) -> None:
    """显示一个资源最近一次全部规则的检查结果。"""
    django.set_up()
    from yimen.datasets.quality import board  # noqa: PLC0415 - Django is set up only now

    with output.refusing(json_wanted=json):
        table = board.table(dataset)
    made = board.newest(dataset)
    if made is None:
        output.as_json({"dataset": dataset, "run": None}) if json else typer.echo(f"{table.title} 还没有检查过。")
        raise typer.Exit(0)
    said = _of_run(table.title, made)
    output.as_json(said) if json else _print(said)
    raise typer.Exit(0 if said["met"] else 1)


def _of_datasets(dataset: str, *, json: bool) -> list[dict[str, object]]:
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.datasets.quality import board  # noqa: PLC0415
    from yimen.datasets.services import quality as services  # noqa: PLC0415

    now = timezone.now()
    codes = [dataset] if dataset else sorted(board.granted(on=timezone.localdate(now)))
    results = []
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, disable=json, transient=True) as shown:
        for code in codes:
            task = shown.add_task(f"检查 {code}", total=None)
            made = services.run_granted(code, at=now)
            results.append(_of_run(code, made))
            shown.remove_task(task)
    return results


def _of_file(file: Path, schema: Path | None, dataset: str) -> dict[str, object]:
    import yaml  # noqa: PLC0415 - so that other commands start without it
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.datasets.quality import board, relations, running  # noqa: PLC0415
    from yimen.datasets.quality import schema as schemas  # noqa: PLC0415

    if schema is None:
        columns, rules = board.raw_table(dataset)
    else:
        try:
            columns, rules = schemas.read(yaml.safe_load(schema.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise schemas.BadSchema(f"{schema.name} 不是可以读取的 YAML 文件。") from error
    at: datetime = timezone.localtime()
    with relations.file(file) as relation:
        report = running.run(relation, columns, rules, at=at)
        return _of_report(file.name, report, ragged=len(relation.ragged))


def _of_report(title: str, report: "Report", *, ragged: int) -> dict[str, object]:
    return {
        "title": title,
        "rows": report.rows,
        "ragged": ragged,
        "score": None if report.score is None else round(report.score, 2),
        "met": not report.below,
        "rules": [
            {
                "rule": one.rule.code,
                "title": one.rule.title,
                "dimension": one.rule.dimension_label,
                "checked": one.checked,
                "failed": one.failed,
                "score": None if one.score is None else round(one.score, 2),
                "threshold": one.rule.threshold,
                "met": one.is_met,
                "note": one.note,
                "samples": [sample.as_json() for sample in one.samples],
            }
            for one in report.findings
        ],
    }


def _of_run(title: str, made: "QualityRun") -> dict[str, object]:
    findings = list(made.findings.all())
    return {
        "title": title,
        "run": made.pk,
        "entry": made.entry,
        "rows": made.rows,
        "ragged": 0,
        "score": None if made.score is None else round(made.score, 2),
        "met": all(one.is_met for one in findings),
        "rules": [
            {
                "rule": one.rule,
                "title": one.title,
                "dimension": one.get_dimension_display(),
                "checked": one.checked,
                "failed": one.failed,
                "score": None if one.score is None else round(one.score, 2),
                "threshold": one.threshold,
                "met": one.is_met,
                "note": one.note,
                "samples": one.samples,
            }
            for one in findings
        ],
    }


def _print(said: dict[str, object]) -> None:
    typer.echo(f"{said['title']}：{said['rows']} 行，得分 {_or_none(said['score'])}")
    if said["ragged"]:
        typer.echo(f"  ！ {said['ragged']} 行的列数与表头不同")
    rules = said["rules"]
    assert isinstance(rules, Iterable)
    for one in rules:
        mark = "—" if one["score"] is None else "✓" if one["met"] else "✗"
        typer.echo(f"  {mark} {one['title']}：{one['failed']} / {one['checked']} 行不合格 {one['note']}".rstrip())


def _or_none(score: object) -> object:
    return "无" if score is None else score
