"""When, how, where and with which papers: the particulars of a measure read from the parts that speak of them."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from yimen.policies.decomposing import numerals
from yimen.policies.decomposing.conditions import Reader
from yimen.policies.decomposing.head import Head
from yimen.policies.decomposing.proposal import Evidence, Material, Said, Window
from yimen.policies.decomposing.reading import Span, sentences
from yimen.policies.logic import Mode

Passage = tuple[str, int]
"""A stretch of the text whose characters were made alike, and where it begins."""

_MODES = (
    (Mode.NO_APPLICATION, r"免申即享|免申报|无需申请|无需申报|直接(?:拨付|兑现)"),
    (Mode.EXPRESS, r"即申即享|快申快享"),
    (Mode.SELF_DECLARED, r"自行判别|申报(?:即)?享受|自行申报|留存备查"),
)
_TIME = r"(?:\d{1,2}:\d{2})?"
_DAY_A, _DAY_B = numerals.DAY.replace("?P<", "?P<a_"), numerals.DAY.replace("?P<", "?P<b_")
_FROM_UNTIL = re.compile(rf"(?P<first>{_DAY_A}){_TIME}(?:起)?(?:至|到|—|-|–|～|~)(?P<last>{_DAY_B}|年?底){_TIME}")
_NOW_UNTIL = re.compile(rf"即日起至(?P<last>{_DAY_B})")
_BEFORE = re.compile(rf"(?:于|截至|截止(?:时间为|到|至)?)?(?P<last>{_DAY_B})(?:前|止|以前|之前)")
_ALWAYS = re.compile(r"常年(?:受理|申报)?|全年受理|随时(?:受理|申请)")
_EXECUTED = re.compile(rf"执行(?:期限|至|期)+(?P<last>{_DAY_B})")
_RELATIVE = re.compile(r"自[^，。；]{2,18}之?日起\d+(?:个月|年|日|个工作日)内|满\d+(?:个月|年)后")
_PHONE = re.compile(r"(?:0\d{2,3}-\d{4}\s?\d{4}|0\d{2,3}-\d{7,8}|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)12[0-9]{3}(?!\d))")
_NAMED = re.compile(r"(?:联系人|咨询人|联系部门|咨询部门)：?\s*([^，。；\n电话]{2,20})")
_DESK = re.compile(r"^\s*([\u4e00-\u9fff]{2,12}(?:处|科|部|中心|办)(?:室)?)[：:]", re.MULTILINE)
_OFFICE = r"[\u4e00-\u9fff]{0,14}?(?:局|委员会|委|机构|机关|服务办|中心|办公室|部门|厅|银行|街道办)"
_HANDLES = re.compile(
    rf"(?:由|向|到|报)?(?P<office>{_OFFICE})(?:依据|根据|负责(?:受理|审核|组织|发放|拨付|实施|解释)|组织(?:公示|评审|认定|开展)|受理|审核|核定|比对|核查|自动|提出申请|办理|组织实施|进行审核)"
)
_PLACE = re.compile(r"(?:办理|受理)(?:地点|部门|单位|机构)：(?P<office>[^，。；\n]{2,20})")
_ONCE = re.compile(
    r"[^，。；]{0,60}(?:不(?:得|可)?重复|只(?:予以?)?(?:奖励|资助|补助|享受)一次|限享受一次|仅(?:限)?(?:享受|奖励)一次|就高不重复|就高、不重复|不得叠加|"
    r"不得同时享受|未获得过其他|累计(?:最长)?不超过\d+年|累计(?:享受)?次数不得超过\d+次|最长不超过\d+个月|择一享受|只能享受一项)[^。；]{0,60}"
)
_PAPERS = re.compile(r"报告|证明|合同|发票|凭证|申请书|申请表|申报书|材料|清单|证书|执照|承诺书|协议|台账|复印件|名单")


def mode_of(passages: Iterable[Passage], reader: Reader) -> tuple[Mode, tuple[Evidence, ...]]:
    """Return how the measure is come by, and the sentence that says so; ORDINARY where nothing else is said."""
    for text, start in passages:
        for said, span in sentences(text, start):
            for mode, pattern in _MODES:
                if re.search(pattern, said):
                    return mode, (reader.evidence(span),)
    return Mode.ORDINARY, ()


def window_of(passages: Iterable[Passage], head: Head, reader: Reader) -> Window:
    """Return when it can be applied for: by the first passage that names days; else by how long it is in force."""
    year = head.issued_on.year if head.issued_on else None
    spoken: list[Window] = []
    for text, start in passages:
        for said, span in sentences(text, start, marks="。；\n"):
            if (window := _window(said, span, year, head.issued_on, reader)) is not None:
                if window.until or window.from_:
                    return window
                spoken.append(window)
    if spoken:
        return spoken[0]
    return Window("", head.effective_from, head.effective_until, "")


def _window(said: str, span: Span, year: int | None, issued: date | None, reader: Reader) -> Window | None:
    squeezed = re.sub(r"\s", "", said)
    evidence = (reader.evidence(span),)
    words = evidence[0].text.strip("。；\n ")
    if found := _FROM_UNTIL.search(squeezed):
        first = numerals.day(_again(found["first"]), year_of=year)
        last = (
            numerals.day(_again(found["last"]), year_of=first.year if first else year)
            if "底" not in found["last"]
            else None
        )
        return Window(words, first, last, "每年" if re.search(r"每年", squeezed) else "", evidence)
    if found := _NOW_UNTIL.search(squeezed):
        return Window(words, issued, numerals.day(_again(found["last"]), year_of=year), "", evidence)
    if found := _EXECUTED.search(squeezed):
        return Window(words, None, numerals.day(_again(found["last"]), year_of=year), "", evidence)
    rhythm = "常年" if _ALWAYS.search(squeezed) else "每年" if re.search(r"每年|按年|年度申请", squeezed) else ""
    if (found := _BEFORE.search(squeezed)) and not rhythm:
        return Window(words, None, numerals.day(_again(found["last"]), year_of=year), "", evidence)
    if rhythm or _RELATIVE.search(squeezed):
        return Window(words, None, None, rhythm, evidence)
    return None


def _again(text: str) -> re.Match[str]:
    found = re.fullmatch(numerals.DAY, text)
    assert found is not None
    return found


def contact_of(text: str, start: int, reader: Reader) -> Said:
    """Return whom to ask: a desk or a person as the document names them, and the telephone number."""
    phone = next(iter(_PHONE.finditer(text)), None)
    named = _NAMED.search(text) or _DESK.search(text)
    if phone is None and named is None:
        return Said("")
    parts = [one for one in (named[1].strip("：、 ") if named else "", phone.group() if phone else "") if one]
    at = min(one.start() for one in (phone, named) if one)
    until = max(one.end() for one in (phone, named) if one)
    begin = text.rfind("\n", 0, at) + 1
    ends = text.find("\n", until)
    return Said(" ".join(parts), (reader.evidence(Span(start + begin, start + (ends if ends >= 0 else len(text)))),))


def handled_by(passages: Iterable[Passage], head: Head, reader: Reader) -> Said:
    """Return who handles it, as the document names them; else who signed it first."""
    for pattern in (_PLACE, _HANDLES):
        for text, start in passages:
            for said, span in sentences(text, start):
                if found := pattern.search(re.sub(r"（[^（）]*）", "", said)):
                    office = found["office"].lstrip("由向到报")
                    if len(office) > 2:  # noqa: PLR2004 - 部门, 中心 alone name nobody
                        return Said(office, (reader.evidence(span),))
    return Said(head.agencies[0]) if head.agencies else Said("")


def materials_of(
    passages: Iterable[Passage], reader: Reader, is_meant: Callable[[str], bool]
) -> tuple[tuple[Material, ...], tuple[Evidence, ...]]:
    """Return the papers asked for, and where; a paper said to be 免提交 is marked.

    `is_meant` tells whether words that name who has to add a paper mean this measure.
    """
    found: dict[str, Material] = {}
    evidence: list[Evidence] = []
    for text, start in passages:
        for said, span in sentences(text, start):
            named = list(_papers(said, is_meant))
            for one in named:
                found.setdefault(one.name, one)
            if named:
                evidence.append(reader.evidence(span))
    return tuple(found.values()), tuple(evidence)


def _papers(sentence: str, is_meant: Callable[[str], bool]) -> Iterable[Material]:
    if re.search(r"不收费|不得委托|无需提交|不再要求|不需", sentence):
        return
    body = re.sub(
        r"^[^（]{0,20}?(?:材料如下|材料：|材料包括|以下材料|下列材料|(?<!免)提交|(?<!免)提供)：?", "", sentence
    )
    for part in _split(body):
        words, inside = re.sub(r"（[^）]*）", "", part), " ".join(re.findall(r"（([^）]*)）", part))
        if rule := re.match(r"(.{2,16}?(?:报告|证明|合同|发票|凭证|材料|证书))(?:须|应|需|必须)", words):
            words = rule[1]
        elif re.search(r"须|应当|应在|必须", words):
            words = ""
        words = re.sub(
            r"^(?:\d+[.、]|相关|有关|以及|和|及)|(?:等|各一份|原件|一式.份)$", "", words.strip(" 。；，\n：")
        ).strip()
        if 2 <= len(words) <= 40 and _PAPERS.search(words):  # noqa: PLR2004 - a name, not a sentence
            yield Material(words, exempt="免提交" in part or "免于提交" in part or "免提交" in inside)
        extra = re.search(r"(.{0,16}?)(?:类)?(?:须|需|应|另)附([^，。；]{2,16}(?:报告|证明|表))", inside)
        if extra and is_meant(extra[1]):
            yield Material(extra[2])


def _split(text: str) -> list[str]:
    parts, depth, begun = [], 0, 0
    for place, one in enumerate(text):
        depth += (one == "（") - (one == "）")
        joins = one in "、；，" or (one in "及和" and place > begun + 1 and bool(_PAPERS.search(text[begun:place])))
        if joins and depth == 0:
            parts.append(text[begun:place])
            begun = place + 1
    return [*parts, text[begun:]]


def excludes_of(passages: Iterable[Passage], reader: Reader) -> tuple[Said, ...]:
    """Return what may not be had together or twice, each as the document words it."""
    found: dict[str, Said] = {}
    for text, start in passages:
        for match in _ONCE.finditer(text):
            words = match.group().strip("，。； \n")
            lead = len(match.group()) - len(match.group().lstrip("，。； \n"))
            span = Span(start + match.start() + lead, start + match.start() + lead + len(words))
            found.setdefault(words, Said(words, (reader.evidence(span),)))
    return tuple(found.values())
