"""Sets of characters as sorted ranges of code points, those of Unicode's categories among them."""

import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache

CharSet = tuple[tuple[int, int], ...]
LAST = sys.maxunicode

ALL: CharSet = ((0, LAST),)


def union(*sets: CharSet) -> CharSet:
    """Return what is in any of the sets."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(part for one in sets for part in one):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(high, merged[-1][1])
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(one: CharSet) -> CharSet:
    """Return what is not in the set."""
    found, start = [], 0
    for low, high in one:
        if start < low:
            found.append((start, low - 1))
        start = high + 1
    return (*found, (start, LAST)) if start <= LAST else tuple(found)


def without(one: CharSet, other: CharSet) -> CharSet:
    """Return what is in the one and not in the other."""
    return complement(union(complement(one), other))


def of(characters: Iterable[str]) -> CharSet:
    """Return the set of these characters."""
    return union(tuple((ord(one), ord(one)) for one in characters))


def has(one: CharSet, character: str) -> bool:
    """Tell whether the set holds a character."""
    code = ord(character)
    place = bisect_right(one, (code, LAST)) - 1
    return place >= 0 and one[place][0] <= code <= one[place][1]


@cache
def _categories() -> dict[str, CharSet]:
    """Return the characters of each of Unicode's categories, by names such as `Lu` and `L`."""
    runs: dict[str, list[tuple[int, int]]] = {}
    start, current = 0, unicodedata.category(chr(0))
    for code in range(1, LAST + 2):
        found = unicodedata.category(chr(code)) if code <= LAST else ""
        if found != current:
            runs.setdefault(current, []).append((start, code - 1))
            start, current = code, found
    named = {name: tuple(ranges) for name, ranges in runs.items()}
    for letter in "LMNPZSC":
        named[letter] = union(*(ranges for name, ranges in named.items() if name[0] == letter and len(name) > 1))
    return named


@cache
def _digits() -> CharSet:
    """Return the decimal digits of all scripts; Python knows them without sorting all characters into categories."""
    everything = "".join(map(chr, range(LAST + 1)))
    return tuple((ord(run[0][0]), ord(run[0][-1])) for run in re.finditer(r"\d+", everything))


def category(name: str) -> CharSet | None:
    """Return the characters of a category such as `Lu` or `L`; None where there is none of that name."""
    return _categories().get(name)


@cache
def _cased() -> dict[int, tuple[int, ...]]:
    """Return the other cases of each character that has any."""
    found: dict[int, tuple[int, ...]] = {}
    cased = union(*(_categories()[name] for name in ("Lu", "Ll", "Lt", "Mn", "Nl", "So")))
    for code in (code for low, high in cased for code in range(low, high + 1)):
        character = chr(code)
        others = {case for case in (character.lower(), character.upper(), character.title()) if len(case) == 1}
        others |= {case for one in tuple(others) for case in (one.lower(), one.upper()) if len(case) == 1}
        if others - {character}:
            found[code] = tuple(map(ord, others))
    return found


def any_case(one: CharSet) -> CharSet:
    """Return the set with the other cases of what is in it."""
    codes: Iterable[int] = _cased()
    if one and sum(high - low + 1 for low, high in one) < len(_cased()):
        codes = (code for low, high in one for code in range(low, high + 1))
    more = tuple((other, other) for code in codes if has(one, chr(code)) for other in _cased().get(code, ()))
    return union(one, more)


SPACES = of(" \t\n\r")
NAME_START: CharSet = union(
    ((0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF)),
    ((0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF), (0x3001, 0xD7FF)),
    ((0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF)),
)
NAME_PART: CharSet = union(NAME_START, ((0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040)))


@cache
def escape(letter: str) -> CharSet | None:
    r"""Return what `\s`, `\i`, `\c`, `\d` or `\w` stands for, a capital for all else; None for another letter."""
    match letter.lower():
        case "s":
            found = SPACES
        case "i":
            found = NAME_START
        case "c":
            found = NAME_PART
        case "d":
            found = _digits()
        case "w":
            found = complement(union(*(_categories()[name] for name in "PZC")))
        case _:
            return None
    return found if letter.islower() else complement(found)
