"""`yimen standards`: data elements and code lists, and how well datasets keep to them."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone

from yimen.config.cli import django, output

app = typer.Typer(help="标准：数据元、代码集、标准符合度。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.callback()
def standards() -> None:
    """标准：数据元、代码集、标准符合度。"""


@app.command("list")
def list_(
    words: Annotated[str, typer.Argument(help="要找的词；不给则全部")] = "",
    *,
    json: Json = False,
) -> None:
    """列出代码集和数据元。"""
    django.set_up()
    from yimen.standards import queries  # noqa: PLC0415 - Django is set up only now

    lists, elements = queries.code_lists(words), queries.elements(words)
    if json:
        output.as_json(
            {
                "code_lists": [
                    {"identifier": one.identifier, "name": one.name, "standard": one.standard, "codes": one.count}
                    for one in lists
                ],
                "elements": [
                    {"identifier": one.identifier, "name": one.name, "format": one.format} for one in elements
                ],
            }
        )
        return
    for row in lists:
        typer.echo(f"代码集  {row.identifier:<24} {row.name}（{row.standard}，{row.count} 个代码）")
    for element in elements:
        typer.echo(f"数据元  {element.identifier:<34} {element.name} {element.format}")


@app.command()
def show(identifier: Annotated[str, typer.Argument(help="数据元或代码集的标识")], *, json: Json = False) -> None:
    """显示一个数据元（含版本）或一个代码集。"""
    django.set_up()
    from yimen.standards import queries  # noqa: PLC0415 - Django is set up only now

    with output.refusing(json_wanted=json):
        if identifier in queries.elements_by_identifier():
            versions = queries.versions(identifier)
            content: dict[str, object] = {
                "identifier": identifier,
                "versions": [
                    {
                        "version": one.version,
                        "valid_from": one.valid_from,
                        "valid_until": one.valid_until,
                        **{
                            name: getattr(one.definition, name)
                            for name in ("name", "definition", "format", "code_list")
                        },
                    }
                    for one in versions
                ],
            }
            lines = [
                f"{one.definition.name} 第 {one.version} 版 {one.definition.format}  {one.definition.definition}"
                for one in versions
            ]
        else:
            found = queries.code_list(identifier)
            content = {
                "identifier": identifier,
                "name": found.name,
                "standard": found.standard,
                "codes": [
                    {"code": one.code, "name": one.name, "valid_until": one.valid_until} for one in found.entries
                ],
            }
            lines = [
                f"{one.code:<12} {one.name}{f'（至 {one.valid_until}）' if one.valid_until else ''}"
                for one in found.entries
            ]
    if json:
        output.as_json(content)
    else:
        typer.echo("\n".join(lines))


@app.command()
def check(
    dataset: Annotated[str, typer.Option(help="只查这个数据资源")] = "",
    pack: Annotated[Path | None, typer.Option(help="查内容包，而不是数据库", exists=True, file_okay=False)] = None,
    *,
    json: Json = False,
) -> None:
    """检查数据资源的字段是否符合数据元；有不符合的，退出码为 1。"""
    django.set_up()
    from yimen.datasets import conformance  # noqa: PLC0415 - Django is set up only now
    from yimen.datasets.catalogue import DatasetNotFound  # noqa: PLC0415 - as above
    from yimen.items.packs.read import read  # noqa: PLC0415 - as above

    with output.refusing(json_wanted=json):
        if pack is None:
            found = conformance.of_catalogue(dataset)
        else:
            given = read(pack)
            elements, lists = given.all_elements(), given.all_code_lists()
            wanted = [one for _, one in given.datasets if dataset in {"", one.code}]
            if not wanted:
                raise DatasetNotFound(f"内容包里没有数据资源“{dataset}”。")
            found = [conformance.of_definition(one, elements, lists) for one in wanted]
    if json:
        output.as_json(
            {
                "datasets": [
                    {
                        "code": row.code,
                        "title": row.title,
                        "figure": row.conformance.figure,
                        "findings": [
                            {"field": one.field, "weight": one.weight.value, "sentence": one.sentence}
                            for one in row.conformance.findings
                        ],
                    }
                    for row in found
                ]
            }
        )
    else:
        for row in found:
            typer.echo(f"{row.conformance.figure:5.1f}  {row.title}（{row.code}）")
            for one in row.conformance.findings:
                typer.echo(f"       · {one.sentence}")
    raise typer.Exit(1 if any(row.conformance.is_contradicted for row in found) else 0)


@app.command()
def export(identifier: Annotated[str, typer.Argument(help="代码集的标识")]) -> None:
    """把代码集写成 CSV（标准输出）。"""
    django.set_up()
    from yimen.standards import queries  # noqa: PLC0415 - Django is set up only now
    from yimen.standards.exchange_format import write_codes  # noqa: PLC0415 - as above

    with output.refusing(json_wanted=False):
        typer.echo(write_codes(queries.code_list(identifier).entries), nl=False)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV 文件", exists=True, dir_okay=False)],
    identifier: Annotated[str, typer.Option(help="代码集的标识")],
    name: Annotated[str, typer.Option(help="名称；已有的代码集可以不给")] = "",
    standard: Annotated[str, typer.Option(help="依据标准；已有的代码集可以不给")] = "",
    on: Annotated[datetime | None, typer.Option(help="生效日期，默认今天", formats=["%Y-%m-%d"])] = None,
    *,
    json: Json = False,
) -> None:
    """导入代码集的新版本：没有了的代码记为失效，不删除。"""
    django.set_up()
    from yimen.standards import queries, services  # noqa: PLC0415 - Django is set up only now
    from yimen.standards.exchange_format import read_codes  # noqa: PLC0415 - as above
    from yimen.standards.logic import CodeListDefinition  # noqa: PLC0415 - as above

    with output.refusing(json_wanted=json):
        known = {one.identifier: one for one in queries.code_lists()}.get(identifier)
        definition = CodeListDefinition(
            identifier,
            name or (known.name if known else ""),
            standard or (known.standard if known else ""),
            read_codes(file.read_bytes()),
        )
        changes = services.put_code_list(definition, on=on.date() if on else timezone.localdate())
    said = {"added": len(changes.added), "changed": len(changes.changed), "ended": len(changes.ended)}
    if json:
        output.as_json(said)
    else:
        typer.echo(f"新增 {said['added']}，变更 {said['changed']}，失效 {said['ended']}。")
