"""What a document does to others: amends, repeals, carries out, explains (修改、废止、实施、解读)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from yimen.policies.collecting.found import HEADED, MADE_OUT, SAID
from yimen.policies.collecting.headings import Event
from yimen.policies.collecting.numbers import numbers_in
from yimen.policies.collecting.periods import sentences


class RelationKind(StrEnum):
    """What one document does to another; `AMENDED_BY` is what was done to it, said in its note."""

    AMENDS = "AMENDS"
    REPEALS = "REPEALS"
    IMPLEMENTS = "IMPLEMENTS"
    INTERPRETS = "INTERPRETS"
    AMENDED_BY = "AMENDED_BY"


@dataclass(frozen=True, slots=True)
class Relation:
    """A document named by another: title without 《》, number where given; the sentence and how sure it is."""

    kind: RelationKind
    title: str
    number: str
    evidence: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Named:
    """A document named in a sentence, with the number beside it."""

    title: str
    number: str
    start: int
    end: int


ENDS = re.compile(r"(?:同时|即行|予以|一并|相应|均|现予)(?:予以)?废止|(?<!不)停止执行|(?:同时|自行)失效")
ON_WHAT = re.compile(
    r"根据|依据|依照|按照|遵照|为了?[^，。《]{0,16}?(?:贯彻落实|贯彻|落实|实施|执行|保障|便于)|落实|(?<=。)实施"
)
DRAFTED = re.compile(
    r"制定(?:本(?!单位|地区|部门|行政|[省市区县级])|以下|如下|下列)|特制定|决定如下|作出如下|(?:通知|公告|规定|调整|答复)(?:分别)?(?:调整)?如下|现(?:就|将|提出|印发|予|启动|组织|开展|发布|公布|下达)|提出(?:如下|以下)|授予|(?:现|国务院|，)决定"
)
FIRST_ARTICLE = re.compile(r"^(?:第一条|一、|1[.、])")
LAW_UNQUOTED = re.compile(r"(?:根据|依照|依据)(宪法|[\u4e00-\u9fff]{2,12}?法)(?=[和及与、，]|的(?:有关)?规定)")
RULE_UNQUOTED = re.compile(
    r"(?:根据|依据|按照)((?!国家|有关|相关)[\u4e00-\u9fff]{6,40}?(?:办法|细则|条例|方案|规程))(?=[，和及、]|的(?:有关)?规定)"
)
SHORT_NAME = re.compile(r"[（(](?:以下|下)(?:统称|简称|称)[^）)]*[）)]")
THEREFORE = re.compile(r"^(?:据此|为此)")
TO_OTHERS = re.compile(r"(?:要|应当?|可以?|须|请)$")
"""按照 after one of these tells others what to do."""
REVISED = re.compile(r"修订|修正|修改")
EXPLAINS = re.compile(r"解读|问答|图解|一图读懂|政策解析|图说")
HEAD = 8


def relations_of(*, title: str, paragraphs: Sequence[str], events: Sequence[Event]) -> tuple[Relation, ...]:
    """Return every relation the title, the note and the text state, each once."""
    found = [
        *_of_title(title),
        *_of_events(events),
        *(one for at, sentence in _numbered(paragraphs) for one in _of_sentence(sentence, is_head=at)),
    ]
    once: dict[tuple[RelationKind, str, str], Relation] = {}
    for one in found:
        once.setdefault((one.kind, one.title, one.number if not one.title else ""), one)
    return tuple(once.values())


def named_in(text: str) -> list[Named]:
    """Return the documents a text names in 《》, outermost names only, with the number right behind or before."""
    found: list[Named] = []
    depth = start = 0
    before = 0
    for at, sign in enumerate(text):
        if sign == "《":
            if depth == 0:
                start = at
            depth += 1
        elif sign == "》" and depth:
            depth -= 1
            if depth == 0:
                found.append(
                    Named(_title(text[start + 1 : at]), _number_beside(text, before, start, at + 1), start, at + 1)
                )
                before = at + 1
    return found


def _title(quoted: str) -> str:
    return re.sub(r"\s", "", quoted).replace("<", "〈").replace(">", "〉")


def _number_beside(text: str, before: int, start: int, end: int) -> str:
    behind = re.match(r"\s*[（(]([^）)]{4,40}(?:[）)]\d+号)?)[）)]", text[end : end + 60])
    if behind and (numbers := numbers_in(behind[1])):
        return numbers[0].text
    ahead = text[before:start]
    if re.search(r"(?:公布|发布|印发)的\s*$", ahead) and (numbers := numbers_in(ahead)):
        return numbers[-1].text
    return ""


def _numbered(paragraphs: Sequence[str]) -> Iterator[tuple[bool, str]]:
    before = ""
    for at, paragraph in enumerate(paragraphs):
        for sentence in sentences([paragraph]):
            plain_names = SHORT_NAME.sub("", sentence)
            if THEREFORE.match(plain_names) and before:
                yield at < HEAD, before + plain_names
            else:
                yield at < HEAD, plain_names
            before = plain_names


def _of_title(title: str) -> Iterator[Relation]:
    quoted = [one for one in named_in(title) if one.title]
    for one in quoted:
        if EXPLAINS.search(title):
            yield Relation(RelationKind.INTERPRETS, one.title, one.number, title, HEADED)
        elif re.search(r"暂时调整(?:实施|适用)|修改|修订", title[: one.start]):
            yield Relation(RelationKind.AMENDS, one.title, one.number, title, HEADED)
        elif re.search(r"废止|停止执行", title[: one.start]):
            yield Relation(RelationKind.REPEALS, one.title, one.number, title, HEADED)
    if not quoted and (match := re.match(r"^(.{4,60}?)(?:的)?(?:政策解读|解读)$", title)):
        yield Relation(RelationKind.INTERPRETS, re.sub(r"^关于|^对", "", match[1]), "", title, MADE_OUT)


def _of_events(events: Sequence[Event]) -> Iterator[Relation]:
    """By which decisions a text was revised, as the note says."""
    for event in events:
        if not event.is_revision:
            continue
        named = named_in(event.words)
        decision = next((one for one in named if REVISED.search(one.title) or "决定" in one.title), None)
        number = event.number.text if event.number is not None else ""
        if decision is not None or number:
            yield Relation(
                RelationKind.AMENDED_BY, decision.title if decision else "", number, f"{event.on} {event.words}", HEADED
            )


def _of_sentence(sentence: str, *, is_head: bool) -> Iterator[Relation]:
    named = named_in(sentence)
    if ended := ENDS.search(sentence):
        for one in named:
            if one.end <= ended.start():
                yield Relation(RelationKind.REPEALS, one.title, one.number, sentence, SAID)
        if not named:
            for number in numbers_in(sentence[: ended.start()]):
                yield Relation(RelationKind.REPEALS, "", number.text, sentence, SAID)
        return
    if change := re.search(r"对《[^》]+》[^。]{0,20}(?:作|做)(?:出)?如下修改|暂时调整实施《", sentence):
        for one in named:
            if one.start >= change.start() and one.end <= change.end() + 60:
                yield Relation(RelationKind.AMENDS, one.title, one.number, sentence, SAID)
                return
    yield from _carried_out(sentence, named, is_head=is_head)


def _carried_out(sentence: str, named: Sequence[Named], *, is_head: bool) -> Iterator[Relation]:
    """What a document is drafted on (制定依据): named between 根据 and 制定本 …, in a first article or the opening."""
    is_first = FIRST_ARTICLE.match(sentence) is not None
    own = _masked(sentence, named)
    drafted = [*DRAFTED.finditer(own)] or ([*re.finditer("制定", own)] if is_first else [])
    basis = ON_WHAT.search(own)
    if basis is not None and TO_OTHERS.search(own[: basis.start()]):
        return
    if basis is None or not drafted or drafted[-1].start() < basis.end():
        return
    if not (is_head or is_first or re.search("制定(?:本|以下|如下)", own)):
        return
    last = drafted[-1].start()
    compared = sentence.find("参照", basis.start())
    if compared != -1:
        last = min(last, compared)
    if unquoted := LAW_UNQUOTED.search(own[:last]) or RULE_UNQUOTED.search(own[:last]):
        yield Relation(RelationKind.IMPLEMENTS, unquoted[1], "", sentence, SAID)
    for one in named:
        if basis.start() <= one.start and one.end <= last:
            yield Relation(RelationKind.IMPLEMENTS, one.title, one.number, sentence, SAID)


def _masked(sentence: str, named: Sequence[Named]) -> str:
    """Return the sentence with every name in it blotted out, place by place: a name's words say nothing here."""
    for one in named:
        sentence = sentence[: one.start] + "□" * (one.end - one.start) + sentence[one.end :]
    return sentence
