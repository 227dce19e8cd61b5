"""`yimen client`: programs that use the API, and their tokens."""

from typing import Annotated

import typer

from yimen.config.cli import django, output

app = typer.Typer(help="接入应用和访问令牌。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Slug = Annotated[str, typer.Argument(help="应用标识，如 citizen-app")]


@app.command()
def register(slug: Slug, name: Annotated[str, typer.Argument(help="应用名称")], json: Json = False) -> None:
    """登记一个接入应用。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.parties import services  # noqa: PLC0415

    with output.refusing(json_wanted=json):
        client = services.register_client(slug, name=name, at=timezone.now())
    output.as_json({"client": client.pk}) if json else typer.echo(f"已登记应用 {client.pk}。")


@app.command()
def token(
    slug: Slug,
    account: Annotated[str, typer.Option(help="代表哪个账号；不写则只能读公开内容")] = "",
    scope: Annotated[list[str] | None, typer.Option(help="read 或 file，可以写几次")] = None,
    days: Annotated[int, typer.Option(help="有效天数")] = 30,
    json: Json = False,
) -> None:
    """签发访问令牌；令牌只在这里显示一次。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415

    from yimen.parties import queries, services  # noqa: PLC0415

    with output.refusing(json_wanted=json):
        holder = queries.account(account) if account else None
        made, text = services.issue_token(slug, account=holder, scopes=scope or ["read"], days=days, at=timezone.now())
    if json:
        output.as_json({"id": made.pk, "token": text, "expires_at": made.expires_at.isoformat()})
    else:
        typer.echo(f"{text}\n编号 {made.pk}，{made.expires_at:%Y-%m-%d} 失效。请妥善保管，以后不再显示。")


@app.command()
def revoke(number: Annotated[int, typer.Argument(help="令牌编号")], json: Json = False) -> None:
    """收回访问令牌，立即生效。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415

    from yimen.parties import services  # noqa: PLC0415

    done = services.revoke_token(number, at=timezone.now())
    output.as_json({"revoked": done}) if json else typer.echo("已收回。" if done else "没有这个令牌，或已经收回。")
    raise typer.Exit(0 if done else 1)
