"""Plain text and Markdown to paragraphs."""

import re

from yimen.policies.collecting.labels import clean, labels_in
from yimen.policies.collecting.source import Source
from yimen.policies.collecting.trouble import NotCollected, Reason


def read_text(text: str) -> Source:
    """Return the paragraphs of a text, a line each; signs of Markdown at their heads are dropped.

    Raises:
        NotCollected: there is no text.
    """
    lines = (clean(re.sub(r"^\s*#{1,6}\s*", "", line)) for line in text.splitlines())
    paragraphs = tuple(line for line in lines if line)
    if not paragraphs:
        raise NotCollected(Reason.EMPTY, "文件是空的，没有正文。")
    return Source(paragraphs, labels=labels_in(paragraphs))
