"""From the words of a condition to what it asks of facts: conjunctions, alternatives, exceptions, exclusions."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from yimen.policies.decomposing import numerals
from yimen.policies.decomposing.expressions import (
    All,
    Any,
    Begins,
    Compare,
    Either,
    Expression,
    OneOf,
    Since,
    Within,
    every,
    facts,
    feel,
    near,
    negated,
    some,
)
from yimen.policies.decomposing.phrasebook import Found, Phrasebook
from yimen.policies.decomposing.proposal import Condition, Evidence
from yimen.policies.decomposing.reading import Span, Squeezed, alike, squeeze

_RANGE = re.compile(
    rf"(?P<first>{numerals.DAY.replace('?P<', '?P<a_')})(?:起)?(?:至|到|—|-|–|～)"
    rf"(?P<last>{numerals.DAY.replace('?P<', '?P<b_')})"
)
_HIRED = re.compile(r"招用|吸纳|聘用|录用|新招")
_INTERNED = re.compile(r"见习")
_LENT = re.compile(r"贷款")
_RENTED = re.compile(r"租金|租用|租赁")
_FILLER = re.compile(
    r"[，。；、：]|应当|应|须|需|必须|已经?|的|且|并|或者?|其|和|及|与|在|为|企业|单位|申报|申请|主体|符合|具有|具备|以上|以下|同时|满足|条件|要求|"
    r"截至\d{4}年[底末]|\d{4}年度?|上年度?|上一年度?|年末|年底|期间|被|依法|规定|相关|有关"
)
_WAIVED = re.compile(r"不考察|不作要求|不受(?:此|本)?(?:限|项)|可豁免|予以豁免|视同符合|除外")
_SURE, _LIKELY, _UNSURE, _UNKNOWN = 0.9, 0.75, 0.6, 0.3
_WELL, _PARTLY = 0.55, 0.3
_A_CLAUSE = 5
LONGEST_PASSAGE = 3000
"""A passage without an end longer than this is none of a document; only so much of it is read."""
_NEAR = 24
"""How many characters a day may stand before what it is the day of."""
_CASE = re.compile(
    rf"(?:职工|人数)*{numerals.COMPARED}的(?:企业|单位)?，?(?:达到|为|不低于|按)?(?P<other>{numerals.PERCENT})"
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A passage that states conditions. `excluded` means whoever it fits gets nothing.

    `is_required` means that it surely is a condition, so that one without a known wording is still kept.
    """

    text: str
    start: int
    excluded: bool = False
    is_required: bool = True
    is_rest: bool = False
    """Stands after what is given: only known wordings are conditions there, a number is a limit."""
    about: frozenset[str] = frozenset()
    period: tuple[date, date] | None = None
    """The days 同期 means in it, from the passage before."""


@dataclass(frozen=True, slots=True)
class Group:
    """Leaves of which one will do (符合下列情形之一)."""

    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads passages of one measure: what the measure is about, and the title it is for.

    `alike` is the original with its characters made alike. `memory` holds what was found before: parts that measures
    share are read once.
    """

    book: Phrasebook
    places: Mapping[str, str]
    original: str
    alike: str
    memory: dict[tuple[str, frozenset[str], str], list[Found]]
    about: frozenset[str] = frozenset()
    title: str = ""

    def about_of(self, text: str) -> frozenset[str]:
        """Return the subjects a passage can speak of besides the organisation."""
        subjects = set(self.about)
        for pattern, subject in ((_HIRED, "hire"), (_INTERNED, "intern"), (_LENT, "loan"), (_RENTED, "rent")):
            if pattern.search(text):
                subjects.add(subject)
        if "hire" not in subjects and "intern" not in subjects:
            subjects.add("person")
        return frozenset(subjects)

    def evidence(self, span: Span) -> Evidence:
        """Return a stretch of the original as evidence."""
        return Evidence(span, self.original[span.start : span.end])

    def find(
        self, squeezed: Squeezed, period: tuple[date, date] | None = None, about: frozenset[str] = frozenset()
    ) -> list[Found]:
        """Return the wordings found in a passage, with the days that go with them.

        `period` are the days 同期 means; `about` are subjects the passage speaks of though it does not name them.
        """
        subjects = self.about_of(squeezed.text) | about
        squeezed = squeezed.part(0, LONGEST_PASSAGE)
        key = (squeezed.text, subjects, self.title)
        if key not in self.memory:
            self.memory[key] = self.book.find(squeezed.text, about=subjects, places=self.places, title=self.title)
        found = self.memory[key]
        return [_with_exception(one, squeezed, self.original) for one in _with_days(found, squeezed.text, period)]


@dataclass(slots=True)
class _Conjunct:
    """Tests that belong together: all alternatives, over a stretch of the squeezed passage."""

    asks: Expression
    start: int
    end: int
    last: Found
    sentence: int


def read(units: Iterable[Leaf | Group], reader: Reader) -> tuple[Condition, ...]:
    """Return the conditions of these passages, each once, numbered c1, c2, … in the order of the text."""
    read_: list[Condition] = []
    for unit in units:
        match unit:
            case Leaf():
                read_.extend(_of_leaf(unit, reader))
            case Group(leaves):
                read_.extend(_of_group(leaves, reader))
    once: dict[str, Condition] = {}
    held = {part for one in read_ if isinstance(one.asks, All) for part in one.asks.parts}
    for one in read_:
        if one.asks in held:
            continue
        key = one.feel or one.text
        known = once.get(key)
        once[key] = replace(known, evidence=(*known.evidence, *one.evidence)) if known else one
    return tuple(replace(one, id=f"c{number}") for number, one in enumerate(once.values(), 1))


def _of_group(leaves: tuple[Leaf, ...], reader: Reader) -> list[Condition]:
    """Return the one condition a group is, or those of its only leaf that concerns the measure."""
    meant = tuple(one for one in leaves if reader.title and _names(one, reader.title, reader)) or leaves
    if len(meant) == 1:
        return _of_leaf(_with_range_of(meant[0], leaves), reader)
    parts = [every([one.asks for one in _of_leaf(leaf, reader) if one.asks is not None]) for leaf in meant]
    for place in range(1, len(parts)):
        parts[place] = parts[place] or same_quantity(parts[place - 1], squeeze(meant[place].text).text)
    if any(one is None for one in parts) and not any(one.is_required for one in meant):
        return []
    evidence = tuple(reader.evidence(Span(one.start, one.start + len(one.text))) for one in meant)
    text = "；或者".join(one.text.rstrip("；。，") for one in meant)
    if any(one is None for one in parts):
        return [_unknown(text, evidence, f"几种情形中有 {parts.count(None)} 种没有对应的数据项，请补充或改写。")]
    asks = some([one for one in parts if one is not None])
    assert asks is not None
    if _names_every_code(asks, reader.book):
        return []
    return [
        _condition(
            text, evidence, asks, book=reader.book, sure=(_LIKELY, "几种情形有一种成立即可，每种都有对应的数据项。")
        )
    ]


def same_quantity(before: Expression | None, text: str) -> Expression | None:
    """Return what a step asks that names only a number: the quantity is the one of the step before it."""
    found = re.match(rf"(?:首次|年度)?{numerals.COMPARED}", text)
    said = numerals.compared(found) if found else None
    if not isinstance(before, Compare) or said is None:
        return None
    return replace(before, operator=said.operator, value=said.quantity.number)


def _names(leaf: Leaf, title: str, reader: Reader) -> bool:
    return any(title in one.values for one in reader.book.titles_in(squeeze(leaf.text).text))


def _with_range_of(leaf: Leaf, leaves: tuple[Leaf, ...]) -> Leaf:
    """Return a leaf with the days its 同期 means: those another one names."""
    if "同期" not in leaf.text:
        return leaf
    for one in leaves:
        if found := _RANGE.search(squeeze(one.text).text):
            first, last = _days(found)
            if first and last:
                return replace(leaf, period=(first, last))
    return leaf


def _of_leaf(leaf: Leaf, reader: Reader) -> list[Condition]:
    squeezed = squeeze(leaf.text, leaf.start)
    found = reader.find(squeezed, leaf.period, leaf.about)
    whole = Span(leaf.start, leaf.start + len(leaf.text))
    if not found:
        if leaf.is_rest:
            return []
        if not leaf.is_required:
            return _silent(leaf, squeezed, [], reader, only_numbers=True)
        text = reader.original[whole.start : whole.end].strip(" ；。，\n")
        return [
            _unknown(
                text,
                (reader.evidence(whole),),
                "没有认出对应的数据项，请指定数据项，或改写为由人工判断。",
                excluded=leaf.excluded,
            )
        ]
    conjuncts = [
        one
        for one in _conjuncts(found, squeezed.text, excluded=leaf.excluded)
        if not _names_every_code(one.asks, reader.book)
    ]
    known = (
        []
        if leaf.is_rest
        else _silent(
            leaf, squeezed, [(one.start, one.end) for one in conjuncts], reader, only_numbers=not leaf.is_required
        )
    )
    for n, one in enumerate(conjuncts):
        ends = conjuncts[n + 1].start if n + 1 < len(conjuncts) else len(squeezed.text)
        begin, end = _clauses(squeezed.text, one.start, one.end, floor=conjuncts[n - 1].end if n else 0, ceiling=ends)
        evidence = reader.evidence(squeezed.span(begin, end))
        covered = _coverage(squeezed.text[begin:end], [(f.start - begin, f.end - begin) for f in found])
        sure = _sure(covered, one.asks)
        text = ("不得：" if leaf.excluded else "") + _tidy(evidence.text)
        known.append(_condition(text, (evidence,), one.asks, book=reader.book, sure=sure))
    return sorted(known, key=lambda one: one.evidence[0].span)


def _silent(
    leaf: Leaf, squeezed: Squeezed, known: list[tuple[int, int]], reader: Reader, *, only_numbers: bool
) -> list[Condition]:
    """Return the clauses of a passage in which no wording is known: conditions for a person to say.

    With `only_numbers` those that compare something with a number: they are surely conditions.
    """
    silent = []
    begun = 0
    for mark in re.finditer(r"[，；。]|$", squeezed.text):
        begin, end = begun, mark.start()
        begun = mark.end()
        compares = (m := re.search(numerals.COMPARED, squeezed.text[begin:end])) and numerals.compared(m)
        if only_numbers and not compares:
            continue
        touched = any(start < end and begin < until for start, until in known)
        if (
            touched
            or len(_FILLER.sub("", squeezed.text[begin:end])) < _A_CLAUSE
            or _WAIVED.search(squeezed.text[begin:end])
        ):
            continue
        if any(start < begin and end < until for start, until in known) or re.search(
            r"可享受|予以|给予|可申请|不予|如下|^(?:申报|申请)[^，]*的$", squeezed.text[begin:end]
        ):
            continue
        evidence = reader.evidence(squeezed.span(begin, end))
        silent.append(
            _unknown(
                _tidy(evidence.text),
                (evidence,),
                "没有认出对应的数据项，请指定数据项，或改写为由人工判断。",
                excluded=leaf.excluded,
            )
        )
    return silent


def _tidy(text: str) -> str:
    """Return the words of a condition without what joined them to their neighbours."""
    words = re.sub(r"\s+", "", text).strip("；。，、：")
    words = re.sub(r"^(?:并且|而且|且|并|的|或者|是指|其中|对|、|和|及)+", "", words)
    return re.sub(r"(?:、|且|并|具有|和|及)+$", "", words) or words


def _names_every_code(asks: Expression, book: Phrasebook) -> bool:
    """Tell whether the alternatives name every code there is, as large, medium, small and micro do."""
    if not isinstance(asks, OneOf) or asks.absent:
        return False
    closed = [phrase for phrase in book.phrases if phrase.is_closed and phrase.fact == asks.fact]
    return bool(closed) and {code for phrase in closed for code in phrase.values} <= set(asks.values)


def _conjuncts(found: list[Found], text: str, *, excluded: bool) -> list[_Conjunct]:
    """Return the tests in their groups: 或 joins alternatives, 其中 makes a case, everything else adds up."""
    grouped: list[_Conjunct] = []
    place = 0
    while place < len(found):
        one = found[place]
        before = grouped[-1] if grouped else None
        between = text[before.end : one.start] if before else text[: one.start]
        sentence = text.count("。", 0, one.start)
        asks = one.asks
        if before and "其中" in between and place + 1 < len(found):
            then = found[place + 1]
            before.asks, before.end, before.last = Either(asks, then.asks, before.asks), then.end, then
            place += 2
            continue
        if excluded:
            both = before is not None and re.search(r"且|并|同时", between) and not re.search(r"[；。]", between)
            alike = isinstance(asks, Begins | OneOf) and before is not None and facts(before.asks) == facts(asks)
            if before is not None and alike and not re.search(r"[；。]", between):
                before.asks = every([before.asks, negated(asks)]) or before.asks
                before.end, before.last = one.end, one
            elif before is not None and both:
                before.asks = some([before.asks, negated(asks)]) or before.asks
                before.end, before.last = one.end, one
            else:
                grouped.append(_Conjunct(negated(asks), one.start, one.end, one, sentence))
        elif before and _are_alternatives(before, one, between, text):
            joined = some([*(before.asks.parts if isinstance(before.asks, Any) else [before.asks]), asks])
            assert joined is not None
            before.asks, before.end, before.last = joined, one.end, one
        else:
            grouped.append(_Conjunct(asks, one.start, one.end, one, sentence))
        place += 1
    return _waived(grouped, text)


def _are_alternatives(before: _Conjunct, one: Found, between: str, text: str) -> bool:
    """Tell whether a test is an alternative to the one before it."""
    same_negation = one.negation is not None and before.last.negation == one.negation
    if same_negation:
        return False
    if "或" in between or re.match(r"[^，。；]{0,8}之一", text[one.end :]):
        return "。" not in between
    if before.last.phrase.is_group and one.phrase.is_group:
        return re.search(r"[，。且并]", between) is None
    listed = re.fullmatch(r"[^，。；]{0,3}[、；和及与]{1,3}[^，。；]{0,12}", between) is not None
    same_kind = (
        isinstance(one.asks, OneOf) and isinstance(before.last.asks, OneOf) and one.asks.fact == before.last.asks.fact
    )
    return listed and same_kind


def _waived(grouped: list[_Conjunct], text: str) -> list[_Conjunct]:
    """Return the groups with a sentence that waives what went before (不考察本项) made its alternative."""
    for number, one in enumerate(grouped):
        ends = text.find("。", one.start)
        sentence = text[text.rfind("。", 0, one.start) + 1 : ends if ends >= 0 else len(text)]
        if number and _WAIVED.search(sentence) and one.sentence > grouped[0].sentence:
            before = [other for other in grouped if other.sentence < one.sentence]
            base = every([other.asks for other in before])
            waiving = [other.asks for other in grouped if other.sentence == one.sentence]
            joined = some([*([base] if base else []), *waiving])
            assert joined is not None
            after = [other for other in grouped if other.sentence > one.sentence]
            last = [other for other in grouped if other.sentence == one.sentence][-1]
            return [_Conjunct(joined, before[0].start, last.end, last.last, before[0].sentence), *after]
    return grouped


def _with_days(found: list[Found], text: str, period: tuple[date, date] | None) -> list[Found]:
    """Return the wordings with when a title was granted, that it is in force, or when somebody was hired."""
    ranges = [(m.start(), m.end(), *_days(m)) for m in _RANGE.finditer(text)]
    if period:
        ranges += [(m.start(), m.end(), *period) for m in re.finditer("同期", text)]
    done: list[Found] = []
    for one in found:
        asks, start, end = one.asks, one.start, one.end
        clause = text[max(text.rfind(mark, 0, start) for mark in "；。") + 1 : start]
        behind = re.match(r"[^，；。]*", text[end:])
        around = clause + (behind.group() if behind else "")
        if one.phrase.kind == "title" and one.phrase.granted_on:
            held = [asks]
            for at, until, first, last in ranges:
                granted = re.search(r"新?获|认定|公告|通过", text[until : end + 6])
                if at < start < until + _NEAR and first and last and granted:
                    held.append(Within(one.phrase.granted_on, first, last))
                    start = at
            if re.search(r"有效期内?", around) and one.phrase.valid_for:
                held.append(Since(one.phrase.granted_on, "<", one.phrase.valid_for))
            asks = every(held) or asks
        done.append(replace(one, asks=asks, start=start))
    for at, until, first, last in ranges:
        hired = _HIRED.search(text, until, until + 12)
        if hired and first and last:
            phrase = next((one.phrase for one in found if one.phrase.about == "hire"), None)
            if phrase:
                done.append(
                    Found(
                        at,
                        hired.end(),
                        Within("hire.hired_on", first, last),
                        replace(phrase, kind="day", is_group=False),
                    )
                )
    return sorted(done, key=lambda one: one.start)


def _with_exception(found: Found, squeezed: Squeezed, original: str) -> Found:
    """Return a comparison with the case its brackets make: 达到10%（超过100人的企业达到5%）."""
    asks = found.asks
    if not isinstance(asks, Compare) or found.end > len(squeezed.at):
        return found
    behind = alike(original[squeezed.at[found.end - 1] + 1 :][:60] or "。汉")
    inside = re.match(r"（([^（）]{6,40})）", behind)
    case = _CASE.search(inside[1]) if inside else None
    if case is None:
        return found
    size = numerals.compared(case)
    other = numerals.quantity(case["other"])
    if size is None or other is None:
        return found
    where = Compare("org.employee_headcount", size.operator, size.quantity.number)
    return replace(found, asks=Either(where, replace(asks, value=other.number), asks))


def _days(found: re.Match[str]) -> tuple[date | None, date | None]:
    first = re.fullmatch(numerals.DAY, found["first"])
    last = re.fullmatch(numerals.DAY, found["last"])
    assert first
    assert last
    begun = numerals.day(first)
    return begun, numerals.day(last, year_of=begun.year if begun else None)


def _clauses(text: str, start: int, end: int, *, floor: int, ceiling: int) -> tuple[int, int]:
    """Return a stretch widened to whole clauses, but not into its neighbours."""
    begin = max(floor, max(text.rfind(mark, 0, start) for mark in "，；。：") + 1)
    ends = min([at for mark in "，；。" if (at := text.find(mark, end)) >= 0] or [len(text)])
    return begin, ends if ends <= ceiling else end


def _coverage(text: str, spans: list[tuple[int, int]]) -> float:
    """Return the share of a passage's own words that the phrasebook knows."""
    known = [any(start <= n < end for start, end in spans) for n in range(len(text))]
    rest = "".join(one for one, is_known in zip(text, known, strict=True) if not is_known)
    left = len(_FILLER.sub("", rest))
    seen = sum(known)
    return seen / (seen + left) if seen + left else 0.0


def _sure(covered: float, asks: Expression) -> tuple[float, str]:
    names = "、".join(one for one in facts(asks) if one != "application.date")
    if covered >= _WELL:
        return _SURE, f"措辞手册认得这句话（覆盖 {covered:.0%}），数据项为 {names}。"
    if covered >= _PARTLY:
        return _LIKELY, f"措辞手册认得这句话的大半（{covered:.0%}），数据项为 {names}；请核对其余的话是否另有要求。"
    return _UNSURE, f"只认出这句话的一部分（{covered:.0%}），数据项为 {names}；请核对其余的话。"


def _condition(
    text: str, evidence: tuple[Evidence, ...], asks: Expression, *, book: Phrasebook, sure: tuple[float, str]
) -> Condition:
    named = facts(asks)
    written = feel(asks)
    title = book.title_of(written) if "not(" not in written else None
    words = near(asks) or (f'"需要先取得“{title.name}”，并在有效期内"' if title else "")
    return Condition("", text, evidence, asks, named, written, title.leads_to if title else "", words, *sure)


def _unknown(text: str, evidence: tuple[Evidence, ...], because: str, *, excluded: bool = False) -> Condition:
    return Condition("", ("不得：" if excluded else "") + text, evidence, None, (), "", "", "", _UNKNOWN, because)
