"""A judgement in the words of the dictionary: why each condition stands as it does, and how little was missing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from yimen import dmn
from yimen.dmn.explanation import LANGUAGES, Check, ModelNames, Phrases
from yimen.facts.logic import APPLICANT, SYSTEM, FactDefinition, Sensitivity, label
from yimen.rules.logic import DAY, Judgement, nearest
from yimen.standards import divisions

LONGEST = 300
"""How long the words of a near miss may be."""
DIVISION_DIGITS = 6
"""How many digits a code of an administrative division has (行政区划代码, GB/T 2260)."""


@dataclass(frozen=True, slots=True)
class Told:
    """One comparison that decided a condition: what was looked at, its value, what is required (要求).

    `is_met` is None where the value is not known. `is_sensitive`: it looks at what a department says of a sensitive
    kind, which a page shows only when asked for (敏感个人信息, 个人信息保护法 art. 28).
    """

    title: str
    value: str
    required: str
    is_met: bool | None
    is_sensitive: bool


@dataclass(frozen=True, slots=True)
class DictionaryNames:
    """Facts and values as the dictionary calls them; decisions as the model does. `known` are the facts at hand."""

    model: dmn.Model
    definitions: Mapping[str, FactDefinition]
    known: Mapping[str, object]

    def title(self, name: str) -> str:
        """Return what a fact or decision is called."""
        found = self.definitions.get(name)
        return found.title if found else ModelNames(self.model).title(name)

    def value(self, fact: str, value: object) -> str | None:
        """Return a fact's value in words, None where the dictionary has none of its own."""
        found = self.definitions.get(fact)
        if found is None or value is None or value == "":
            return None
        words = label(found, value)
        if words == str(value) and self._is_division(fact):
            words = divisions.name(words.ljust(DIVISION_DIGITS, "0")) or words  # 4403 begins all of 440300
        return None if words == str(value) else words

    def _is_division(self, fact: str) -> bool:
        """Tell whether a fact's value names an administrative division: then its beginnings do too."""
        return divisions.name(str(self.known.get(fact, ""))) is not None


def told(
    model: dmn.Model,
    conditions: Collection[str],
    known: Mapping[str, object],
    definitions: Mapping[str, FactDefinition],
) -> dict[str, tuple[Told, ...]]:
    """Return by condition the comparisons that decided it on the facts at hand; nothing is fetched.

    Values are in it: for the eyes of the applicant and of the officer who has the case.
    """
    found = dmn.reasons(
        model,
        [one for one in conditions if one in model.decisions],
        known,
        names=DictionaryNames(model, definitions, known),
    )
    return {name: tuple(_told(check, definitions) for check in reason.leaves()) for name, reason in found.items()}


def _told(check: Check, definitions: Mapping[str, FactDefinition]) -> Told:
    is_known = check.value is not dmn.UNKNOWN
    return Told(
        title=check.title,
        value=check.shown if is_known else "",
        required=check.required,
        is_met=check.is_met,
        is_sensitive=is_known and any(_is_sensitive(definitions.get(fact)) for fact in check.facts),
    )


def _is_sensitive(definition: FactDefinition | None) -> bool:
    return (
        definition is not None
        and definition.sensitivity is Sensitivity.SENSITIVE
        and definition.authority not in {APPLICANT, SYSTEM}
    )


def near(
    model: dmn.Model,
    judgement: Judgement,
    known: Mapping[str, object],
    definitions: Mapping[str, FactDefinition],
) -> str:
    """Return how little was missing, in words; empty where there is nothing to say.

    The rules' own words come first. Else it is the smallest changes found, on the facts at hand.
    """
    if judgement.near:
        return judgement.near
    phrases = Phrases(LANGUAGES["zh"], DictionaryNames(model, definitions, known))
    ways = [_way(one, phrases) for one in nearest(model, judgement, known)]
    while len("；或者".join(ways)) > LONGEST:
        ways.pop()
    return "；或者".join(ways)


def _way(one: dmn.NearMiss, phrases: Phrases) -> str:
    changes = "，并且".join(_change(change, phrases) for change in one.changes)
    return f"{changes}，{'这一项就符合了（其余条件还没有全部核验）' if one.missing else '就符合条件了'}"


def _change(change: dmn.Change, phrases: Phrases) -> str:
    old, new = phrases.value(change.old, change.fact), phrases.value(change.new, change.fact)
    if change.fact == DAY and isinstance(change.old, date) and isinstance(change.new, date):
        return f"{new}起申请（还差 {phrases.distance(change.old, change.new)}）"
    by = phrases.difference(change)
    return f"“{phrases.names.title(change.fact)}”由“{old}”变为“{new}”" + (f"（{by}）" if by else "")
