"""`yimen source`: departments' systems, how they fare, and whether they can be reached."""

from typing import Annotated

import typer

from yimen.config.cli import django, output

app = typer.Typer(help="数据源：部门的数据库、接口和文件目录。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command("list")
def show_all(json: Json = False) -> None:
    """列出数据源，需要处理的排在前面；地址不含用户名和密码。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.datasets import source_queries  # noqa: PLC0415

    rows = source_queries.board(None, at=timezone.now())
    if json:
        output.as_json(
            {
                "sources": [
                    {
                        "name": one.name,
                        "title": one.title,
                        "agency": one.agency,
                        "kind": one.kind,
                        "url": one.url,
                        "state": one.state,
                        "datasets": [dataset.code for dataset in one.datasets],
                    }
                    for one in rows
                ]
            }
        )
        return
    for one in rows:
        typer.echo(f"{one.name}\t{one.state}\t{one.agency}\t{one.kind}\t{one.url}\t{len(one.datasets)} 个数据资源")
    if not rows:
        typer.echo("还没有数据源。在数据台登记，或设置 YIMEN_SOURCE_<名称>。")


@app.command("test")
def try_out(
    name: Annotated[str, typer.Argument(help="连接名，如 police-people")],
    relation: Annotated[str, typer.Option(help="再看这张表、文件或接口有哪些列")] = "",
    json: Json = False,
) -> None:
    """测试连接：能否连上、登录，能看到什么；并核对已接入的数据资源结构有没有变化。不读取任何记录。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415

    from yimen.datasets import source_queries  # noqa: PLC0415
    from yimen.datasets.services import checking  # noqa: PLC0415

    with output.refusing(json_wanted=json):
        source = source_queries.registered(name)
    report = checking.try_source(source, relation=relation)
    changes = checking.check_datasets(source_queries.datasets_of(name), at=timezone.now()) if report.is_good else {}
    is_good = report.is_good and not any(changes.values())
    if json:
        findings = [{"good": one.is_good, "sentence": one.sentence} for one in report.findings]
        output.as_json({"good": is_good, "took_ms": report.took_ms, "findings": findings, "changes": changes})
    else:
        for one in report.findings:
            typer.echo(f"{'✓' if one.is_good else '✗'} {one.sentence}")
        for code, sentences in changes.items():
            for sentence in sentences:
                typer.echo(f"✗ {code}：{sentence}")
    raise typer.Exit(0 if is_good else 1)


@app.command()
def health(json: Json = False) -> None:
    """各数据源的健康状况和数据新鲜度；有需要处理的，退出码为 1。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415

    from yimen.datasets import source_queries  # noqa: PLC0415

    rows = source_queries.board(None, at=timezone.now())
    if json:
        output.as_json(
            {
                "sources": [
                    {
                        "name": one.name,
                        "state": one.state,
                        "needs_attention": one.needs_attention,
                        "breaker": one.breaker,
                        "failures": one.failures,
                        "reason": one.reason,
                        "latency_ms": one.latency_ms,
                        "last_success_at": one.last_success_at.isoformat() if one.last_success_at else None,
                        "last_failure_at": one.last_failure_at.isoformat() if one.last_failure_at else None,
                        "datasets": [
                            {"code": each.code, "freshness": each.freshness, "trouble": each.trouble}
                            for each in one.datasets
                        ],
                    }
                    for one in rows
                ]
            }
        )
    else:
        for one in rows:
            took = f"{one.latency_ms} 毫秒" if one.latency_ms is not None else "—"
            typer.echo(f"{one.name}\t{one.state}\t{took}\t{one.advice}".rstrip())
            for each in one.datasets:
                typer.echo(f"  {each.code}\t{each.freshness}\t{each.trouble}".rstrip())
    raise typer.Exit(1 if any(one.needs_attention for one in rows) else 0)


@app.command("change-key")
def change_key(json: Json = False) -> None:
    """轮换加密密钥：加一把新密钥，把保存的密码和接口密钥都用它重新加密；旧密钥留在密钥文件中，确认后可以删去。"""
    django.set_up()
    from yimen.datasets.services import connections  # noqa: PLC0415

    count = connections.change_key()
    output.as_json({"sealed": count}) if json else typer.echo(f"已用新密钥重新加密 {count} 个数据源的密码或密钥。")
