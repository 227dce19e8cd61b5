"""`yimen decide`: what the rules say on the facts of a file."""

import difflib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from yimen import dmn
from yimen.config.cli import django, facts_file, output
from yimen.config.cli.facts_file import BadFile
from yimen.core.errors import NotFound
from yimen.facts.flat import Flat
from yimen.facts.logic import FactDefinition
from yimen.items.logic import is_offered
from yimen.policies.packs.read import read
from yimen.rules import wording
from yimen.rules.logic import Condition, Given, Judgement, Verdict, facts_used, judge


class NoSuchName(NotFound):
    """There is no item of this name."""

    code = "decide.no-such-name"
    title = "没有这个事项。"


def command(
    name: Annotated[str, typer.Argument(help="事项，或“政策/措施”")],
    facts: Annotated[Path, typer.Option(help="数据文件（YAML，一行一个数据项）")],
    on: Annotated[
        str | None, typer.Option(help="哪一天，如 2026-11-22；默认取文件中的 application.date，否则今天")
    ] = None,
    pack: Annotated[Path | None, typer.Option(help="内容包文件夹；不给则用数据库中载入的版本")] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """对一个文件里的数据作出决定：批准、不批准，或还缺什么。"""
    with output.refusing(json_wanted=json):
        values = facts_file.read(facts)
        day = facts_file.day(on, values)
        if pack is None:
            django.set_up()
        model, dictionary = _from_pack(name, pack, day) if pack else _from_database(name, day)
        answer = (
            _not_offered()
            if model is None
            else _decide(model, facts_file.given(values, dictionary, on=day), dictionary)
        )
    if json:
        output.as_json(answer)
    else:
        _say(answer)


def _from_pack(name: str, folder: Path, day: date) -> tuple[dmn.Model | None, Mapping[str, FactDefinition]]:
    content = read(folder).pack
    if content.findings:
        raise BadFile("内容包有误：\n" + "\n".join(map(str, content.findings)))
    found = {item.definition.slug: item for item in content.items}
    if name not in found:
        near = difflib.get_close_matches(name, found, n=1)
        raise NoSuchName(f"内容包中没有“{name}”。" + (f"是不是“{near[0]}”？" if near else f"有：{'、'.join(found)}。"))
    item = found[name]
    rule = item.rule
    in_effect = (
        rule is not None and rule.effective_from <= day and (rule.effective_until is None or day < rule.effective_until)
    )
    offered = is_offered(item.definition, on=day) and in_effect
    return (rule.model if rule is not None and offered else None), content.dictionary()


def _from_database(name: str, day: date) -> tuple[dmn.Model | None, Mapping[str, FactDefinition]]:
    # Models can be imported only once Django is set up.
    from yimen.facts import queries as fact_queries  # noqa: PLC0415
    from yimen.items import queries as items  # noqa: PLC0415
    from yimen.rules import queries as rules  # noqa: PLC0415

    dictionary = fact_queries.dictionary(fact_queries.names())
    known = items.slugs()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        raise NoSuchName(
            f"数据库中没有“{name}”。" + (f"是不是“{near[0]}”？" if near else "请先 yimen pack load，或用 --pack。")
        )
    try:
        items.offered(name, on=day)
        version = rules.in_effect(name, on=day)
    except NotFound:
        return None, dictionary
    return rules.model_of(version), dictionary


def _decide(model: dmn.Model, known: Flat, dictionary: Mapping[str, FactDefinition]) -> dict[str, object]:
    at_hand = known.among(facts_used(model))
    judgement = judge(model, Given(at_hand))
    failing = judgement.failing if judgement.verdict is Verdict.REJECT else ()
    missing = list(dict.fromkeys(known.shown(name) for name in judgement.missing))
    near = wording.near(model, judgement, at_hand, dictionary)
    answer: dict[str, object] = {
        "outcome": judgement.verdict.value,
        "failing": list(failing),
        "missing": missing,
        "reasons": _reasons(judgement, missing, known, near),
    }
    if judgement.amount is not None:
        whole = judgement.amount == judgement.amount.to_integral_value()
        answer["amount"] = int(judgement.amount) if whole else float(judgement.amount)
    return answer


def _reasons(judgement: Judgement, missing: list[str], known: Flat, near: str) -> list[str]:
    match judgement.verdict:
        case Verdict.APPROVE:
            return ["各项条件都符合。"]
        case Verdict.REJECT:
            failed = [_reason(one) for one in judgement.conditions if one.id in judgement.failing]
            return [*failed, f"{near.rstrip('。')}。"] if near else failed
        case Verdict.UNDETERMINED:
            return [f"还不知道“{known.title(name)}”（{name}）。" for name in missing]


def _reason(one: Condition) -> str:
    return f"不符合条件 {one.id}“{one.text}”（依据：{'；'.join(one.clauses) or '办事指南'}）。"


def _not_offered() -> dict[str, object]:
    return {"outcome": "not-offered", "failing": [], "missing": [], "reasons": ["这一天不受理这个事项。"]}


WORDS = {"approve": "批准", "reject": "不予批准", "undetermined": "还不能确定", "not-offered": "不受理"}


def _say(answer: Mapping[str, object]) -> None:
    typer.echo(WORDS[str(answer["outcome"])])
    reasons = answer["reasons"]
    assert isinstance(reasons, list)
    for reason in reasons:
        typer.echo(f"  {reason}")
