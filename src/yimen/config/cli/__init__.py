"""The `yimen` command (命令行). Django is set up only by those commands that need the database."""

import sys

import typer

from yimen.config.cli import decide, demo, ledger, licence, migrate, pack, serve
from yimen.core.settings import SettingError

app = typer.Typer(
    name="yimen",
    help="一门 Yimen：数据 × 规则 → 结果。An open platform for online government.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("decide")(decide.command)
app.command("demo")(demo.command)
app.command("migrate")(migrate.command)
app.command("serve")(serve.command)
app.add_typer(ledger.app, name="ledger")
app.add_typer(licence.app, name="licence")
app.add_typer(pack.app, name="pack")


def main() -> None:
    """Run the command line; a wrong setting or an unreachable database is a sentence and exit code 1."""
    from psycopg import OperationalError  # noqa: PLC0415 - so that `yimen --help` does not wait for the driver

    from yimen.core.postgres import PostgresError  # noqa: PLC0415

    try:
        app()
    except (SettingError, PostgresError, OperationalError) as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
