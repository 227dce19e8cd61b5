"""`yimen dmn`: the decision engine by itself, without the platform's database."""

from pathlib import Path
from typing import Annotated

import typer

from yimen.config.cli import decision_models, output
from yimen.dmn import tck as kit
from yimen.dmn.trace import plain

app = typer.Typer(help="决策引擎（DMN 与 FEEL）。", no_args_is_help=True)
app.command("check")(decision_models.check)
app.command("eval")(decision_models.evaluate)
app.command("explain")(decision_models.explain)
app.command("analyse")(decision_models.analyse)

TITLES = {
    "all": "二、三级合计",
    "tables": "其中涉及决策表",
    "values": "其中结果非空",
    "outside": "调用 Java（不计）",
}


@app.callback()
def group() -> None:
    """决策引擎（DMN 与 FEEL）。"""


@app.command()
def tck(
    place: Annotated[
        Path, typer.Argument(metavar="DIR", help="测试集文件夹，如 dmn-tck", exists=True, file_okay=False)
    ],
    expected: Annotated[
        Path, typer.Option(help="允许不通过的用例及理由，每行“文件夹/用例: 理由”", exists=True, dir_okay=False)
    ] = kit.EXPECTED,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """运行 DMN 技术兼容性测试集（TCK）；有未说明理由的用例不通过时，退出码为 1。"""
    report = kit.play(place)
    known = kit.reasons(expected.read_text())
    unexplained = [case for case in report.failing() if kit.reason_for(case, known) is None]
    if json:
        output.as_json(_as_json(report, known))
    else:
        _say(report, known)
    if unexplained or not report.cases:
        raise typer.Exit(1)


def _as_json(report: kit.Report, known: dict[str, str]) -> dict[str, object]:
    return {
        "tallies": {
            name: {"passed": tally.passed, "cases": tally.cases, "percent": round(tally.percent, 2)}
            for name, tally in report.tallies().items()
        },
        "failing": [
            {
                "level": case.level,
                "folder": case.folder,
                "case": case.id,
                "reason": kit.reason_for(case, known),
                "results": [
                    {"node": miss.node, "expected": plain(miss.expected), "got": plain(miss.got)}
                    for miss in case.misses
                ],
            }
            for case in report.failing()
        ],
    }


def _say(report: kit.Report, known: dict[str, str]) -> None:
    if not report.cases:
        typer.echo("这个文件夹里没有测试用例（*-test-*.xml）。", err=True)
    for case in report.failing():
        reason = kit.reason_for(case, known)
        typer.echo(f"{case.level}/{case.folder} {case.id}" + (f"（{reason}）" if reason else ""))
        for miss in case.misses if reason is None else ():
            typer.echo(f"    {miss.node}：应为 {plain(miss.expected)}，却是 {plain(miss.got)}")
    for name, tally in report.tallies().items():
        typer.echo(f"{tally.passed:>6} / {tally.cases:<6} {tally.percent:6.2f} %  {TITLES.get(name, name)}")
