"""`yimen policy pay`: batches from the command line, as an account with a paying officer's post."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yimen.config.cli import django, output
from yimen.core.errors import Invalid

if TYPE_CHECKING:
    from yimen.parties.queries import Desk

app = typer.Typer(help="资金拨付：批次、冻结、复核、发送、对账、溯源。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
As = Annotated[str, typer.Option("--as", help="以哪个账号的岗位办理，如 demo-payer-first")]
Batch = Annotated[str, typer.Argument(help="批次号，如 B20261125-a1b2c3")]
Reference = Annotated[str, typer.Argument(help="拨付单号，如 P20261125…")]


class BadDay(Invalid):
    """What should be a day is none."""

    code = "cli.bad-day"
    title = "日期有误。"


@app.command("list")
def list_(by: As, json: Json = False) -> None:
    """列出看得到的批次，新的在前。"""
    with _desk(by, json_wanted=json) as (desk, _):
        from yimen.payments import queries  # noqa: PLC0415 - Django is set up only now

        rows = queries.listing(desk)
        waiting = len(queries.waiting(desk))
    if json:
        batches = [
            {
                "number": one.number,
                "state": one.state,
                "count": one.count,
                "total_yuan": f"{one.total_yuan:.2f}",
                "settled": one.settled,
                "returned": one.returned,
            }
            for one in rows
        ]
        output.as_json({"batches": batches, "waiting": waiting})
        return
    for one in rows:
        typer.echo(f"{one.number}  {one.state_label}  {one.count} 笔  {one.total_yuan:,.2f} 元  到账 {one.settled}")
    typer.echo(f"共 {len(rows)} 个批次；{waiting} 张拨付单等待编入批次。")


@app.command("open")
def open_(by: As, json: Json = False) -> None:
    """把等待中的拨付单编成一个批次。"""
    with _desk(by, json_wanted=json) as (desk, now):
        from yimen.payments import services  # noqa: PLC0415

        _told(services.open_batch(by=desk, at=now).number, json_wanted=json)


@app.command()
def freeze(batch: Batch, by: As, json: Json = False) -> None:
    """冻结并签名：此后内容不能再变。"""
    _act("freeze", batch, by, json_wanted=json)


@app.command()
def approve(batch: Batch, by: As, json: Json = False) -> None:
    """作为第二人复核同意。"""
    _act("approve", batch, by, json_wanted=json)


@app.command()
def refuse(batch: Batch, by: As, reason: Annotated[str, typer.Option(help="不通过的理由")], json: Json = False) -> None:
    """复核不通过：拨付单重新等待编入下一个批次。"""
    with _desk(by, json_wanted=json) as (desk, now):
        from yimen.payments import queries, services  # noqa: PLC0415

        services.refuse(queries.batch_numbered(batch), reason=reason, by=desk, at=now)
        _told(batch, json_wanted=json)


@app.command()
def send(
    batch: Batch,
    by: As,
    rounds: Annotated[int, typer.Option(help="最多发送几轮，每轮之后收取回执", min=1, max=100)] = 3,
    json: Json = False,
) -> None:
    """发送：已复核的批次开始拨付，拨付中的批次接着发；发过而没有答复的，先查询再决定是否重发。"""
    with _desk(by, json_wanted=json) as (desk, now):
        from django.utils import timezone  # noqa: PLC0415

        from yimen.payments import queries, services  # noqa: PLC0415
        from yimen.payments.treasuries import configured  # noqa: PLC0415

        treasury = configured()
        batch_id = queries.batch_numbered(batch)
        if queries.page(desk, batch_id).row.state == "APPROVED":
            services.begin_sending(batch_id, by=desk, at=now)
        for _ in range(rounds):
            done = services.send_batch(batch_id, treasury=treasury, by=desk.actor, clock=timezone.now)
            services.collect(treasury, by=desk.actor, clock=timezone.now)
            left = queries.page(desk, batch_id).row
            if left.state != "SENDING" or done.is_cut:
                break
        _told(batch, json_wanted=json)


@app.command()
def replace(
    reference: Reference,
    by: As,
    bank: Annotated[str, typer.Option(help="新账户的开户行")],
    account: Annotated[str, typer.Option(help="新的收款账号", prompt="新的收款账号", hide_input=True)],
    json: Json = False,
) -> None:
    """换户重拨：被退回的拨付单，改拨到另一个账户。账号不写在命令行里，会提示输入。"""
    with _desk(by, json_wanted=json) as (desk, now):
        from yimen.payments import queries, services  # noqa: PLC0415
        from yimen.payments.services import Target  # noqa: PLC0415

        old = queries.visible_payment(desk, queries.numbered(reference))
        made = services.change_account(old.pk, Target(account, bank), by=desk, at=now)
    if json:
        output.as_json({"reference": made.reference, "replaces": reference, "account": made.account_masked})
    else:
        typer.echo(f"新拨付单 {made.reference}，收款账户 {made.account_masked}，等待编入批次。")


@app.command()
def reconcile(
    by: As,
    day: Annotated[str, typer.Option(help="记账日期，默认昨天")] = "",
    json: Json = False,
) -> None:
    """把国库一天的对账单与本方核对；差异开督办单，差异消除后自动办结。"""
    with _desk(by, json_wanted=json) as (desk, now):
        from datetime import timedelta  # noqa: PLC0415

        from django.utils import timezone  # noqa: PLC0415

        from yimen.payments import queries, services  # noqa: PLC0415
        from yimen.payments.errors import NotAPayer  # noqa: PLC0415
        from yimen.payments.treasuries import configured  # noqa: PLC0415

        if not desk.is_payment_officer:
            raise NotAPayer("请使用拨付人员的账号。")
        on = _day(day) if day else timezone.localdate(now) - timedelta(days=1)
        treasury = configured()
        services.collect(treasury, by=desk.actor, clock=timezone.now)
        done = services.reconcile(on, treasury=treasury, agency=desk.agency, by=desk.actor, at=now)
        found = [
            {
                "kind": one.kind,
                "label": one.get_kind_display(),
                "reference": one.reference,
                "our_yuan": one.our_yuan,
                "their_yuan": one.their_yuan,
            }
            for one in queries.differences(day=on)
        ]
    if json:
        output.as_json(
            {
                "day": on.isoformat(),
                "our_count": done.our_count,
                "our_yuan": f"{done.our_yuan:.2f}",
                "their_count": done.their_count,
                "their_yuan": f"{done.their_yuan:.2f}",
                "differences": found,
            }
        )
        return
    typer.echo(
        f"{on:%Y-%m-%d}：本方 {done.our_count} 笔 {done.our_yuan:,.2f} 元，"
        f"国库 {done.their_count} 笔 {done.their_yuan:,.2f} 元，差异 {done.found} 笔。"
    )
    for one in found:
        typer.echo(f"  {one['label']}  {one['reference']}  本方 {one['our_yuan']}  国库 {one['their_yuan']}")


@app.command()
def trace(reference: Reference, by: As, json: Json = False) -> None:
    """从一张拨付单追溯到政策条款：条款、规则、决定、批次、复核、发送、回执，各有留痕编号。"""
    with _desk(by, json_wanted=json) as (desk, _):
        from yimen.payments import queries  # noqa: PLC0415
        from yimen.policies.paying import tracing  # noqa: PLC0415

        found = tracing.trace(desk, queries.numbered(reference))
    if json:
        steps = [
            {
                "title": one.title,
                "words": one.words,
                "who": one.who,
                "at": one.at.isoformat() if one.at else None,
                "facts": dict(one.facts),
                "ledger": list(one.entries),
                "tone": one.tone,
            }
            for one in found.steps
        ]
        output.as_json({"reference": reference, "whole": found.is_whole, "steps": steps})
        return
    for number, one in enumerate(found.steps, start=1):
        when = f"{one.at:%Y-%m-%d %H:%M}" if one.at else ""
        typer.echo(f"{number}. {one.title}：{one.words}  {one.who} {when}".rstrip())
        for name, value in one.facts:
            typer.echo(f"     {name}：{value}")
        if one.entries:
            typer.echo(f"     留痕：{'、'.join(map(str, one.entries))}")


@app.command()
def caps(
    file: Annotated[Path, typer.Argument(help="兑付上限文件（YAML）", exists=True, dir_okay=False)], json: Json = False
) -> None:
    """载入兑付上限：同一称号只奖励一次、补差、每年不超过。"""
    django.set_up()
    from yimen.policies.paying import caps as kept  # noqa: PLC0415
    from yimen.policies.paying import setting  # noqa: PLC0415

    with output.refusing(json_wanted=json):
        count = setting.put_caps(kept.read(file))
    output.as_json({"caps": count}) if json else typer.echo(f"已载入 {count} 条兑付上限。")


def _act(verb: str, number: str, username: str, *, json_wanted: bool) -> None:
    with _desk(username, json_wanted=json_wanted) as (desk, now):
        from yimen.payments import queries, services  # noqa: PLC0415

        verbs = {"freeze": services.freeze, "approve": services.approve}
        verbs[verb](queries.batch_numbered(number), by=desk, at=now)
        _told(number, json_wanted=json_wanted)


@contextmanager
def _desk(username: str, *, json_wanted: bool) -> "Iterator[tuple[Desk, datetime]]":
    """Give the desk of the account with the clock; what is refused inside is a sentence and exit code 1."""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415

    from yimen.parties import queries  # noqa: PLC0415

    now = timezone.now()
    with output.refusing(json_wanted=json_wanted):
        yield queries.desk(queries.account(username), on=timezone.localdate(now)), now


def _told(number: str, *, json_wanted: bool) -> None:
    from yimen.payments.models import PaymentBatch  # noqa: PLC0415

    batch = PaymentBatch.objects.get(number=number)
    states = list(batch.payments.values_list("state", flat=True))
    said = {
        "number": batch.number,
        "state": batch.state,
        "count": len(states),
        "total_yuan": f"{batch.total_yuan:.2f}",
        "digest": batch.digest,
        "settled": states.count("SETTLED"),
        "returned": states.count("RETURNED"),
        "unknown": states.count("UNKNOWN"),
    }
    if json_wanted:
        output.as_json(said)
        return
    typer.echo(
        f"批次 {batch.number}：{batch.get_state_display()}，{len(states)} 笔，"
        f"到账 {said['settled']}，退回 {said['returned']}，待查 {said['unknown']}。"
    )


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise BadDay(f"--day 为“{written[:40]}”，请写成 2026-11-25。") from error
