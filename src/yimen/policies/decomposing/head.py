"""What frames the text: title, number, whom it is addressed to, who signed it and when (GB/T 9704-2012, 7.3)."""

import re
from dataclasses import dataclass
from datetime import date

from yimen.policies.decomposing import numerals
from yimen.policies.decomposing.reading import Span

_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,16}[〔【（\[](\d{4})[〕】）\]](?:第)?0*([1-9]\d*)号")
_BODY_OPENS = re.compile(r"第[一1]条|一、|（一）|1[.、]")
_AGENCY = re.compile(r"[\u4e00-\u9fff]{2,30}(?:局|厅|部|委员会|办公室|政府|委|院|中心|总局|署|会)")
_UNTIL = re.compile(rf"至({numerals.DAY})(?:止|$|[。，])")
_FROM = re.compile(rf"自({numerals.DAY}|印发之日|发布之日|公布之日)起(?:执行|施行|实施|生效)")
_LASTS = re.compile(rf"有效期(?:为|至)?({numerals.NUMBER})年")


@dataclass(frozen=True, slots=True)
class Head:
    """The frame of a document. `body` is where its body stands; dates are None and words empty where nothing is said.

    `effective_until` is the last day it is in force.
    """

    title: str
    number: str
    agencies: tuple[str, ...]
    issued_on: date | None
    effective_from: date | None
    effective_until: date | None
    body: Span


def head(text: str) -> Head:
    """Return the frame of a text whose characters were made alike."""
    lines = [(found.group(), found.start()) for found in re.finditer(r"[^\n]+", text) if found.group().strip()]
    top = [line for line in lines if not line[0].lstrip().startswith("【")]
    title, begins = _title(top)
    number = _NUMBER.search(text[: begins + 400])
    agencies, issued, ends = _signature(lines, len(text))
    from_, until = _in_force(text, issued)
    return Head(
        title=title,
        number=f"{re.sub(r'[〔【（].*', '', number.group())}〔{number[1]}〕{number[2]}号" if number else "",
        agencies=agencies,
        issued_on=issued,
        effective_from=from_,
        effective_until=until,
        body=Span(min(begins, ends), ends),
    )


def _title(lines: list[tuple[str, int]]) -> tuple[str, int]:
    """Return the title, and where what follows it begins."""
    said: list[str] = []
    for line, at in lines:
        words = line.strip()
        ends = _NUMBER.fullmatch(words) or words.endswith(("：", "。")) or _BODY_OPENS.match(words)
        if ends or (said and re.search(r"(?:通知|公告|办法|措施|意见|规程|细则|指南|方案|规定)$", "".join(said))):
            return "".join(said), at
        said.append(words)
    return ("".join(said), lines[-1][1]) if len(lines) < 3 else ("", lines[0][1] if lines else 0)  # noqa: PLR2004


def _signature(lines: list[tuple[str, int]], end: int) -> tuple[tuple[str, ...], date | None, int]:
    """Return who signed and when, and where the body ends."""
    for place in range(len(lines) - 1, max(len(lines) - 8, 0), -1):
        words, at = lines[place][0].strip(), lines[place][1]
        dated = re.fullmatch(numerals.DAY, words)
        if dated is None:
            continue
        begins, names = at, ""
        for above, above_at in reversed(lines[:place]):
            if not re.fullmatch(r"[\u4e00-\u9fff、\s]{4,60}", above.strip()) or not _AGENCY.search(above):
                break
            begins, names = above_at, f"{above.strip()} {names}"
        return tuple(re.split(r"[、\s]+", names.strip())) if names else (), numerals.day(dated), begins
    return (), None, end


def _in_force(text: str, issued: date | None) -> tuple[date | None, date | None]:
    """Return the first and the last day the document says it is in force."""
    from_: date | None = None
    until: date | None = None
    for found in _FROM.finditer(text):
        inner = re.fullmatch(numerals.DAY, found[1])
        from_ = numerals.day(inner) if inner else issued
        if ending := _UNTIL.search(text, found.end(), found.end() + 40):
            until = _day(ending[1], from_)
    if (lasts := _LASTS.search(text)) and from_ and until is None and (years := numerals.number(lasts[1])):
        until = date.fromordinal(from_.replace(year=from_.year + int(years)).toordinal() - 1)
    return from_, until


def _day(text: str, near: date | None) -> date | None:
    found = re.fullmatch(numerals.DAY, text)
    return numerals.day(found, year_of=near.year if near else None) if found else None
