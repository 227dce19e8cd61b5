"""From when until when a document applies (施行日期、有效期), and in which state that leaves it on a day.

Normative documents of Guangdong and Shenzhen say how long they last, commonly five years, on trial three; what is over
its time is void by itself, so the state is computed when somebody reads it and never stored.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import cn2an

from yimen.policies.collecting.dates import date_in, dates_in, plain
from yimen.policies.collecting.found import HEADED, MADE_OUT, PRINTED, SAID, Chosen, Found, choose
from yimen.policies.collecting.headings import Event
from yimen.policies.collecting.source import Source

ITSELF = (
    "条例|办法|规定|细则|规则|规范|通知|意见|措施|方案|决定|预案|公告|通告|政策|文件|指引|指南|目录|标准|规程|制度|章程"
    "|规划|计划|政策措施"
)
SELF = rf"(?:本|该|上述|以上|此)(?:实施)?(?:[\u4e00-\u9fff]{{0,6}}?)(?:{ITSELF})"
FROM_A_DAY = re.compile(rf"{SELF}[^。；]{{0,30}}?自(?P<when>[^。；，]{{4,24}}?)起(?:正式|开始)?(?:施行|实施|执行|生效)")
FROM_ISSUE = re.compile(
    rf"{SELF}[^。；]{{0,20}}?自(?P<act>公布|发布|印发|颁布|下发)之?日起(?:满?(?P<days>[\d一二三四五六七八九十]{{1,3}})(?:个?工作)?[日天](?:后|起)?)?(?:施行|实施|执行|生效)"
)
SPAN = re.compile(
    r"(?:执行期限|实施期限|有效期限?|政策期限|有效时间)[为是：:自从]{0,3}(?P<from>[^，。；至]{6,16}?)[起]?(?:至|到|—|-|～)(?P<to>[^，。；止]{6,16})"
)
LASTS = re.compile(
    rf"(?:{SELF}[^。；]{{0,40}}?|(?:施行|实施|执行|生效)，)(?:有效期限?|试行期限?|实施期限|执行期限)(?:为|是|至|到)?(?P<length>[^，。；）)]{{2,16}})"
)
ONLY_TO = re.compile(r"(?:执行期限|实施期限|有效期限?|政策期限|有效时间)(?:为|是)?(?:至|到)(?P<to>[^，。；止]{6,16})")
UNTIL = re.compile(rf"{SELF}[^。；]{{0,40}}?(?:至|到)(?P<to>[^，。；至]{{8,14}}日)(?:止|失效|废止|终止)")
LENGTH = re.compile(r"^\s*(?P<number>\d{1,2}|[一二两三四五六七八九十]{1,3})\s*(?P<unit>年|个月)")
NOT_ITSELF = re.compile(r"许可证|登记证|注册证|证书|批准文件|批件|合同|协议|标牌|号牌|批文")
SOON = timedelta(days=60)


class State(StrEnum):
    """The state of a document on a day (有效性)."""

    NOT_YET = "尚未施行"
    IN_FORCE = "现行有效"
    AMENDED = "已修改"
    EXPIRED = "已失效"
    REPEALED = "已废止"


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when, both days included; None: not said."""

    effective: Chosen[date]
    expires: Chosen[date]
    lasts: str = ""


def state_on(
    day: date,
    *,
    effective_on: date | None,
    expires_on: date | None,
    amended_on: date | None = None,
    repealed_on: date | None = None,
) -> State:
    """Return the state on a day. A document that says nothing of its beginning is taken to apply."""
    if repealed_on is not None and repealed_on <= day:
        return State.REPEALED
    if expires_on is not None and expires_on < day:
        return State.EXPIRED
    if effective_on is not None and effective_on > day:
        return State.NOT_YET
    return State.AMENDED if amended_on is not None and amended_on <= day else State.IN_FORCE


def period_of(source: Source, *, events: Sequence[Event], written_on: date | None, released_on: date | None) -> Period:
    """Return from when until when the document applies, with the sentences that say so."""
    begins: list[Found[date]] = [
        Found(on, f"施行日期：{printed}", PRINTED, "页面标注")
        for printed in source.labels.get("effective_on", ())
        if (on := date_in(printed)) is not None
    ]
    ends: list[Found[date]] = []
    lasts = ""
    for sentence in sentences(source.paragraphs):
        narrow = plain(sentence)
        begins.extend(_begins(narrow, events=events, written_on=written_on, released_on=released_on))
        if (span := SPAN.search(narrow)) and not NOT_ITSELF.search(narrow) and (on := date_in(span["to"])) is not None:
            ends.append(Found(on, sentence, SAID, "正文"))
            if (first := date_in(span["from"])) is not None:
                begins.append(Found(first, sentence, SAID, "正文"))
    begins.extend(
        Found(one.on, f"{one.on} {one.words}", HEADED - 0.05, "题注") for one in events if one.is_coming_into_force
    )
    effective = choose(_later_wins(begins), name="施行日期")
    for sentence in sentences(source.paragraphs):
        narrow = plain(sentence)
        if NOT_ITSELF.search(narrow):
            continue
        if match := LASTS.search(narrow):
            lasts = lasts or match["length"]
            ends.extend(_ends(match["length"], sentence, effective.value or written_on))
        elif (match := UNTIL.search(narrow) or ONLY_TO.search(narrow)) and (on := date_in(match["to"])) is not None:
            ends.append(Found(on, sentence, SAID, "正文"))
    for printed in source.labels.get("expires_on", ()):
        lasts = lasts or printed
        ends.extend(
            Found(one.value, f"有效期：{printed}", PRINTED, "页面标注")
            for one in _ends(printed, printed, effective.value or written_on)
        )
    return Period(effective, choose(ends, name="失效日期"), lasts)


def sentences(paragraphs: Sequence[str]) -> list[str]:
    """Return the sentences of a text, each within its paragraph."""
    return [one.strip() for line in paragraphs for one in re.split(r"(?<=[。；！？])", line) if one.strip()]


def _begins(
    sentence: str, *, events: Sequence[Event], written_on: date | None, released_on: date | None
) -> list[Found[date]]:
    if (match := FROM_A_DAY.search(sentence)) and (on := date_in(match["when"])) is not None:
        return [Found(on, sentence, HEADED, "正文")]
    match = FROM_ISSUE.search(sentence)
    if match is None:
        return []
    issued = _issued(match["act"], events=events, written_on=written_on, released_on=released_on)
    if issued is None:
        return []
    later = timedelta(days=int(cn2an.cn2an(match["days"], "smart"))) if match["days"] else timedelta()
    return [Found(issued + later, sentence, MADE_OUT, "正文与发布日期")]


def _issued(act: str, *, events: Sequence[Event], written_on: date | None, released_on: date | None) -> date | None:
    """Return the day 公布之日 is: of the last time the whole text was given out; of the print-out for 印发之日."""
    whole = [
        one.on for one in events if one.is_promulgation or (one.is_revision and re.search(r"会议修订$", one.words))
    ]
    if events:
        return max(whole) if whole else None  # adopted is not yet given out
    soon = written_on is not None and released_on is not None and timedelta() <= released_on - written_on <= SOON
    return released_on if soon and act in {"公布", "发布"} else written_on


def _ends(length: str, sentence: str, first: date | None) -> list[Found[date]]:
    if date_in(length) is not None:
        return [Found(dates_in(length)[-1].value, sentence, SAID, "正文")]
    match = LENGTH.match(length)
    if match is None or first is None:
        return []
    number = (
        int(match["number"])
        if match["number"].isdigit()
        else int(cn2an.cn2an(match["number"].replace("两", "二"), "normal"))
    )
    months = number * 12 if match["unit"] == "年" else number
    return [Found(_last(first, months), sentence, MADE_OUT, "正文")]


def _last(first: date, months: int) -> date:
    """Return the last day of so many months from a day: the day before its like, or the month's last where it has none.

    Law: 民法典 art. 202.
    """
    year, month = divmod(first.month - 1 + months, 12)
    try:
        return date(first.year + year, month + 1, first.day) - timedelta(days=1)
    except ValueError:
        return date(first.year + year, month + 1, monthrange(first.year + year, month + 1)[1])


def _later_wins(found: list[Found[date]]) -> list[Found[date]]:
    """Of equally sure sentences the last one (附则) is the document's own; earlier ones may be an annex's."""
    return sorted(found, key=lambda one: one.confidence)[::-1]
