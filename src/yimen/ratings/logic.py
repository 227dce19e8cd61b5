"""Scores, tags, and which averages may be shown: pure values."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from yimen.ratings.models import Score

SCORES: Mapping[int, str] = {one.value: str(one.label) for one in Score}
"""The words for so many stars, the best first."""
BAD = 2
"""A rating of so many stars or fewer is a bad one (差评) and has to be put right."""
TAGS: Mapping[str, str] = {
    "fast": "办得快",
    "clear": "指南清楚",
    "easy": "操作方便",
    "kind": "态度好",
    "slow": "办得慢",
    "unclear": "指南不清楚",
    "hard": "操作不方便",
    "rude": "态度不好",
    "papers": "要的材料多",
    "unexplained": "结果没说清楚",
}
LEAST = 5
"""Below so many ratings neither their number nor their average is shown: a single one could be recognised."""
LONGEST_WORDS = 1000
SHORTEST_ANSWER = 10
TASK = "rating.bad"


def is_bad(score: int) -> bool:
    """Tell whether it has to be put right (差评)."""
    return score <= BAD


def national_code(score: int) -> int:
    """Return the code of GB/T 39046 for so many stars: 1 for 非常满意 to 5 for 非常不满意."""
    return 6 - score


def average(total: int, count: int) -> Decimal | None:
    """Return the average of `count` ratings with this sum, to one digit; None where too few were given to show it."""
    if count < LEAST:
        return None
    return (Decimal(total) / count).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
