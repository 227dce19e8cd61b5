"""`yimen lake`: take whole tables under batch grants, build base libraries, see what is there, and verify it."""

from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from yimen.config.cli import django, output

app = typer.Typer(help="数据湖：批量取数、基础库、快照。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Keep = Annotated[int, typer.Option(min=1, help="每张表保留几份快照的数据")]
COLUMNS = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed} 行"), TimeElapsedColumn())


@app.callback()
def lake() -> None:
    """数据湖：从部门批量取来的表，一份快照一个文件夹。"""


@app.command()
def take(
    dataset: Annotated[str, typer.Argument(help="数据资源的代码，如 population")],
    purpose: Annotated[str, typer.Option(help="批量用途，如 base-library")] = "base-library",
    agency: Annotated[str, typer.Option(help="使用部门；只有一个部门有授权时不用写")] = "",
    json: Json = False,
) -> None:
    """批量取数：按授权取一张表，留痕先于快照。字段是授权所列的全部字段。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.datasets import queries, services  # noqa: PLC0415
    from yimen.datasets.logic import BATCH_PURPOSES  # noqa: PLC0415
    from yimen.ledger.logic import Purpose  # noqa: PLC0415
    from yimen.parties.logic import Actor  # noqa: PLC0415

    now = timezone.now()
    with output.refusing(json_wanted=json), Progress(*COLUMNS, disable=json, transient=True) as shown:
        grant = queries.batch_grant(dataset, purpose=purpose, grantee=agency, on=timezone.localdate(now))
        task = shown.add_task("批量取数", total=None)
        taken = services.take(
            dataset,
            fields=grant.fields,
            purpose=Purpose(purpose, BATCH_PURPOSES.get(purpose, purpose)),
            actor=Actor("system", "lake.take", f"{grant.grantee_name}（批量取数）", grant.grantee),
            grantee=grant.grantee,
            at=now,
            progress=lambda rows: shown.update(task, completed=rows),
        )
    said = {"dataset": dataset, "rows": taken.rows, "root": taken.root, "entry": taken.entry, "path": str(taken.path)}
    output.as_json(said) if json else typer.echo(f"取到 {taken.rows} 行，留痕 {taken.entry}：{taken.path}")


@app.command()
def build(
    library: Annotated[str, typer.Argument(help="基础库的代码，如 population")],
    take: Annotated[bool, typer.Option(help="先取数，再建库")] = True,
    json: Json = False,
) -> None:
    """建设基础库：取各来源的数，按主体合并，找出说法不同的。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.datasets import base_queries  # noqa: PLC0415
    from yimen.datasets.services import base  # noqa: PLC0415

    now = timezone.now()
    with output.refusing(json_wanted=json):
        by = base.builder_of(base_queries.library(library))
        told = base.take_all(library, by=by, at=now) if take else {}
        built = base.build(library, by=by, at=now)
    trouble = {dataset: words for dataset, words in told.items() if words}
    conflicts = sum(one.count for one in built.conflicts)
    if json:
        output.as_json({"library": library, "records": built.records, "conflicts": conflicts, "not_taken": trouble})
        return
    for dataset, words in trouble.items():
        typer.echo(f"{dataset}：{words}", err=True)
    typer.echo(f"{built.records} 条记录，{conflicts} 处说法不同。")


@app.command("list")
def list_(json: Json = False) -> None:
    """列出每张表最新的快照。"""
    django.set_up()
    from yimen.lake import store  # noqa: PLC0415 - Django is set up only now

    newest = [history[0] for table in store.tables() if (history := store.history(table))]
    if json:
        output.as_json({"tables": [_told(one) for one in newest]})
        return
    for one in newest:
        typer.echo(f"{one.table}\t{one.taken_at:%Y-%m-%d %H:%M}\t{one.rows} 行\t{'' if one.has_rows else '数据已清理'}")


@app.command()
def show(table: Annotated[str, typer.Argument(help="表名，见 yimen lake list")], json: Json = False) -> None:
    """列出一张表的全部快照、列和摘要。"""
    django.set_up()
    from yimen.lake import store  # noqa: PLC0415 - Django is set up only now

    with output.refusing(json_wanted=json):
        found = store.history(table)
        if not found:
            raise store.NoSnapshot("请用 yimen lake list 查看有哪些表。", table=table)
    if json:
        output.as_json({"table": table, "snapshots": [_told(one) for one in found]})
        return
    for name, kind in found[0].schema:
        typer.echo(f"  {name}\t{kind}")
    for one in found:
        typer.echo(f"{one.id}\t{one.rows} 行\t{one.sha256}\t{'' if one.has_rows else '数据已清理'}")


@app.command()
def prune(keep: Keep = 3, json: Json = False) -> None:
    """清理旧快照的数据；证明“我的记录在其中”所需的叶仍然保留。也收拾被中断的取数。"""
    django.set_up()
    from yimen.datasets.services import batch  # noqa: PLC0415 - Django is set up only now
    from yimen.lake import store  # noqa: PLC0415

    swept = batch.recover()
    pruned = sum(store.prune(table, keep=keep) for table in store.tables())
    output.as_json({"pruned": pruned, "swept": swept}) if json else typer.echo(
        f"清理 {pruned} 份，收拾中断的 {swept} 份。"
    )


@app.command()
def verify(json: Json = False) -> None:
    """核验数据湖：每份快照的摘要、主体的默克尔根，是否与留痕一致。"""
    django.set_up()
    from yimen.datasets import lake_checks  # noqa: PLC0415 - Django is set up only now

    with Progress(SpinnerColumn(), TextColumn("{task.description}"), disable=json, transient=True) as shown:
        task = shown.add_task("核验", total=None)
        report = lake_checks.verify(progress=lambda what: shown.update(task, description=what))
    if json:
        counts = {"snapshots": report.snapshots, "runs": report.runs, "gone": report.gone}
        output.as_json({"clean": not report.problems, **counts, "problems": report.problems})
    else:
        for problem in report.problems:
            typer.echo(problem)
        typer.echo(f"{report.snapshots} 份快照，{report.runs} 次批量读取，{len(report.problems)} 个问题。")
    raise typer.Exit(1 if report.problems else 0)


def _told(one: object) -> dict[str, object]:
    from yimen.lake.store import Snapshot  # noqa: PLC0415 - Django is set up only now

    assert isinstance(one, Snapshot)
    return {
        "table": one.table,
        "id": one.id,
        "taken_at": one.taken_at.isoformat(),
        "rows": one.rows if one.has_rows else None,
        "sha256": one.sha256,
        "schema": [{"name": name, "type": kind} for name, kind in one.schema],
        "entry": one.notes.get("entry"),
    }
