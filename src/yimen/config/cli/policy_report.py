"""`yimen policy report`: what became of the policies; `yimen policy simulate`: what a draft would change."""

from typing import Annotated

import typer

from yimen.config.cli import django, output

By = Annotated[str, typer.Option(help="按什么分：district 行政区、industry 行业、size 规模、age 成立时间；不给则不分")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


def report(
    policy: Annotated[str, typer.Argument(help="政策标识；不给则全部")] = "",
    by: By = "",
    json: Json = False,
) -> None:
    """评价：谁能享受、谁知道了、谁申请了、谁拿到了、用了几天，钱用了多少，大家怎么评。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.policies.evaluating import report as evaluating  # noqa: PLC0415

    with output.refusing(json_wanted=json):
        told = evaluating.report(by=by, at=timezone.now(), policy=policy)
    if json:
        output.as_json(
            {
                "as_of": told.as_of,
                "coverage": [
                    {
                        "measure": one.measure,
                        "part": one.label,
                        "could": one.could,
                        "knew": one.knew,
                        "applied": one.applied,
                        "got": one.got,
                        "median_days": one.median_days,
                    }
                    for one in told.lines
                ],
                "spending": [
                    {"measure": one.measure, "planned": one.planned, "promised": one.promised, "spent": one.spent}
                    for one in told.spending
                ],
                "ratings": [
                    {"measure": one.measure, "average": one.average, "count": one.count} for one in told.ratings
                ],
            }
        )
        return
    if told.as_of is None:
        typer.echo("还没有匹配过企业。请先 yimen policy match --refresh。")
    for one in told.lines:
        days = "" if one.median_days is None else f"，中位 {one.median_days:g} 天"
        typer.echo(
            f"{one.measure} {told.titles[one.measure]} [{one.label}] "
            f"能享受 {one.could}，知道 {one.knew}，申请 {one.applied}，拿到 {one.got}{days}"
        )
    for money in told.spending:
        typer.echo(
            f"{money.measure} 预算 {money.planned:,.0f} 元，在途 {money.promised:,.0f} 元，已付 {money.spent:,.0f} 元"
        )


def simulate(
    slug: Annotated[str, typer.Argument(help="起草中的政策标识")],
    by: Annotated[str, typer.Option(help="新增的按什么分")] = "district",
    json: Json = False,
) -> None:
    """仿真：起草中的版本与现行规则相比，谁会新增、谁会减少、要花多少钱。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - as above

    from yimen.policies import queries  # noqa: PLC0415
    from yimen.policies.evaluating import report as evaluating  # noqa: PLC0415

    with output.refusing(json_wanted=json):
        version = queries.newest_version(slug)
        effects = evaluating.effects(queries.definition_of(version), version.rules, by=by, at=timezone.now())
    rows = [
        {
            "measure": one.measure,
            "title": one.title,
            "now": one.now,
            "then": one.then,
            "gain": one.gain,
            "lose": one.lose,
            "open": one.open_then,
            "cost_now": one.cost_now,
            "cost_then": one.cost_then,
            "unreckoned": one.unreckoned,
            "gains": dict(one.gains),
        }
        for one in effects
    ]
    if json:
        output.as_json({"effects": rows})
        return
    for row in rows:
        typer.echo(
            f"{row['measure']} {row['title']}：现在 {row['now']} 家，改后 {row['then']} 家"
            f"（新增 {row['gain']}，减少 {row['lose']}，还不能确定 {row['open']}）；"
            f"费用 {row['cost_now'] or 0:,.0f} 元变为 {row['cost_then'] or 0:,.0f} 元"
        )
