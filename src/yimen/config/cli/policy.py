"""`yimen policy`: policies from the shell, a module a verb."""

import typer

from yimen.config.cli import policy_match

app = typer.Typer(help="政策通：汇聚、拆解、匹配、解释、兑付、评价。", no_args_is_help=True)
app.command("list")(policy_match.listing)
app.command("match")(policy_match.match)
app.command("explain")(policy_match.explain)
