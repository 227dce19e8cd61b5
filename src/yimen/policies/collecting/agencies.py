"""Who issued a document, one or several (发文机关、联合发文), and of which level of government (层级)."""

import re
from collections.abc import Sequence
from enum import StrEnum

from yimen.policies.collecting.found import CLAIMED, HEADED, MADE_OUT, PRINTED, Chosen, Found, choose
from yimen.policies.collecting.headings import Event, Signature, split_organs
from yimen.policies.collecting.labels import clean
from yimen.policies.collecting.numbers import Form, Number
from yimen.policies.collecting.source import Source

CODES = {
    "国发": "国务院", "国函": "国务院", "国发明电": "国务院", "国办发": "国务院办公厅", "国办函": "国务院办公厅",
    "国办发明电": "国务院办公厅", "粤府": "广东省人民政府", "粤府函": "广东省人民政府",
    "粤办函": "广东省人民政府办公厅",
    "粤府办": "广东省人民政府办公厅", "粤府规": "广东省人民政府", "深府": "深圳市人民政府", "深府规": "深圳市人民政府",
    "深府函": "深圳市人民政府", "深府办": "深圳市人民政府办公厅", "深府办规": "深圳市人民政府办公厅",
    "深府办函": "深圳市人民政府办公厅", "劳社部发": "劳动和社会保障部", "人社部发": "人力资源和社会保障部",
}  # fmt: skip
"""Organ code names (机关代字) that stand for one organ alone."""
BEFORE_ABOUT = re.compile(r"^([\u4e00-\u9fff、，\s]{2,120}?)(?:关于|转发|印发|对)")
SITTING = re.compile(r"第[一二三四五六七八九十百\d]+届")
MEETING = re.compile(r"第[一二三四五六七八九十百\d]+次.*$")


class Level(StrEnum):
    """The level of government (层级)."""

    NATION = "国家"
    PROVINCE = "省级"
    CITY = "市级"
    DISTRICT = "区县级"


def agencies_of(
    source: Source,
    *,
    title: str,
    signature: Signature | None,
    events: Sequence[Event],
    number: Number | None,
) -> Chosen[tuple[str, ...]]:
    """Return the issuing agencies, the first the host of a joint issue (主办机关)."""
    found: list[Found[tuple[str, ...]]] = [
        Found(organs_in(printed), f"发文机关：{printed}", PRINTED, "页面标注")
        for printed in source.labels.get("agencies", ())
    ]
    if signature is not None:
        found.append(Found(tuple(normal(one) for one in signature.organs), signature.evidence, HEADED, "落款"))
    found.extend(_of_events(events))
    said_again = bool(found) and title.startswith("".join(found[0].value))
    if not said_again and (match := BEFORE_ABOUT.match(title)) and (named := split_organs(match[1].strip())):
        found.append(Found(tuple(normal(one) for one in named), title, MADE_OUT, "标题"))
    if number is not None and not found:
        if number.form is Form.DECREE:
            found.append(Found(organs_in(number.code), number.written, HEADED, "令号"))
        elif (organ := CODES.get(number.code)) is not None:
            found.append(Found((organ,), number.written, MADE_OUT, "机关代字"))
    if not found and (said := source.metas.get("source", "") or "".join(source.labels.get("source", ())[:1])):
        found.append(Found(organs_in(said), f"来源：{said}", CLAIMED, "来源"))
    return choose([one for one in found if one.value], name="发文机关")


def organs_in(text: str) -> tuple[str, ...]:
    """Return the organs of a printed list: parted by 、, commas, semicolons, white space or line breaks."""
    parts = re.split(r"[、，,;；\s]+", clean(text))
    return tuple(dict.fromkeys(normal(part) for part in parts if part))


def normal(organ: str) -> str:
    """Return the organ's name without the state's, as it is usually written.

    >>> normal("中华人民共和国国务院"), normal("中央军委")
    ('国务院', '中央军事委员会')
    """
    bare = re.sub(r"^(中华人民共和国|原)", "", clean(organ))
    bare = re.sub(r"人民代表大会(?:常委员会|常委会)$|人大常委会$", "人民代表大会常务委员会", bare)
    return {"中央军委": "中央军事委员会"}.get(bare, bare)


def _of_events(events: Sequence[Event]) -> list[Found[tuple[str, ...]]]:
    """Who promulgated, and where nobody is said to have, who adopted."""
    promulgated = [one for one in events if one.is_promulgation]
    if promulgated:
        last = promulgated[-1]
        named = last.number.code if last.number is not None else re.split(r"公布|发布", last.words)[0]
        return [Found(organs_in(named), last.words, HEADED, "题注")]
    adopted = [one for one in events if one.is_adoption]
    if adopted:
        organ = MEETING.sub("", SITTING.sub("", adopted[0].words)).removeprefix("经")
        return [Found(organs_in(organ), adopted[0].words, HEADED, "题注")]
    return []


def level_of(agencies: Sequence[str], *, title: str, text: str) -> Found[Level] | None:
    """Return the level of government; None where nothing says so."""
    for organ in agencies:
        return Found(
            level_of_organ(organ), organ, MADE_OUT if level_of_organ(organ) is Level.NATION else HEADED, "发文机关"
        )
    if (local := _local(title)) is not None:
        return Found(local, title, MADE_OUT, "标题")
    if title.startswith("中华人民共和国"):
        return Found(Level.NATION, title, MADE_OUT, "标题")
    if re.search(r"国务院|全国|公安部", text) and not re.search(r"[本我](省|市|区|县|自治区)(?![、（(])", text):
        return Found(Level.NATION, "正文不涉及本省、本市", CLAIMED, "正文")
    return None


def level_of_organ(organ: str) -> Level:
    """Return the level of an organ from its name: a place's name at its head, else it is the state's."""
    return _local(organ) or Level.NATION


PLACES = (
    (re.compile(r"^海南经济特区"), Level.PROVINCE),
    (re.compile(r"^[\u4e00-\u9fff]{2,3}经济特区"), Level.CITY),
    (
        re.compile(r"^(?:[\u4e00-\u9fff]{2,3}省)?(?:[\u4e00-\u9fff]{2,4}市)?[\u4e00-\u9fff]{1,5}?新区(?!域)"),
        Level.DISTRICT,
    ),
    (re.compile(r"^[\u4e00-\u9fff]{2,8}?自治区(?![\u4e00-\u9fff]{1,5}[市县])"), Level.PROVINCE),
    (
        re.compile(
            r"^(?:[\u4e00-\u9fff]{2,3}省)?(?:[\u4e00-\u9fff]{2,4}市)?[\u4e00-\u9fff]{1,4}?(?<![地社山])[区县旗]"
            r"(?:人民|[\u4e00-\u9fff]{2,10}[局委办室])"
        ),
        Level.DISTRICT,
    ),
    (re.compile(r"^(?:北京|天津|上海|重庆)市"), Level.PROVINCE),
    (re.compile(r"^[\u4e00-\u9fff]{2,3}省(?![\u4e00-\u9fff]{1,4}市)"), Level.PROVINCE),
    (re.compile(r"^[\u4e00-\u9fff]{2,10}?市(?!场)"), Level.CITY),
)
"""How names of local organs begin, the most particular first."""
OF_THE_STATE = re.compile(r"^(国家|国务院|中国|中央|中共中央|全国)")
BRANCH = re.compile(r"^(?:国家[\u4e00-\u9fff]{2,4}?总?局|中国[\u4e00-\u9fff]{2,6}?银行)([\u4e00-\u9fff]{2,4}[省市].*)")


def _local(name: str) -> Level | None:
    if OF_THE_STATE.match(name):
        branch = BRANCH.match(name)
        return _local(branch[1]) if branch else None
    return next((level for begins, level in PLACES if begins.match(name)), None)
