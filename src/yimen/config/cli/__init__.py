"""The `yimen` command (命令行). Django is set up only by those commands that need the database."""

import sys

import typer
from django.db.utils import OperationalError, ProgrammingError

from yimen.config.cli import (
    catalogue,
    client,
    dataset,
    decide,
    demo,
    dmn,
    grant,
    item,
    lake,
    ledger,
    licence,
    migrate,
    notice,
    pack,
    policy,
    quality,
    serve,
    source,
    standards,
    worker,
)
from yimen.core.postgres import PostgresError
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
app.command("worker")(worker.command)
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(client.app, name="client")
app.add_typer(dataset.app, name="dataset")
app.add_typer(dmn.app, name="dmn")
app.add_typer(grant.app, name="grant")
app.add_typer(item.app, name="item")
app.add_typer(lake.app, name="lake")
app.add_typer(ledger.app, name="ledger")
app.add_typer(licence.app, name="licence")
app.add_typer(notice.app, name="notice")
app.add_typer(pack.app, name="pack")
app.add_typer(policy.app, name="policy")
app.add_typer(standards.app, name="standards")
app.add_typer(source.app, name="source")
app.add_typer(quality.app, name="quality")


def main() -> None:
    """Run the command line; a wrong setting or an unreachable database is a sentence and exit code 1."""
    try:
        app()
    except (SettingError, PostgresError) as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
    except ProgrammingError as error:
        if "does not exist" not in str(error):
            raise
        typer.echo("数据库还没有建表，或表结构太旧。请先执行 yimen migrate，再执行 yimen pack load。", err=True)
        sys.exit(1)
    except OperationalError as error:
        typer.echo(f"数据库连不上或中断了，请检查 DATABASE_URL 和数据库是否在运行。\n{error}", err=True)
        sys.exit(1)
