"""How a document begins and ends: title over several lines, number, note under the title, signature with its date.

Source: GB/T 9704-2012, 7.2.5 发文字号, 7.3.1 标题, 7.3.5 发文机关署名、成文日期和印章. The note (题注) under the
title of laws and rules says who adopted, promulgated and revised them when (立法法 art. 62).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from yimen.policies.collecting.dates import dates_in, is_only_a_date, plain
from yimen.policies.collecting.numbers import Number, normalise, numbers_in

KINDS = (
    "决议", "决定", "命令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示", "批复",
    "议案", "函", "纪要",
)  # fmt: skip
"""The 15 kinds of official document (文种, 党政机关公文处理工作条例 art. 8)."""
RULES = (
    "条例", "规定", "办法", "细则", "规则", "规范", "章程", "制度", "方案", "规划", "计划", "预案",
    "措施", "指引", "指南", "目录", "标准", "答复", "解读", "令",
)  # fmt: skip
"""What laws, rules and their attachments call themselves, and answers to proposals."""
NATURES = re.compile(r"[（(][^（）()]{1,12}[）)]$")
ARTICLE_OR_HEADING = re.compile(
    r"^(第[一二三四五六七八九十百零]+[章节条]|[一二三四五六七八九十]+、|#|目\s*录$|总\s*则$)"
)
HEAD_LINES = 8
TITLE_LINES = 6
LONGEST_TITLE_LINE = 90
ORGAN_END = re.compile(
    r"(部|委|局|厅|院|署|室|府|会|社|团|中心|银行|军委|中共中央|党组|总队|支队|总局|委员会|办公厅|办公室|人民政府)$"
)
SIGNED_WITHIN = 14
LONGEST_ORGAN = 30


@dataclass(frozen=True, slots=True)
class Heading:
    """The title as the lines above the text say it, the number line, and where the text begins."""

    title: str
    number: Number | None
    note: str
    length: int


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed on which day; `evidence` are the lines."""

    organs: tuple[str, ...]
    on: date
    evidence: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the note under a title: on a day somebody did something, by a decree or decision."""

    on: date
    words: str
    number: Number | None

    @property
    def is_promulgation(self) -> bool:
        """公布 or 发布 of the whole text, not of a change."""
        return bool(re.search(r"(公布|发布)[，。）)]?(?:根据)?$|(公布|发布)", self.words)) and not self.is_revision

    @property
    def is_revision(self) -> bool:
        """修订, 修正 or 修改, unless it was promulgated anew."""
        return bool(re.search(r"修订|修正|修改", self.words)) and not re.search(
            r"修订发布|修订公布|修订通过", self.words
        )

    @property
    def is_adoption(self) -> bool:
        """通过 by a congress, its standing committee or a meeting."""
        return "通过" in self.words and not self.is_revision and "修订通过" not in self.words

    @property
    def is_coming_into_force(self) -> bool:
        """施行."""
        return bool(re.match(r"^\s*起?(施行|实施|生效)", self.words))


def squeezed(text: str) -> str:
    """Return the text without white space, as titles are compared: 国 家 粮 食 → 国家粮食."""
    return re.sub(r"\s", "", plain(text))


def heading_of(paragraphs: Sequence[str]) -> Heading:
    """Return how the text begins. A title runs until the number, the note, an addressee or the first sentence."""
    lines: list[str] = []
    number: Number | None = None
    note = ""
    length = len(paragraphs[:HEAD_LINES])
    for at, paragraph in enumerate(paragraphs[:HEAD_LINES]):
        line = paragraph.strip().lstrip("#").strip()
        bare = squeezed(line).strip("（）()")
        if not lines and _stands_before_the_title(line):
            continue
        if (alone := normalise(bare)) is not None and (lines or at):
            number = number or alone
            continue
        if lines and re.match(r"^[（(]", line) and dates_in(line):
            note = line
            length = at + 1
            break
        if lines and _ends_the_title(line):
            length = at
            break
        if number is not None or len(lines) == TITLE_LINES or (not lines and _ends_the_title(line)):
            length = at
            break
        inner = numbers_in(line)
        if inner and inner[-1].end >= len(line) - 1 and inner[-1].start > 4:  # noqa: PLR2004 - a title has more than four signs
            lines.append(line[: inner[-1].start].rstrip("（( "))
            number = inner[-1]
            continue
        lines.append(line)
    return Heading(squeezed("".join(lines)), number, note, length)


def _stands_before_the_title(line: str) -> bool:
    """Tell whether it is a note, a mark of secrecy or urgency, a label, or a breadcrumb: none is the title."""
    return bool(
        re.match(r"^(【|特急|加急|机密|秘密|内部|附件\s*\d*$|[\u4e00-\u9fff]{2,6}[:：]\S)", line) or ">" in line
    )


def _ends_the_title(line: str) -> bool:
    return bool(
        line.endswith(("：", ":", "。", "；"))
        or len(line) > LONGEST_TITLE_LINE
        or ARTICLE_OR_HEADING.match(line)
        or is_only_a_date(line)
        or re.match(r"^(各|你)[\u4e00-\u9fff]{0,30}[、，：]", line)
    )


def kind_of(title: str) -> str:
    """Return the kind of document its title ends in (文种); empty where it ends in none.

    >>> kind_of("医疗机构制剂配制质量管理规范（试行）")
    '规范'
    """
    bare = title
    while (shorter := NATURES.sub("", bare)) != bare:
        bare = shorter
    for kind in sorted((*KINDS, *RULES), key=len, reverse=True):
        if bare.endswith(kind):
            return kind
    return ""


def signature_of(paragraphs: Sequence[str]) -> Signature | None:
    """Return the first signature: organs and under them a line that is only a date; what is attached comes after it."""
    for at, paragraph in enumerate(paragraphs):
        on = is_only_a_date(paragraph)
        if on is not None and at:
            organs: list[str] = []
            first = at
            for before in range(at - 1, max(at - SIGNED_WITHIN, 0), -1):
                named = split_organs(paragraphs[before])
                if not named:
                    break
                organs[:0] = named
                first = before
            if organs:
                return Signature(tuple(organs), on, "　".join(paragraphs[first : at + 1]), at)
        elif (found := _signed_in_a_line(paragraph)) is not None and at:
            return Signature(found[0], found[1], paragraph, at)
    return None


def _signed_in_a_line(paragraph: str) -> tuple[tuple[str, ...], date] | None:
    if len(paragraph) > 80:  # noqa: PLR2004 - a signature is short
        return None
    places = dates_in(paragraph)
    if len(places) != 1 or paragraph[places[0].end :].strip("（）() "):
        return None
    organs = split_organs(paragraph[: places[0].start])
    return (organs, places[0].value) if organs else None


def split_organs(text: str) -> tuple[str, ...]:
    """Return the organs a line names, parted by 、 or white space; none if any part is no organ's name."""
    parts = [one for one in re.split(r"[、，,;；\s]+", re.sub(r"&\w*;?", "", text).strip()) if one]
    if not parts or any(
        len(one) > LONGEST_ORGAN or not ORGAN_END.search(one) or re.search(r"[。：:《》关]", one) for one in parts
    ):
        return ()
    return tuple(parts)


def events_of(note: str) -> list[Event]:
    """Return the events of a note under a title, in their order."""
    narrow = plain(note).strip("（）() ")
    # A date inside 《》 belongs to the name of a decision.
    places = [one for one in dates_in(narrow) if narrow.count("《", 0, one.start) == narrow.count("》", 0, one.start)]
    found = []
    joined: date | None = None
    for place, following in zip_longest(places, places[1:]):
        words = narrow[place.end : following.start if following is not None else len(narrow)]
        words = re.sub(r"[\s，。；]*(根据)?[\s，。；]*$", "", words).strip()
        if following is not None and words.endswith("、"):  # two organs' meetings: one event, on the later day
            joined = max(joined or place.value, place.value)
            continue
        numbers = numbers_in(words)
        found.append(Event(max(joined or place.value, place.value), words, numbers[0] if numbers else None))
        joined = None
    return found
