"""`yimen migrate`: bring the database's tables up to date, and grant the application what it needs."""

import typer

from yimen.config import database
from yimen.config.cli import django


def command() -> None:
    """建表或升级表结构（以表的所有者身份），并授予应用所需的最小权限。"""
    django.set_up(as_owner=True)
    from django.core.management import call_command  # noqa: PLC0415 - Django is set up only now
    from django.db import connection  # noqa: PLC0415

    from yimen.ledger import grants  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    owner = str(connection.settings_dict["USER"])
    role = str(database.parse(database.application_url())["USER"])
    if role == owner:
        typer.echo("注意：应用与表的所有者是同一个角色，留痕表只有触发器保护。请设置 DATABASE_OWNER_URL。", err=True)
    else:
        grants.apply(connection, role)
    typer.echo("表结构已是最新。")
