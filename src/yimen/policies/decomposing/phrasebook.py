"""The phrasebook (数源标准化): which fact a wording asks about. The same wording is always the same fact."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib import resources

from ruamel.yaml import YAML

from yimen.policies.decomposing import numerals
from yimen.policies.decomposing.expressions import (
    Against,
    All,
    Any,
    Begins,
    Compare,
    Expression,
    Holds,
    Is,
    OneOf,
    Since,
    negated,
)
from yimen.policies.decomposing.numerals import Compared, Unit

_GAP = (
    r"(?:均|各|应当|应|首次|累计|合计|总额|总数|总计|总量|比例|比重|为|在|的|达到?|时间|时长|期限|数量|要求|每年|当年)*"
)
_TAIL = _GAP + numerals.COMPARED
_UNIT_WORDS = {
    Unit.YUAN: "元",
    Unit.PERCENT: "个百分点",
    Unit.MONTHS: "个月",
    Unit.YEARS: "年",
    Unit.DAYS: "天",
    Unit.COUNT: "",
    Unit.POINTS: "分",
}
_FLIPS = re.compile(
    r"未(?!来|成年|满|达)|[没沒]有|无(?!形|人|障碍|偿)|不存在|不得有|不属于|不属|并?非(?!营利|公|全日制|物质)|不含|尚未|从未"
)
NUMBER, BOOLEAN, TEXT, DATE, LIST = "number", "boolean", "string", "date", "list"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry: the wordings, and what they ask.

    `about` names the subject it is only about (hire, intern, loan, person). A group is a kind of people, of which texts
    list several that are alternatives. In a whole wording a word of negation is part of what it says. `is_least` reads
    a bare number as a minimum, `is_strict` a limit on what was had before as one not yet reached; the values of closed
    codes leave nobody out. `alike` are facts of which the same is asked. `after` is a word that stands before, in the
    same sentence.
    """

    kind: str
    fact: str
    says: tuple[re.Pattern[str], ...]
    about: str = ""
    unit: Unit | None = None
    values: tuple[str, ...] = ()
    also: str = ""
    changeable: bool = False
    leads_to: str = ""
    valid_for: str = ""
    granted_on: str = ""
    name: str = ""
    against: str = ""
    is_group: bool = False
    is_whole: bool = False
    is_true: bool = True
    is_least: bool = False
    is_strict: bool = False
    is_closed: bool = False
    alike: tuple[str, ...] = ()
    after: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A wording found: where in the squeezed passage, what it asks, and by which entry.

    `negation` is where the word stands that turns it, None where nothing does.
    """

    start: int
    end: int
    asks: Expression
    phrase: Phrase
    negation: int | None = None


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """All entries, and what kind of value each fact takes where no dictionary says so."""

    phrases: tuple[Phrase, ...]
    titles: tuple[Phrase, ...]
    bases: tuple[Phrase, ...]
    types: Mapping[str, str]

    def find(self, text: str, *, about: frozenset[str], places: Mapping[str, str], title: str = "") -> list[Found]:
        """Return the wordings of a squeezed passage, in order, none inside another; the longer one counts.

        `about` are the subjects the passage can speak of; `places` gives prefixes of codes for 本市, 本区 and names;
        `title` is the title the measure is for, which 称号 alone then means.
        """
        found: list[Found] = []
        for phrase in (*self.phrases, *self.titles):
            if phrase.about and phrase.about not in about:
                continue
            for pattern in phrase.says:
                for match in pattern.finditer(text):
                    asks = _asks(phrase, match, places, title)
                    sentence = text[max(text.rfind(mark, 0, match.start()) for mark in "。；") + 1 : match.start()]
                    if asks is not None and match.end() > match.start() and phrase.after in sentence:
                        found.append(Found(match.start(), match.end(), asks, phrase))
        found.sort(key=lambda one: (not one.phrase.about, -(one.end - one.start), one.start))
        kept: list[Found] = []
        for one in found:
            if all(one.end <= other.start or one.start >= other.end for other in kept):
                kept.append(one)
        return [_turned(one, kept, text) for one in sorted(kept, key=lambda one: one.start)]

    def titles_in(self, text: str) -> list[Phrase]:
        """Return the titles (资质称号) a squeezed passage names, longest wording first where one holds another."""
        spans: list[tuple[int, int, Phrase]] = []
        for phrase in self.titles:
            spans.extend((m.start(), m.end(), phrase) for pattern in phrase.says for m in pattern.finditer(text))
        spans.sort(key=lambda one: one[0] - one[1])
        kept: list[tuple[int, int, Phrase]] = []
        for one in spans:
            if all(one[1] <= other[0] or one[0] >= other[1] for other in kept):
                kept.append(one)
        return list(dict.fromkeys(one[2] for one in sorted(kept, key=lambda one: one[0])))

    def base_of(self, text: str) -> str:
        """Return the fact an amount is reckoned from in this passage; empty where none is known."""
        found = [(m.end() - m.start(), p.fact) for p in self.bases for s in p.says if (m := s.search(text))]
        return max(found)[1] if found else ""

    def type_of(self, fact: str) -> str:
        """Return what kind of value the fact takes by its entries."""
        return self.types.get(fact, TEXT)

    def title_of(self, feel: str) -> Phrase | None:
        """Return the title a FEEL expression asks to be held; None where it asks for none, or for one of several."""
        return next(
            (one for one in self.titles if one.values and f'list contains({one.fact}, "{one.values[-1]}")' in feel),
            None,
        )


def title_held(phrase: Phrase, *, in_force: bool) -> Expression:
    """Return that a title is held; with `in_force` that its time has not run out."""
    held: Expression = (
        Holds(phrase.fact, phrase.values[:1])
        if len(phrase.values) == 1
        else Any(tuple(Holds(phrase.fact, (one,)) for one in phrase.values))
    )
    if in_force and phrase.granted_on and phrase.valid_for:
        return All((held, Since(phrase.granted_on, "<", phrase.valid_for)))
    return held


def _turned(found: Found, every: list[Found], text: str) -> Found:
    """Turn a claim that a word of negation stands before, in the same clause and not inside another wording."""
    if found.phrase.kind in {"quantity", "since", "against", "zero", "range"}:
        return found
    clause = max(text.rfind(mark, 0, found.start) for mark in "，；。：") + 1
    own = found.phrase.is_whole or found.phrase.kind in {"code", "title"}
    flips = [
        flip
        for flip in _FLIPS.finditer(text, clause, found.start if own else found.end)
        if not any(other.start <= flip.start() < other.end for other in every if other is not found)
    ]
    if len(flips) % 2:
        return Found(found.start, found.end, negated(found.asks), found.phrase, flips[-1].start())
    return found


def _asks(phrase: Phrase, match: re.Match[str], places: Mapping[str, str], title: str) -> Expression | None:
    groups = match.groupdict()
    match phrase.kind:
        case "claim":
            return Is(phrase.fact, phrase.is_true)
        case "code":
            codes = OneOf(phrase.fact, phrase.values)
            return All((codes, Is(phrase.also, value=True))) if phrase.also else codes
        case "list":
            return Holds(phrase.fact, phrase.values)
        case "begins":
            return Begins(phrase.fact, phrase.values)
        case "title":
            return title_held(phrase, in_force=False)
        case "place":
            prefix = places.get(groups.get("place") or "本市")
            return Begins(phrase.fact, (prefix,), absent=not phrase.is_true) if prefix else None
        case "own-title":
            return Holds(phrase.fact, (title,), absent=not phrase.is_true) if title else None
        case "zero":
            return Compare(phrase.fact, "<=", Decimal(0), _UNIT_WORDS[Unit.PERCENT])
        case "range":
            low, high = Decimal(groups["low"]), Decimal(groups["high"])
            unit = _UNIT_WORDS[phrase.unit] if phrase.unit else ""
            return All((Compare(phrase.fact, ">=", low, unit), Compare(phrase.fact, "<=", high, unit)))
        case "against":
            return Against(phrase.fact, _operator(match), phrase.against)
        case "quantity" | "since":
            compared = (
                numerals.compared(match, default=">=" if phrase.is_least else "") if groups.get("value") else None
            )
            return _compare(phrase, compared) if compared else None
        case _:
            return None


def _operator(match: re.Match[str]) -> str:
    than = match.groupdict().get("than") or ""
    for pattern, operator in ((numerals.MOST, "<="), (numerals.BELOW, "<"), (numerals.ABOVE, ">")):
        if re.fullmatch(pattern, than):
            return operator
    return ">="


def _compare(phrase: Phrase, compared: Compared) -> Expression | None:
    if phrase.kind == "since":
        quantity = compared.quantity
        letter = {Unit.YEARS: "Y", Unit.MONTHS: "M", Unit.DAYS: "D"}.get(quantity.unit)
        return Since(phrase.fact, compared.operator, f"P{int(quantity.number)}{letter}") if letter else None
    assert phrase.unit is not None
    value = compared.quantity.as_(phrase.unit)
    if value is None:
        return None
    operator = "<" if phrase.is_strict and compared.operator == "<=" else compared.operator
    number = value.normalize() + Decimal(0)
    tests = [Compare(fact, operator, number, _UNIT_WORDS[phrase.unit]) for fact in (phrase.fact, *phrase.alike)]
    return tests[0] if len(tests) == 1 else All(tuple(tests))


def _expand(pattern: str, kind: str) -> re.Pattern[str]:
    """Return a wording as a pattern: {N} is a comparison with a number, 〜 any few words of the same clause."""
    written = pattern.replace("~", r"[^，。；：]{0,18}?")
    if "{N}" in written:
        written = written.replace("{N}", _TAIL)
    elif kind in {"quantity", "since"} and "(?P<value>" not in written:
        written = f"(?:{written}){_TAIL}"
    elif kind == "against":
        written = written.replace(
            "{C}", rf"(?P<than>{numerals.BELOW}|{numerals.LEAST}|{numerals.MOST}|{numerals.ABOVE})"
        )
    return re.compile(
        written.replace(
            "{place}",
            r"(?P<place>本市|我市|全市|本区|我区|全区|本省|深圳|[\u4e00-\u9fff]{2,4}?[市省]|[\u4e00-\u9fff]{2,4}?区)",
        )
    )


@lru_cache(maxsize=1)
def phrasebook() -> Phrasebook:
    """Return the phrasebook that comes with the platform."""
    source = resources.files("yimen.policies.decomposing").joinpath("phrases.yaml").read_text(encoding="utf-8")
    return read(YAML(typ="safe").load(source))


def read(content: Mapping[str, list[Mapping[str, object]]]) -> Phrasebook:
    """Return the phrasebook a document of entries says: lists by kind of what is asked."""
    phrases = [_phrase(kind, entry) for kind, entries in content.items() for entry in entries]
    return Phrasebook(
        phrases=tuple(one for one in phrases if one.kind not in {"title", "base"}),
        titles=tuple(one for one in phrases if one.kind == "title"),
        bases=tuple(one for one in phrases if one.kind == "base"),
        types={fact: kind for one in phrases for fact, kind in _types(one)},
    )


_KINDS = {
    "quantities": "quantity",
    "since": "since",
    "claims": "claim",
    "codes": "code",
    "lists": "list",
    "beginnings": "begins",
    "titles": "title",
    "places": "place",
    "against": "against",
    "own_titles": "own-title",
    "zeros": "zero",
    "ranges": "range",
    "bases": "base",
}


def _phrase(kind: str, entry: Mapping[str, object]) -> Phrase:
    singular = _KINDS[kind]
    says, values, alike = entry["says"], entry.get("values", []), entry.get("alike", [])
    assert isinstance(says, list)
    assert isinstance(alike, list)
    assert isinstance(values, list)
    unit = entry.get("unit")
    return Phrase(
        kind=singular,
        fact=str(entry["fact"]),
        says=tuple(_expand(str(one), singular) for one in says),
        about=str(entry.get("about", "")),
        unit=Unit(str(unit)) if unit else None,
        values=tuple(str(one) for one in values),
        also=str(entry.get("also", "")),
        changeable=bool(entry.get("changeable")),
        leads_to=str(entry.get("leads_to", "")),
        valid_for=str(entry.get("valid_for", "")),
        granted_on=str(entry.get("granted_on", "")),
        name=str(entry.get("name", "")),
        against=str(entry.get("against", "")),
        is_group=bool(entry.get("group")),
        is_whole=bool(entry.get("whole")),
        is_true=bool(entry.get("is", True)),
        is_least=bool(entry.get("least")),
        is_strict=bool(entry.get("strict")),
        is_closed=bool(entry.get("closed")),
        alike=tuple(str(one) for one in alike),
        after=str(entry.get("after", "")),
    )


def _types(phrase: Phrase) -> Iterator[tuple[str, str]]:
    kinds = {
        "quantity": NUMBER,
        "zero": NUMBER,
        "range": NUMBER,
        "against": NUMBER,
        "base": NUMBER,
        "since": DATE,
        "claim": BOOLEAN,
        "list": LIST,
        "title": LIST,
        "own-title": LIST,
    }
    for fact in (phrase.fact, *phrase.alike):
        yield fact, kinds.get(phrase.kind, TEXT)
    if phrase.against:
        yield phrase.against, NUMBER
    if phrase.granted_on:
        yield phrase.granted_on, DATE
    if phrase.also:
        yield phrase.also, BOOLEAN
