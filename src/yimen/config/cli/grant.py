"""`yimen grant`: ask for grants, answer, decide, stop them from the command line, as an account with a desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid4

import typer

from yimen.config.cli import django, output
from yimen.core.errors import Invalid

if TYPE_CHECKING:
    from yimen.datasets.services import Said
    from yimen.parties.queries import Desk

app = typer.Typer(help="共享授权：申请、答复、裁定、暂停、撤销。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
As = Annotated[str, typer.Option("--as", help="以哪个账号的岗位办理，如 data-officer")]
Request = Annotated[UUID, typer.Argument(help="申请标识")]
Grant = Annotated[int, typer.Argument(help="授权编号", min=1, max=2**62)]
Reason = Annotated[str, typer.Option(help="原因或理由")]
Granted = Annotated[str, typer.Option(help="同意的字段，用逗号分开")]
Refused = Annotated[str, typer.Option(help="不同意的字段，用逗号分开")]
Law = Annotated[str, typer.Option(help="不同意的法律依据")]


class BadOption(Invalid):
    """An option is none that can be read."""

    code = "cli.bad-option"
    title = "命令的参数有误。"


@app.command("list")
def list_(
    by: Annotated[str, typer.Option("--as", help="以哪个账号的岗位看；不写则全部列出")] = "",
    *,
    requests: Annotated[bool, typer.Option("--requests", help="列出申请，而不是授权")] = False,
    json: Json = False,
) -> None:
    """列出看得到的授权，或申请。"""
    with _desk(by, json_wanted=json) as (desk, now, today):
        from yimen.datasets import grants  # noqa: PLC0415 - Django is set up only now

        if requests:
            asked = grants.requests(desk, on=today, which="all")
            rows = [
                (str(one.id), one.state_label, one.grantee, one.dataset, one.item, f"{one.due_on or ''}")
                for one in asked
            ]
            names = ("id", "state", "grantee", "dataset", "item", "due_on")
        else:
            given = grants.grants(desk, on=today, now=now)
            rows = [
                (str(one.id), one.status_label, one.grantee, one.dataset, one.item, ",".join(one.fields))
                for one in given
            ]
            names = ("id", "status", "grantee", "dataset", "item", "fields")
    if json:
        output.as_json({"requests" if requests else "grants": [dict(zip(names, row, strict=True)) for row in rows]})
        return
    for row in rows:
        typer.echo("  ".join(row))
    typer.echo(f"共 {len(rows)} 项。")


@app.command()
def request(
    dataset: Annotated[str, typer.Argument(help="数据资源代码")],
    *,
    by: As,
    fields: Annotated[str, typer.Option(help="字段，用逗号分开；不写则为规则使用的全部字段")] = "",
    item: Annotated[str, typer.Option(help="事项标识")] = "",
    policy: Annotated[str, typer.Option(help="政策标识")] = "",
    duty: Annotated[str, typer.Option(help="其他法定职责的标识，须同时写明 --ground")] = "",
    purpose: Annotated[str, typer.Option(help="用途，一句话")] = "",
    ground: Annotated[str, typer.Option(help="法律依据")] = "",
    consent: Annotated[bool, typer.Option("--consent", help="以本人同意为处理依据，而不是法定职责")] = False,
    since: Annotated[str, typer.Option(help="起始日期，默认今天")] = "",
    until: Annotated[str, typer.Option(help="截止日期（不含），默认一年后")] = "",
    per_minute: Annotated[int | None, typer.Option(help="每分钟次数上限", min=1)] = None,
    per_day: Annotated[int | None, typer.Option(help="每日次数上限", min=1)] = None,
    submission: Annotated[str, typer.Option(help="提交标识；同一标识重复提交只算一次")] = "",
    json: Json = False,
) -> None:
    """提出共享申请；规则不使用的字段不能授权。"""
    with _desk(by, json_wanted=json) as (desk, now, today):
        from yimen.datasets import needs, services  # noqa: PLC0415

        kind, slug = ("ITEM", item) if item else ("POLICY", policy) if policy else ("LEGAL", duty)
        need = needs.need(kind, slug, dataset)
        names = _names(fields) or (tuple(need.fields) if need else ())
        starts = _day(since, "--since") or today
        made = services.request_grant(
            services.Wish(
                dataset=dataset,
                fields=names,
                kind=kind,
                item=slug,
                purpose=purpose or (f"办理“{need.title}”时核验" if need else ""),
                basis_kind="CONSENT" if consent else "STATUTORY",
                valid_from=starts,
                valid_until=_day(until, "--until") or starts.replace(year=starts.year + 1, day=min(starts.day, 28)),
                legal_ground=ground,
                limit_per_minute=per_minute,
                limit_per_day=per_day,
            ),
            by=desk,
            at=now,
            submission=submission or uuid4().hex,
        )
        _told(made.pk, json_wanted=json)


@app.command()
def approve(
    request_id: Request,
    by: As,
    fields: Granted = "",
    json: Json = False,
) -> None:
    """作为提供部门同意；不写字段则同意全部待答复的字段。其余字段请同时用 refuse 的写法一次答复。"""
    _answer(request_id, by, granted=fields, refused="", ground="", json_wanted=json)


@app.command()
def refuse(
    request_id: Request,
    by: As,
    ground: Law,
    fields: Refused = "",
    json: Json = False,
) -> None:
    """作为提供部门不同意其中的字段，其余待答复的字段视为同意；不写字段则全部不同意。"""
    _answer(request_id, by, granted="", refused=fields or "*", ground=ground, json_wanted=json)


@app.command()
def arbitrate(
    request_id: Request,
    *,
    by: As,
    reason: Reason,
    grant: Granted = "",
    ground: Law = "",
    json: Json = False,
) -> None:
    """作为数据管理部门裁定：列出的字段共享，其余待裁定的字段不共享。"""
    with _desk(by, json_wanted=json) as (desk, now, today):
        from yimen.datasets import grants, services  # noqa: PLC0415

        page = grants.request_page(request_id, desk, on=today)
        chosen = _names(grant)
        said = {name: services.Said(is_granted=True) for name in chosen}
        for one in page.open_fields:
            said.setdefault(one.name, services.Said(is_granted=False, legal_ground=ground))
        services.arbitrate(request_id, said, words=reason, by=desk, at=now)
        _told(request_id, json_wanted=json)


@app.command()
def suspend(grant_id: Grant, by: As, reason: Reason, json: Json = False) -> None:
    """暂停授权，下一次取数起生效。"""
    _halt("suspend", grant_id, by, reason, json_wanted=json)


@app.command()
def resume(grant_id: Grant, by: As, reason: Reason, json: Json = False) -> None:
    """恢复暂停的授权。"""
    _halt("resume", grant_id, by, reason, json_wanted=json)


@app.command()
def revoke(grant_id: Grant, by: As, reason: Reason, json: Json = False) -> None:
    """撤销授权，下一次取数起生效，不能恢复。"""
    _halt("revoke", grant_id, by, reason, json_wanted=json)


@contextmanager
def _desk(username: str, *, json_wanted: bool) -> "Iterator[tuple[Desk, datetime, date]]":
    """Give the desk of the account with the clock; what is refused inside is a sentence and exit code 1."""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415

    from yimen.parties import queries  # noqa: PLC0415

    now = timezone.now()
    today = timezone.localdate(now)
    with output.refusing(json_wanted=json_wanted):
        desk = queries.desk(queries.account(username), on=today) if username else _onlooker()
        yield desk, now, today


def _onlooker() -> "Desk":
    """Return a desk that sees all and changes nothing: whoever has this shell could read the database as well."""
    from yimen.parties.logic import Actor  # noqa: PLC0415
    from yimen.parties.models import Post  # noqa: PLC0415
    from yimen.parties.queries import Desk  # noqa: PLC0415

    role = Post.Role.AUDITOR
    return Desk(Actor("system", "cli.grant", "命令行"), "", "", role.value, str(role.label))


def _answer(request_id: UUID, username: str, *, granted: str, refused: str, ground: str, json_wanted: bool) -> None:
    with _desk(username, json_wanted=json_wanted) as (desk, now, today):
        from yimen.datasets import grants, services  # noqa: PLC0415

        waiting = [one.name for one in grants.request_page(request_id, desk, on=today).open_fields]
        yes = _names(granted) or ([] if refused == "*" else [one for one in waiting if one not in _names(refused)])
        no = waiting if refused == "*" else _names(refused)
        said: dict[str, Said] = {name: services.Said(is_granted=True) for name in yes}
        said |= {name: services.Said(is_granted=False, legal_ground=ground) for name in no}
        services.answer(request_id, said, by=desk, at=now)
        _told(request_id, json_wanted=json_wanted)


def _halt(verb: str, grant_id: int, username: str, reason: str, *, json_wanted: bool) -> None:
    with _desk(username, json_wanted=json_wanted) as (desk, now, _):
        from yimen.datasets import services  # noqa: PLC0415

        verbs = {"suspend": services.suspend, "resume": services.resume, "revoke": services.revoke}
        done = verbs[verb](grant_id, reason=reason, by=desk, at=now)
        said = {"grant": done.pk, "status": done.status, "status_label": done.get_status_display()}
    output.as_json(said) if json_wanted else typer.echo(f"授权 {done.pk} {done.get_status_display()}。")


def _told(request_id: UUID, *, json_wanted: bool) -> None:
    from yimen.datasets.models import GrantRequest  # noqa: PLC0415

    request = GrantRequest.objects.get(pk=request_id)
    answers = [(one.name, one.answer, one.get_answer_display()) for one in request.fields.all()]
    grant = getattr(request, "grant", None)
    if json_wanted:
        output.as_json(
            {
                "id": str(request.pk),
                "state": request.state,
                "due_on": request.due_on.isoformat() if request.due_on else None,
                "fields": {name: answer for name, answer, _ in answers},
                "grant": grant.pk if grant else None,
            }
        )
        return
    typer.echo(f"申请 {request.pk}：{request.get_state_display()}。")
    for name, _, label in answers:
        typer.echo(f"  {name}  {label}")
    if request.due_on:
        typer.echo(f"期限 {request.due_on:%Y-%m-%d}。")
    if grant:
        typer.echo(f"授权编号 {grant.pk}。")


def _names(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in written.split(",") if one.strip()))


def _day(written: str, option: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise BadOption(f"{option} 为“{written[:40]}”，请写成 2027-01-01。") from error
