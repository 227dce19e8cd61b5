"""`yimen policy push|funnel`: bring what was matched before those it is for, and see how far it came."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from yimen.config.cli import django, output
from yimen.core.errors import NotFound

LONGEST_DAYS = 3660


class NothingMatched(NotFound):
    """No run of the matching was ever made."""

    code = "policy.nothing-matched"
    title = "还没有匹配过。"


def push(json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> None:
    """把匹配新找到、还没有告知的结果推送给企业；再做一次不会重复推送。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.policies.delivering import from_matches  # noqa: PLC0415
    from yimen.policies.models import MatchRun  # noqa: PLC0415

    with output.refusing(json_wanted=json):
        if not MatchRun.objects.exists():
            raise NothingMatched("请先执行 yimen policy match。")
        pushed = from_matches.tell(at=timezone.now())
    output.as_json({"pushed": pushed}) if json else typer.echo(f"推送 {pushed} 次。")


def funnel(
    by: Annotated[str, typer.Option(help="measure、policy、kind、district、industry 或 size")] = "measure",
    days: Annotated[int, typer.Option(help="最近多少天", min=1, max=LONGEST_DAYS)] = 30,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """统计政策推送：送达、打开、查看条件、申请、兑付各多少（知、懂、享）。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.policies.delivering import funnel as counting  # noqa: PLC0415

    now = timezone.now()
    with output.refusing(json_wanted=json):
        stages = counting.funnel(by, since=now - timedelta(days=days), until=now)
    if json:
        output.as_json({"by": by, "days": days, "stages": [asdict(one) for one in stages]})
        return
    for one in stages:
        typer.echo(
            f"{one.key or '（不明）'}  送达 {one.pushed}  打开 {one.opened}  看条件 {one.looked}"
            f"  申请 {one.applied}  兑付 {one.paid}"
        )
    typer.echo(f"共 {sum(one.pushed for one in stages)} 次推送。")
