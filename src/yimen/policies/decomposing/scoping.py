"""Which of several measures a passage is about: by the words that only one of them has."""

import re
from collections import Counter
from functools import lru_cache

from yimen.policies.decomposing.reading import squeeze
from yimen.policies.decomposing.seeds import Seed

_NAMES_ONE = re.compile(
    r"^(?:其中|[（(]?\d?[）)]?)?(?:申报|申请|享受|对于?|属于|符合)?(?P<what>[^，。；：]{2,24}?)(?:的|类)?(?:，|：|企业|项目|应|须|按|申请前|申请|除|每年)"
)
_COMMON = re.compile(r"企业|补贴|奖励|资助|补助|项目|申报|申请|人员|本市|符合|条件|应|的|单位|享受|一次性|创业")
_PAIR = 2
_OPENING = 80
_MOSTLY = 0.55


def _pairs(text: str) -> set[str]:
    words = _COMMON.sub("|", text)
    return {words[n : n + _PAIR] for n in range(len(words) - 1) if "|" not in words[n : n + _PAIR]}


@lru_cache(maxsize=64)
def _own_pairs(names: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """Return for each name the pairs of characters that no other of them has."""
    pairs = [_pairs(squeeze(name).text) for name in names]
    counted = Counter(pair for one in pairs for pair in one)
    return tuple(frozenset(pair for pair in one if counted[pair] == 1) for one in pairs)


@lru_cache(maxsize=8192)
def _named(what: str, names: tuple[str, ...]) -> frozenset[int] | None:
    """Return the places of the names that these words are like, None where they are like none in particular."""
    pairs = _pairs(what)
    liked = [len(pairs & own) for own in _own_pairs(names)]
    best = max(liked)
    if best <= _MOSTLY * len(pairs):
        return None
    return frozenset(place for place, like in enumerate(liked) if like == best)


def concerns(text: str, seed: Seed, every: list[Seed]) -> bool:
    """Tell whether a passage is about this measure: about none in particular, or about it rather than another."""
    if len(every) == 1:
        return True
    words = squeeze(text[:_OPENING]).text
    named = _NAMES_ONE.match(words)
    if named is None:
        return True
    # 个人… and 小微企业… open a passage about one of two measures that are named alike.
    opening = re.match(r"(?:符合条件的)?(个人|小微企业)", words)
    if opening and re.match(r"个人|小微企业", seed.name) and _other_applicants(seed, every):
        return seed.name.startswith(opening[1])
    meant = _named(named["what"], tuple(one.name for one in every))
    return meant is None or next(place for place, one in enumerate(every) if one is seed) in meant


def _other_applicants(seed: Seed, every: list[Seed]) -> bool:
    return any(one is not seed and re.match(r"个人|小微企业", one.name) for one in every)
