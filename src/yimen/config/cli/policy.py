"""`yimen policy`: policies, from where they are collected to what they pay, a module a verb."""

import typer

from yimen.config.cli import (
    policy_collected,
    policy_decompose,
    policy_deliver,
    policy_import,
    policy_lists,
    policy_match,
    policy_pay,
    policy_report,
)

app = typer.Typer(help="政策通：汇聚、拆解、发布、匹配、送达、办理、兑付、评价。", no_args_is_help=True)
app.command("import")(policy_import.command)
app.command("feed")(policy_collected.feed)
app.command("feeds")(policy_collected.feeds)
app.command("collected")(policy_collected.collected)
app.command("troubles")(policy_collected.troubles)
app.command("enter")(policy_collected.enter)
app.command("decompose")(policy_decompose.command)
app.command("list")(policy_match.listing)
app.command("match")(policy_match.match)
app.command("explain")(policy_match.explain)
app.command("push")(policy_deliver.push)
app.command("funnel")(policy_deliver.funnel)
app.add_typer(policy_lists.app, name="lists")
app.add_typer(policy_pay.app, name="pay")
app.command("report")(policy_report.report)
app.command("simulate")(policy_report.simulate)
