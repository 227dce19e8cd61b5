"""Of what a document treats: the class printed on its page, else one guessed from its words (主题分类).

Classes are the first level of those the State Council's site files its documents under (政府信息公开主题分类).
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from yimen.policies.collecting.found import GUESSED, PRINTED, Found
from yimen.policies.collecting.source import Source

TABLE = Path(__file__).with_name("topics.yaml")
ENOUGH = 3


def topic_of(source: Source, *, title: str) -> Found[str] | None:
    """Return the printed class, levels parted by a backslash; else the one most words speak for."""
    for printed in source.labels.get("topic", ()):
        return Found(re.sub(r"\s*[\\/\uff3c>]\s*", r"\\", printed), f"主题分类：{printed}", PRINTED, "页面标注")
    return guess(title, source.paragraphs)


@cache
def words_by_topic() -> Mapping[str, tuple[str, ...]]:
    """Return the words that speak for each class."""
    kept = YAML(typ="safe").load(TABLE.read_text(encoding="utf-8"))
    return {topic: tuple(words) for topic, words in kept.items()}


def guess(title: str, paragraphs: Sequence[str]) -> Found[str] | None:
    """Return the class most words speak for: a word in the title counts as ten in the opening; None if few do."""
    opening = "".join(paragraphs)[:1500]
    points = {
        topic: sum(10 * title.count(word) * len(word) + min(opening.count(word), 8) for word in words)
        for topic, words in words_by_topic().items()
    }
    best = max(points, key=lambda topic: points[topic])
    if points[best] < ENOUGH:
        return None
    words = [word for word in words_by_topic()[best] if word in title or word in opening]
    return Found(best, f"提到{'、'.join(words[:5])}", GUESSED, "用词")
