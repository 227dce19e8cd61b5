"""`yimen catalogue`: the catalogue of data from the command line: search, export, the report on islands."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from yimen.config.cli import django, output

app = typer.Typer(help="数据资源目录。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.callback()
def group() -> None:
    """数据资源目录。"""


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="名称、关键词、字段或部门；不写为全部")] = "",
    page: Annotated[int, typer.Option(min=1, help="第几页")] = 1,
    json: Json = False,
) -> None:
    """在已发布的数据资源中查找。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.datasets import catalogue  # noqa: PLC0415

    wanted = catalogue.CatalogueFilter(text=text, page=page)
    found = catalogue.search(wanted, by=None, on=timezone.localdate())
    if json:
        rows = [asdict(row) for row in found.rows]
        output.as_json({"total": found.total, "page": found.page, "pages": found.pages, "datasets": rows})
        return
    for row in found.rows:
        words = f"{row.title}（{row.agency}，{row.sharing_label}，{row.fields} 个字段，{row.grants} 个授权）"
        typer.echo(f"{row.code}  {words}")
    typer.echo(f"共 {found.total} 项，第 {found.page} / {found.pages} 页。")


@app.command()
def export(
    form: Annotated[str, typer.Option("--format", help="ttl 或 jsonld")] = "ttl",
    out: Annotated[Path | None, typer.Option("--out", help="写到这个文件；不写则输出到屏幕")] = None,
    base: Annotated[str, typer.Option(help="目录所在的网址，用作标识的开头")] = "http://localhost:8000/",
    public: Annotated[bool, typer.Option("--public", help="只含可以向社会开放的")] = False,
) -> None:
    """按 DCAT-AP 3 导出目录，供其他目录采集。"""
    django.set_up()
    from yimen.datasets import dcat  # noqa: PLC0415

    with output.refusing(json_wanted=False):
        written = dcat.export(form, base=base, is_public=public)
    if out is None:
        typer.echo(written.text)
        return
    out.write_text(written.text, encoding="utf-8")
    typer.echo(f"导出 {written.datasets} 项数据资源到 {out}。")


@app.command()
def islands(
    days: Annotated[int, typer.Option(min=1, max=3660, help="统计最近多少天的读取")] = 30,
    csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
    json: Json = False,
) -> None:
    """信息孤岛：各部门登记、共享、真正用到的数据，和还在重复收取的材料。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415

    from yimen.items import islands as report  # noqa: PLC0415

    now = timezone.now()
    found = report.report(since=now - timedelta(days=days), until=now, on=timezone.localdate())
    if csv:
        typer.echo(report.as_csv(found), nl=False)
    elif json:
        output.as_json(asdict(found))
    else:
        for one in found.agencies:
            words = f"发布 {one.registered}，共享 {one.shared}，用到 {one.used}，从未共享 {one.never_shared}"
            typer.echo(f"{one.name}：{words}")
        for asked in found.asked:
            typer.echo(f"{asked.item_name}还在要{asked.kind}“{asked.what}”：{asked.holder}有“{asked.dataset_title}”。")
