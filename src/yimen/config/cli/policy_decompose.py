"""`yimen policy decompose`: what measures a policy's text holds, each with the sentence it was read from."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from yimen.config.cli import django, output
from yimen.core.errors import Invalid
from yimen.facts.logic import FactDefinition
from yimen.items.packs.read import read
from yimen.policies.collecting.decoding import decode
from yimen.policies.collecting.reading import TEXT, kind_of_content
from yimen.policies.collecting.reading import read as read_document
from yimen.policies.collecting.trouble import NotCollected
from yimen.policies.decomposing.kept import in_words
from yimen.policies.decomposing.owning import Owned, owned
from yimen.policies.decomposing.parse import decompose
from yimen.policies.decomposing.proposal import Condition, Decomposition, Measure, as_json
from yimen.policies.logic import KIND_LABELS, MODE_LABELS

_SURE, _LIKELY = 0.8, 0.6
_DIGITS = 10


class UnreadableText(Invalid):
    """The file cannot be read as text."""

    code = "policies.unreadable-text"
    title = "这个文件读不出文字。"


def command(
    text: Annotated[str, typer.Argument(help="文件（文本、HTML、PDF、DOCX），汇聚来的文件的编号，或 - 表示标准输入")],
    pack: Annotated[Path | None, typer.Option(help="内容包文件夹，用它的数据字典；不给则用数据库中的")] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """把一份政策拆成奖补项：每一项从哪句话来、有多大把握、条件对应哪个数据项。"""
    with output.refusing(json_wanted=json):
        found = decompose(_text(text))
        dictionary = _dictionary(pack)
    if json:
        output.as_json(_plain(found, dictionary))
    else:
        _say(found, dictionary)


def _text(name: str) -> str:
    """Return the text of a collected document by its number, of a file of any format that is collected, or of stdin."""
    if name.isascii() and name.isdecimal() and len(name) < _DIGITS and not Path(name).exists():
        return _collected(int(name))
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UnreadableText(
            f"打不开 {name}。请检查路径；汇聚来的文件用 yimen policy collected 列出的编号。"
        ) from error
    try:
        kind = kind_of_content(raw, address="text.txt" if name == "-" else name)
        return decode(raw).text if kind.media_type == TEXT else read_document(raw, kind=kind).text
    except NotCollected as error:
        raise UnreadableText(error.words) from error


def _collected(number: int) -> str:
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415 - Django is set up only now

    from yimen.policies import collecting_queries  # noqa: PLC0415

    return collecting_queries.document(number, on=timezone.localdate()).text


def _dictionary(pack: Path | None) -> Mapping[str, FactDefinition]:
    if pack is not None:
        return {one.name: one for _, one in read(pack).facts}
    django.set_up()
    from yimen.facts import queries  # noqa: PLC0415 - Django is set up only now

    return {one.name: one for one in queries.every()}


def _plain(found: Decomposition, dictionary: Mapping[str, FactDefinition]) -> dict[str, object]:
    head = found.head
    return {
        "title": head.title,
        "document_number": head.number,
        "issuing_agencies": head.agencies,
        "issued_on": head.issued_on,
        "effective_from": head.effective_from,
        "effective_until": head.effective_until,
        "measures": [
            {**as_json(one), "facts": [_fact(fact) for fact in _owned(one, dictionary)]} for one in found.measures
        ],
        "notes": found.notes,
    }


def _fact(one: Owned) -> dict[str, object]:
    return {
        "fact": one.fact,
        "title": one.title,
        "element": one.element,
        "authority": one.authority,
        "sources": one.sources,
        "wants": one.wants,
    }


def _owned(measure: Measure, dictionary: Mapping[str, FactDefinition]) -> tuple[Owned, ...]:
    return owned((fact for one in measure.conditions for fact in one.facts if fact != "application.date"), dictionary)


def _say(found: Decomposition, dictionary: Mapping[str, FactDefinition]) -> None:
    typer.echo(f"{found.head.title}  {found.head.number}".rstrip())
    for measure in found.measures:
        kind, mode = KIND_LABELS[measure.kind], MODE_LABELS[measure.mode]
        typer.echo(f"\n{measure.id}  {measure.name}（{kind}，{mode}）  {_sure(measure.confidence)}")
        typer.echo(f"    依据：{measure.because}")
        for evidence in measure.evidence:
            typer.echo(f"    原文 {evidence.span.start}–{evidence.span.end}：{evidence.text.strip()}")
        typer.echo(f"    标准：{in_words(measure.amount)}")
        if measure.amount.feel:
            typer.echo(f"    算法：{measure.amount.feel}")
        owners = {one.fact: one for one in _owned(measure, dictionary)}
        for condition in measure.conditions:
            _say_condition(condition, owners)
        for label, said in (
            ("材料", "、".join(f"{one.name}（免提交）" if one.exempt else one.name for one in measure.materials)),
            ("时间", measure.window.text or _days(measure)),
            ("经办", measure.handled_by.value),
            ("联系", measure.contact.value),
            ("限制", "；".join(one.value for one in measure.excludes)),
        ):
            if said:
                typer.echo(f"    {label}：{said}")
    for note in found.notes:
        typer.echo(f"注意：{note}")


def _say_condition(condition: Condition, owners: Mapping[str, Owned]) -> None:
    typer.echo(f"    {condition.id} {condition.text}  {_sure(condition.confidence)}")
    if not condition.feel:
        typer.echo(f"       {condition.because}")
        return
    typer.echo(f"       {condition.feel}")
    for fact in condition.facts:
        if (one := owners.get(fact)) is not None:
            typer.echo(f"       {fact} {one.title}" + (f"：{one.wants}" if one.wants else f"（{one.authority}）"))
    if condition.leads_to:
        typer.echo(f"       这项称号由 {condition.leads_to} 认定")


def _days(measure: Measure) -> str:
    window = measure.window
    days = [str(one) if one else "" for one in (window.from_, window.until)]
    return " 至 ".join(days) if any(days) else ""


def _sure(confidence: float) -> str:
    word = "把握大" if confidence >= _SURE else "把握中等" if confidence >= _LIKELY else "把握小"
    return f"[{word} {confidence:.0%}]"
