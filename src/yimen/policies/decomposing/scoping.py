"""Which of several measures a passage is about: by the words that only one of them has."""

import re

from yimen.policies.decomposing.reading import squeeze
from yimen.policies.decomposing.seeds import Seed

_NAMES_ONE = re.compile(
    r"^(?:其中|[（(]?\d?[）)]?)?(?:申报|申请|享受|对于?|属于|符合)?(?P<what>[^，。；：]{2,24}?)(?:的|类)?(?:，|：|企业|项目|应|须|按|申请前|申请|除|每年)"
)
_COMMON = re.compile(r"企业|补贴|奖励|资助|补助|项目|申报|申请|人员|本市|符合|条件|应|的|单位|享受|一次性|创业")
_PAIR = 2
_MOSTLY = 0.55


def _pairs(text: str) -> set[str]:
    words = _COMMON.sub("|", text)
    return {words[n : n + _PAIR] for n in range(len(words) - 1) if "|" not in words[n : n + _PAIR]}


def likeness(text: str, seed: Seed, every: list[Seed]) -> int:
    """Return how many pairs of characters of a passage only this measure's name has."""
    own = _pairs(squeeze(seed.name).text)
    shared = (
        set().union(*(_pairs(squeeze(one.name).text) for one in every if one is not seed)) if len(every) > 1 else set()
    )
    return len(_pairs(text) & (own - shared))


def concerns(text: str, seed: Seed, every: list[Seed]) -> bool:
    """Tell whether a passage is about this measure: about none in particular, or about it rather than another."""
    if len(every) == 1:
        return True
    words = squeeze(text).text
    named = _NAMES_ONE.match(words)
    if named is None:
        return True
    # 个人… and 小微企业… open a passage about one of two measures that are named alike.
    applicants = [one for one in every if re.match(r"个人|小微企业", one.name)]
    opening = re.match(r"(?:符合条件的)?(个人|小微企业)", words)
    if len(applicants) > 1 and opening and seed in applicants:
        return seed.name.startswith(opening[1])
    liked = {id(one): likeness(named["what"], one, every) for one in every}
    best = max(liked.values())
    names_one = best > _MOSTLY * len(_pairs(named["what"]))
    return not names_one or liked[id(seed)] == best
