"""Document numbers (发文字号): organ code, year in 〔 〕, serial without leading zero and without 第, 号.

Source: GB/T 9704-2012, 7.2.5. Decrees (国务院令第716号) and announcements (公告2023年第5号) are numbered otherwise,
which is no error; what is: other brackets, 第, leading zeros. Those are put right with a warning.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from yimen.policies.collecting.dates import plain

RIGHT = re.compile(r"^[\u4e00-\u9fa5]+〔\d{4}〕[1-9]\d*号$")
WRITTEN = re.compile(
    r"(?P<code>[\u4e00-\u9fa5]{1,16})\s*[〔\[【（(﹝\uff3b〈〖]\s*(?P<year>(?:19|20)\d{2})\s*年?\s*[〕\]】）)﹞\uff3d〉〗]"
    r"\s*(?P<ordinal>第)?\s*(?P<serial>\d{1,5})\s*号"
)
ORGAN = r"(?:中华人民共和国|中国)?[\u4e00-\u9fa5、 ]{2,40}?"
DECREE = re.compile(
    rf"(?P<organ>{ORGAN})\s*(?:令\s*第?\s*(?P<serial>\d{{1,4}})\s*号|第\s*(?P<serial2>\d{{1,4}})\s*号\s*令)"
)
ANNOUNCEMENT = re.compile(
    r"(?P<organ>[\u4e00-\u9fa5]{0,20}?)公告\s*[（(]?\s*(?P<year>(?:19|20)\d{2})\s*年?\s*[）)]?\s*第\s*(?P<serial>\d{1,5})\s*号"
)
SPECIFICATION = re.compile(r"[A-Z]{2,8}(?:/[A-Z])?\s?\d{2,6}(?:\.\d+)?[—–-]\d{4}")
SHORTEST_ORGAN, LONGEST_ORGAN = 2, 30
NOT_OF_A_CODE = re.compile(
    r"^(?:根据|依据|按照|依照|以及|现将|废止|关于|印发|公布|发布|文件|文号|为|和|与|及|的|以|《|在)+"
)


class Form(StrEnum):
    """How a number is written."""

    NUMBER = "发文字号"
    DECREE = "令"
    ANNOUNCEMENT = "公告"
    SPECIFICATION = "规范编号"


@dataclass(frozen=True, slots=True)
class Number:
    """A number in its right form, as it was written, and what was put right."""

    text: str
    written: str
    form: Form
    warnings: tuple[str, ...] = ()
    start: int = 0
    end: int = 0

    @property
    def code(self) -> str:
        """The organ's code name (机关代字) of a 发文字号, such as 深府办规; the organ of a decree."""
        return re.split(r"〔|令第|公告", self.text, maxsplit=1)[0]


def normalise(written: str) -> Number | None:
    """Return the number in its right form; None if the words are no number at all.

    >>> normalise("国办函[2018]071号").text
    '国办函〔2018〕71号'
    """
    found = numbers_in(written.strip())
    if not found:
        return None
    first = found[0]
    return first if first.start <= 1 and first.end >= len(written.strip()) - 1 else None


def numbers_in(text: str) -> list[Number]:
    """Return every number in the text in the order they stand, each put right."""
    narrow = plain(text)
    found = [*_numbers(narrow), *_decrees(narrow), *_announcements(narrow), *_specifications(narrow)]
    kept: list[Number] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def is_normative(number: str) -> bool:
    """Tell whether the code name marks a normative document (规范性文件), which carries a 有效期.

    Source: practice of Guangdong and Shenzhen (深府规、粤府办规).
    """
    return RIGHT.match(number) is not None and number.partition("〔")[0].endswith("规")


def _numbers(text: str) -> list[Number]:
    found = []
    for match in WRITTEN.finditer(text):
        code = NOT_OF_A_CODE.sub("", match["code"])
        if not code or code.endswith(("年", "月", "日", "款", "条")):
            continue
        start = match.end("code") - len(code)
        written = text[start : match.end()]
        right = f"{code}〔{match['year']}〕{int(match['serial'])}号"
        if int(match["serial"]):
            found.append(Number(right, written, Form.NUMBER, tuple(_put_right(match, right)), start, match.end()))
    return found


def _put_right(match: re.Match[str], right: str) -> list[str]:
    told = []
    if match.string[match.end("code") : match.start("year")].strip() != "〔":
        told.append("年份应使用六角括号〔〕")
    if match["ordinal"]:
        told.append("顺序号前不写“第”")
    if match["serial"].startswith("0"):
        told.append("顺序号不编虚位")
    return [f"发文字号写作“{match.group().strip()}”，{'、'.join(told)}，已规范为“{right}”。"] if told else []


def _decrees(text: str) -> list[Number]:
    found = []
    for match in DECREE.finditer(text):
        organ = re.split(r"\d日|[，。；：（(《》]|日 ", match["organ"])[-1]
        organ = re.sub(r"^(?:和|由|以|经|及|原|根据|按照|年|月|日|\s)+", "", organ.strip())
        start = match.end("organ") - len(match["organ"].rstrip()) + match["organ"].rstrip().rfind(organ) if organ else 0
        name = re.sub(r"中华人民共和国|\s", "", organ)
        serial = int(match["serial"] or match["serial2"])
        if SHORTEST_ORGAN <= len(name) <= LONGEST_ORGAN and serial and not name.endswith(("命", "法", "司", "指")):
            found.append(
                Number(f"{name}令第{serial}号", text[start : match.end()], Form.DECREE, (), start, match.end())
            )
    return found


def _announcements(text: str) -> list[Number]:
    return [
        Number(
            f"{match['organ']}公告{match['year']}年第{int(match['serial'])}号",
            match.group(),
            Form.ANNOUNCEMENT,
            (),
            match.start(),
            match.end(),
        )
        for match in ANNOUNCEMENT.finditer(text)
    ]


def _specifications(text: str) -> list[Number]:
    return [
        Number(match.group(), match.group(), Form.SPECIFICATION, (), match.start(), match.end())
        for match in SPECIFICATION.finditer(text)
    ]
