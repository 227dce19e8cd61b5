"""Facts as a file or a program gives them: one a line, by dotted name; lists of records by place (hire[2].category)."""

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from yimen.facts.logic import (
    MOST_ENTRIES,
    FactDefinition,
    FactType,
    InvalidFact,
    UnknownFact,
    base_name,
    convert,
    title_of,
)

ENTRY = re.compile(r"(?P<roster>[a-z][a-z0-9_]*)(\[(?P<place>[1-9]\d{0,5})\])?\.(?P<part>[a-z][a-z0-9_.]*)")
ONLY = 1
"""The place of an entry written without one: it is the only entry (hire.category)."""


@dataclass(frozen=True, slots=True)
class Flat:
    """The facts given, converted; `single` are the lists of records given as one entry without a place."""

    values: Mapping[str, object]
    dictionary: Mapping[str, FactDefinition]
    single: frozenset[str]

    def among(self, used: Collection[str]) -> dict[str, object]:
        """Return those the rules use. A list of records nobody said anything of is one entry of which nothing is known.

        So what is missing is named by the facts of the dictionary, and not by the list as a whole.
        """
        known = {name: value for name, value in self.values.items() if name in used}
        silent: dict[str, object] = {name: [{}] for name in self._rosters(used) if name not in known}
        return {**known, **silent}

    def shown(self, path: str) -> str:
        """Return how whoever gave the facts would write this one: without a place where there is but one entry."""
        roster = roster_of(path)
        return base_name(path) if roster in self.single or roster not in self.values else path

    def title(self, shown: str) -> str:
        """Return what a fact is called, by its name as shown; the name itself where the dictionary has none."""
        return title_of(shown, self.dictionary) or shown

    def _rosters(self, used: Collection[str]) -> list[str]:
        return [one for one in used if one in self.dictionary and self.dictionary[one].type is FactType.RECORDS]


def gather(given: Mapping[str, object], dictionary: Mapping[str, FactDefinition]) -> Flat:
    """Return the facts as the engine wants them; null is unknown.

    Raises:
        UnknownFact: a name is not in the dictionary; the nearest one is named.
        InvalidFact: a value cannot be its fact, or the entries of a list are not numbered from one without a gap.
    """
    values: dict[str, object] = {}
    entries: dict[str, dict[int, dict[str, object]]] = {}
    placed: dict[str, set[int | None]] = {}
    for name, value in given.items():
        entry = _entry(name, dictionary)
        if entry is not None:
            roster, place, part = entry
            placed.setdefault(roster, set()).add(place)
            entries.setdefault(roster, {}).setdefault(place or ONLY, {})[part] = value
        elif name not in dictionary:
            raise _unknown(name, dictionary)
        elif value is not None:
            values[name] = convert(dictionary[name], value)
    single = frozenset(roster for roster, places in placed.items() if None in places)
    for roster, numbered in entries.items():
        if roster in given or (roster in single and len(placed[roster]) > 1):
            raise _mixed(roster)
        values[roster] = convert(dictionary[roster], _in_order(roster, numbered))
    return Flat(values, dictionary, single)


def roster_of(name: str) -> str:
    """Return the list a fact would be of, were it a fact of an entry: hire for hire[2].category."""
    return base_name(name).partition(".")[0]


def _entry(name: str, dictionary: Mapping[str, FactDefinition]) -> tuple[str, int | None, str] | None:
    """Return list, place and part where the name is a fact of an entry of a list of records, else None."""
    found = ENTRY.fullmatch(name)
    if found is None:
        return None
    roster = dictionary.get(found["roster"])
    if roster is None or roster.type is not FactType.RECORDS or found["part"] not in roster.parts:
        return None
    return roster.name, int(found["place"]) if found["place"] else None, found["part"]


def _in_order(roster: str, placed: Mapping[int, dict[str, object]]) -> list[dict[str, object]]:
    if len(placed) != max(placed) or len(placed) > MOST_ENTRIES:
        absent = next(place for place in range(1, max(placed)) if place not in placed)
        raise InvalidFact(f"写了 {roster}[{max(placed)}]，却没有 {roster}[{absent}]。请从 1 起连续编号。", fact=roster)
    return [placed[place] for place in sorted(placed)]


def _mixed(roster: str) -> InvalidFact:
    return InvalidFact(
        f"“{roster}”有几种写法混在一起。只有一条时写 {roster}.…，多条时都写 {roster}[1].…、{roster}[2].…，"
        f"或者写成 {roster} 的列表。",
        fact=roster,
    )


def _unknown(name: str, dictionary: Mapping[str, FactDefinition]) -> UnknownFact:
    near = difflib.get_close_matches(base_name(name), dictionary, n=1)
    return UnknownFact(
        f"数据字典中没有“{name[:120]}”。" + (f"是不是“{near[0]}”？" if near else "请检查名称。"), fact=name[:120]
    )
