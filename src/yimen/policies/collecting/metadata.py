"""What a document says of itself, put together and checked against itself (元数据)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yimen.policies.collecting.agencies import Level, agencies_of, level_of
from yimen.policies.collecting.dates import date_in
from yimen.policies.collecting.found import CLAIMED, HEADED, MADE_OUT, PRINTED, SAID, Chosen, Found, choose
from yimen.policies.collecting.headings import (
    Event,
    Heading,
    Signature,
    events_of,
    heading_of,
    kind_of,
    signature_of,
    squeezed,
)
from yimen.policies.collecting.numbers import Number, is_normative, normalise
from yimen.policies.collecting.periods import Period, period_of
from yimen.policies.collecting.relations import Relation, relations_of
from yimen.policies.collecting.source import Source
from yimen.policies.collecting.topics import topic_of


@dataclass(frozen=True, slots=True)
class Metadata:
    """Every field with its evidence; `warnings` are sentences for the person who looks it over."""

    title: Chosen[str]
    number: Chosen[str]
    agencies: Chosen[tuple[str, ...]]
    written_on: Chosen[date]
    released_on: Chosen[date]
    revised_on: date | None
    period: Period
    level: Found[Level] | None
    topic: Found[str] | None
    kind: str
    index_number: Found[str] | None
    relations: tuple[Relation, ...]
    warnings: tuple[str, ...]


def metadata_of(source: Source) -> Metadata:
    """Return what the document says of itself. Nothing is made up: what is not said is None, what disagrees is told."""
    heading = heading_of(source.paragraphs)
    events = events_of(heading.note)
    title = _title(source, heading)
    signature = signature_of(source.paragraphs[heading.length :])
    number, put_right = _number(source, heading, events)
    agencies = agencies_of(source, title=title.value or "", signature=signature, events=events, number=number)
    written, released = _written(source, signature, events), _released(source)
    period = period_of(source, events=events, written_on=written.value, released_on=released.value)
    revisions = [one.on for one in events if one.is_revision]
    relations = relations_of(title=title.value or "", paragraphs=source.paragraphs[heading.length :], events=events)
    index = next(iter(source.labels.get("index_number", ())), None)
    chosen_number = _chosen_number(source, heading, number)
    told = [
        *source.warnings,
        *put_right,
        *(
            warning
            for one in (title, chosen_number, agencies, written, released, period.effective, period.expires)
            for warning in one.warnings
        ),
        *_contradictions(chosen_number.value, written.value, released.value, period),
    ]
    return Metadata(
        title=title,
        number=chosen_number,
        agencies=agencies,
        written_on=written,
        released_on=released,
        revised_on=max(revisions) if revisions else None,
        period=period,
        level=level_of(agencies.value or (), title=title.value or "", text=source.text),
        topic=topic_of(source, title=title.value or ""),
        kind=kind_of(title.value or ""),
        index_number=Found(index, f"索引号：{index}", PRINTED, "页面标注") if index else None,
        relations=relations,
        warnings=tuple(dict.fromkeys(told)),
    )


def _title(source: Source, heading: Heading) -> Chosen[str]:
    found = [Found(squeezed(one), one, PRINTED, "页面标注") for one in source.labels.get("title", ())]
    if heading.title:
        found.append(Found(heading.title, heading.title, HEADED if kind_of(heading.title) else MADE_OUT, "正文标题"))
    if said := source.metas.get("title"):
        found.append(Found(squeezed(said), said, SAID if kind_of(squeezed(said)) else CLAIMED + 0.1, "网页信息"))
    if source.heading:
        found.append(Found(squeezed(source.heading), source.heading, MADE_OUT + 0.1, "网页标题"))
    if not found and source.window_title:
        found.append(Found(squeezed(source.window_title), source.window_title, CLAIMED, "窗口标题"))
    if claimed := source.claims.get("title"):
        found.append(Found(squeezed(claimed), claimed, CLAIMED, "采集来源"))
    chosen = choose(found, name="标题")
    # Only what is printed twice can disagree; a window's or a feed's title is cut and added to.
    told = tuple(one for one in chosen.warnings if "正文标题为" in one and "页面标注为" in one)
    return Chosen(chosen.best, chosen.others, told)


def _number(source: Source, heading: Heading, events: Sequence[Event]) -> tuple[Number | None, tuple[str, ...]]:
    """Return the number in its right form, and what was put right."""
    for printed in source.labels.get("number", ()):
        if (number := normalise(printed)) is not None:
            return number, number.warnings
    if heading.number is not None:
        return heading.number, heading.number.warnings
    promulgated = [one.number for one in events if one.is_promulgation and one.number is not None]
    if promulgated:
        return promulgated[-1], promulgated[-1].warnings
    if not events and heading.note and (number := normalise(squeezed(heading.note).strip("（）()"))) is not None:
        return number, number.warnings
    return None, ()


def _chosen_number(source: Source, heading: Heading, number: Number | None) -> Chosen[str]:
    found = [
        Found(one.text, one.written, PRINTED, "页面标注")
        for printed in source.labels.get("number", ())
        if (one := normalise(printed)) is not None
    ]
    if heading.number is not None:
        found.append(Found(heading.number.text, heading.number.written, HEADED, "正文标题下"))
    if not found and number is not None:
        found.append(Found(number.text, number.written, HEADED, "题注"))
    return choose(found, name="发文字号")


def _written(source: Source, signature: Signature | None, events: Sequence[Event]) -> Chosen[date]:
    found = [
        Found(on, f"成文日期：{one}", PRINTED, "页面标注")
        for one in source.labels.get("written_on", ())
        if (on := date_in(one)) is not None
    ]
    if signature is not None:
        found.append(Found(signature.on, signature.evidence, HEADED, "落款"))
    given_out = [one for one in events if one.is_promulgation][-1:] or [one for one in events if one.is_adoption][:1]
    found.extend(Found(one.on, f"{one.on} {one.words}", HEADED - 0.05, "题注") for one in given_out)
    if (claimed := date_in(source.claims.get("written_on", ""))) is not None:
        found.append(Found(claimed, source.claims["written_on"], CLAIMED, "采集来源"))
    return choose(found, name="成文日期")


def _released(source: Source) -> Chosen[date]:
    found = [
        Found(on, f"发布日期：{one}", PRINTED, "页面标注")
        for one in source.labels.get("released_on", ())
        if (on := date_in(one)) is not None
    ]
    for where, said, confidence in (
        ("网页信息", source.metas.get("released_on", ""), MADE_OUT),
        ("采集来源", source.claims.get("released_on", ""), CLAIMED),
    ):
        if (on := date_in(said)) is not None:
            found.append(Found(on, said, confidence, where))
    return choose(found, name="发布日期")


def _contradictions(number: str | None, written: date | None, released: date | None, period: Period) -> list[str]:
    """Return what cannot be right together; both stay as printed."""
    told = []
    effective, expires = period.effective.value, period.expires.value
    if written and released and released < written:
        told.append(f"发布日期 {released} 早于成文日期 {written}，请核对。")
    if effective and expires and expires < effective:
        told.append(f"失效日期 {expires} 早于施行日期 {effective}，请核对。")
    if written and number and (year := _year(number)) and year != written.year:
        told.append(f"发文字号的年份是 {year}，成文日期是 {written}，请核对。")
    if number and is_normative(number) and expires is None:
        told.append(f"{number} 是规范性文件，没有找到有效期，请核对。")
    return told


def _year(number: str) -> int | None:
    _, bracket, rest = number.partition("〔")
    return int(rest[:4]) if bracket else None
