"""`yimen policy list|match|explain`: which measures there are, whose they are, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from yimen import dmn
from yimen.config.cli import django, facts_file, output
from yimen.config.cli.facts_file import BadFile
from yimen.core.errors import NotFound
from yimen.facts.flat import Flat
from yimen.facts.logic import FactDefinition

if TYPE_CHECKING:
    from yimen.policies.matching.found import Found
    from yimen.policies.queries import Measure

On = Annotated[str | None, typer.Option(help="哪一天，如 2026-11-22；默认今天")]
Facts = Annotated[Path, typer.Option(help="数据文件（YAML，一行一个数据项）")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


class NoSuchMeasure(NotFound):
    """There is no measure of this name in force on that day."""

    code = "policy.no-such-measure"
    title = "没有这个奖补项，或者这一天不受理。"


def listing(on: On = None, json: Json = False) -> None:
    """列出这一天现行有效的奖补项。"""
    django.set_up()
    from yimen.policies import queries  # noqa: PLC0415 - Django is set up only now

    with output.refusing(json_wanted=json):
        found = queries.measures(on=facts_file.day(on, {}))
    rows = [
        {
            "name": one.name,
            "title": one.definition.name,
            "policy": one.policy.definition.title,
            "amount": one.definition.amount,
        }
        for one in found
    ]
    if json:
        output.as_json({"measures": rows})
        return
    for row in rows:
        typer.echo(f"{row['name']}  {row['title']}  {row['amount']}")
    typer.echo(f"共 {len(rows)} 项。")


def match(
    facts: Annotated[Path | None, typer.Option(help="一家企业的数据文件；不给则匹配数据湖中的全部企业")] = None,
    on: On = None,
    whole: Annotated[bool, typer.Option("--whole", help="全部重新匹配，不从上一次接着做")] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="先重新汇集各部门的数据")] = False,
    json: Json = False,
) -> None:
    """把奖补项与企业匹配：一家企业当场给出结果，全部企业按批次进行。"""
    django.set_up()
    with output.refusing(json_wanted=json):
        if facts is not None:
            _tell_found(_look_at(facts, on), json_wanted=json)
            return
        _run(whole=whole, refresh=refresh, json_wanted=json)


def explain(
    name: Annotated[str, typer.Argument(help="政策/奖补项，如 sz-srdi-reward/m1")],
    facts: Facts,
    on: On = None,
    json: Json = False,
) -> None:
    """说明一个奖补项对这家企业为什么是这个结果：逐项条件、数值、要求，还差多少、怎样取得。"""
    django.set_up()
    from yimen.rules.wording import told  # noqa: PLC0415 - as above

    with output.refusing(json_wanted=json):
        seen = _look_at(facts, on)
        one = next((found for found in seen.found if found.measure.name == name), None)
        if one is None:
            raise NoSuchMeasure("用 yimen policy list 查看现行有效的奖补项。", measure=name)
        model = seen.models[name]
        checks = told(model, [c.id for c in one.judgement.conditions], seen.known.values, seen.dictionary)
        conditions = [
            {
                "id": c.id,
                "text": c.text,
                "clauses": list(c.clauses),
                "state": c.state.value,
                "checks": [{"fact": k.title, "value": k.value, "required": k.required} for k in checks.get(c.id, ())],
            }
            for c in one.judgement.conditions
        ]
    if json:
        output.as_json({**_row(one), "conditions": conditions})
        return
    typer.echo(_sentence(one))
    marks = {"met": "✓", "failed": "✗", "open": "?"}
    for row in conditions:
        typer.echo(f"  {marks[str(row['state'])]} {row['id']} {row['text']}")
        for check in row["checks"]:
            assert isinstance(check, Mapping)
            typer.echo(f"      {check['fact']}：{check['value'] or '还不知道'}；要求{check['required']}")


@dataclass(frozen=True, slots=True)
class Seen:
    """Every measure as it stands on a file of facts, with what it stands on."""

    found: "Sequence[Found]"
    known: Flat
    dictionary: Mapping[str, FactDefinition]
    models: Mapping[str, dmn.Model]


def _look_at(path: Path, on: str | None) -> Seen:
    from yimen.facts import queries as fact_queries  # noqa: PLC0415 - as above
    from yimen.policies import queries  # noqa: PLC0415
    from yimen.policies.matching.found import look  # noqa: PLC0415
    from yimen.policies.matching.ranking import ranked  # noqa: PLC0415

    values = facts_file.read(path)
    day = facts_file.day(on, values)
    dictionary = fact_queries.dictionary(fact_queries.names())
    known = facts_file.given(values, dictionary, on=day)
    measures = queries.measures(on=day)
    if not measures:
        raise BadFile("这一天没有现行有效的奖补项。请先 yimen pack load 载入政策，或换一个日期。")
    models = {one.name: _model(one, day) for one in measures}
    found = [look(one, models[one.name], known.values, dictionary, on=day) for one in measures]
    return Seen(ranked(found), known, dictionary, models)


def _model(one: "Measure", day: date) -> dmn.Model:
    from yimen.rules import queries as rules  # noqa: PLC0415 - as above

    return rules.model_of(rules.in_effect(one.name, on=day))


def _run(*, whole: bool, refresh: bool, json_wanted: bool) -> None:
    from django.utils import timezone  # noqa: PLC0415 - as above

    from yimen.policies.jobs import MATCHER  # noqa: PLC0415
    from yimen.policies.matching import facts_table  # noqa: PLC0415
    from yimen.policies.services import matching  # noqa: PLC0415

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,} 行"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, transient=True, disable=json_wanted) as bar:
        shown: dict[str, object] = {}

        def tell(what: str, done: int) -> None:
            task = shown.setdefault(what, bar.add_task(what, total=None))
            bar.update(task, completed=done)  # type: ignore[arg-type]  # a TaskID

        told = facts_table.refresh(by=MATCHER, at=timezone.now(), progress=tell).taken if refresh else {}
        run = matching.run(at=timezone.now(), whole=whole, progress=tell)
    trouble = {dataset: words for dataset, words in told.items() if words}
    if json_wanted:
        output.as_json(
            {
                "run": str(run.pk),
                "enterprises": run.enterprises,
                "measures": len(run.measures),
                "evaluated": run.evaluated,
                "matches": run.matches,
                "fresh": run.fresh,
                "gone": run.gone,
                "trouble": trouble,
            }
        )
        return
    for dataset, words in trouble.items():
        typer.echo(f"{dataset}：{words}")
    typer.echo(
        f"{run.enterprises:,} 家企业 × {len(run.measures)} 个奖补项：符合 {run.matches:,} 对"
        f"（新增 {run.fresh:,}，减少 {run.gone:,}），重新判断 {run.evaluated:,} 次，"
        f"用时 {(run.finished_at - run.started_at).total_seconds():.1f} 秒。"
    )


def _tell_found(seen: Seen, *, json_wanted: bool) -> None:
    if json_wanted:
        output.as_json({"measures": [_row(one) for one in seen.found]})
        return
    for one in seen.found:
        typer.echo(_sentence(one))


def _row(one: "Found") -> dict[str, object]:
    return {
        "name": one.measure.name,
        "title": one.measure.definition.name,
        "state": one.state.value,
        "amount": None if one.amount is None else float(one.amount),
        "failing": list(one.judgement.failing),
        "missing": list(one.judgement.missing),
        "near": one.near,
        "leads_to": one.leads_to,
        "ready_on": one.ready_on,
        "excluded_by": one.excluded_by,
    }


def _sentence(one: "Found") -> str:
    from yimen.policies.matching.found import STATE_LABELS  # noqa: PLC0415 - as above

    words = [f"[{STATE_LABELS[one.state]}] {one.measure.name} {one.measure.definition.name}"]
    words += [f"{one.amount:,.0f} 元"] if one.amount is not None else []
    words += [one.near] if one.near else []
    words += [f"怎样取得：{one.leads_to}"] if one.leads_to else []
    words += [f"还差：{'、'.join(one.judgement.missing)}"] if one.judgement.missing else []
    words += [f"与 {one.excluded_by} 不能同时享受"] if one.excluded_by else []
    return "；".join(words)
