"""`yimen policy`: policies, from where they are collected to what they pay."""

import typer

from yimen.config.cli import policy_collected, policy_import

app = typer.Typer(help="政策通：汇聚、拆解、发布、匹配、送达、办理、兑付、评价。", no_args_is_help=True)
app.command("import")(policy_import.command)
app.command("feed")(policy_collected.feed)
app.command("feeds")(policy_collected.feeds)
app.command("collected")(policy_collected.collected)
app.command("troubles")(policy_collected.troubles)
app.command("enter")(policy_collected.enter)


@app.callback()
def policy() -> None:
    """政策通：政策从汇聚到兑付。"""
