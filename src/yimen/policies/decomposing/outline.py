"""The outline of an official document: what belongs to what by its numbering and headings (GB/T 9704-2012, 7.3.3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from yimen.policies.decomposing.numerals import CHINESE
from yimen.policies.decomposing.reading import Span, squeeze

_LABELS = (
    ("chapter", rf"第[{CHINESE}\d]+[章节]"),
    ("article", rf"第[{CHINESE}\d]+条"),
    ("ideograph", r"[一二三四五六七八九十百]{1,4}[、.]"),
    ("ideograph-in-brackets", r"（[一二三四五六七八九十百]{1,4}）"),
    ("digit", r"\d{1,2}(?:[、）]|[.](?!\d))"),
    ("digit-in-brackets", r"（\d{1,2}）"),
    ("circle", r"[①-⑳]"),
)
"""一、（一）1.（1） is the order of the standard; here the order is learned from each document."""
_LABEL = re.compile("|".join(f"(?P<{name.replace('-', '_')}>{pattern})" for name, pattern in _LABELS))
PARAGRAPH = "paragraph"
ROW = "row"
_LONGEST_HEADING = 28
_LONGEST_LEAD = 16


@dataclass(slots=True)
class Node:
    """A numbered part, a paragraph or a row of a table, with what stands below it.

    `start` is where its words begin, after the label; `heading` is empty where it has none, `body` are its own words
    after the heading.
    """

    style: str
    label: str
    start: int
    text: str
    heading: str = ""
    body: str = ""
    body_start: int = 0
    children: list["Node"] = field(default_factory=list)

    @property
    def span(self) -> Span:
        """Return where its own words stand, without its children's."""
        return Span(self.start, self.start + len(self.text))

    def walk(self) -> Iterator["Node"]:
        """Yield it and everything below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()

    def leaves(self) -> Iterator["Node"]:
        """Yield every node that has words of its own besides a heading, in the order of the text."""
        return (one for one in self.walk() if one.body)

    def whole(self) -> str:
        """Return its words and those of everything below it."""
        return "\n".join(one.text for one in self.walk())


def outline(text: str, start: int = 0) -> Node:
    """Return the tree of a text whose characters were made alike; `start` is where it begins in the original."""
    root = Node("root", "", start, "")
    stack = [root]
    offset = start
    for line in text.split("\n"):
        for style, label, at, words in _pieces(line):
            node = _node(style, label, offset + at, words)
            _hang(stack, node)
        offset += len(line) + 1
    return root


def _pieces(line: str) -> Iterator[tuple[str, str, int, str]]:
    """Yield the parts of a line: one, or several where a list runs on inside it (1.…；2.…)."""
    stripped = line.strip()
    if not stripped:
        return
    lead = len(line) - len(line.lstrip())
    if "|" in stripped.strip("|") and not set(stripped) <= set("|-: "):
        yield ROW, "", lead, stripped
        return
    if set(stripped) <= set("|-: =—"):
        return
    cuts = [(0, 0, PARAGRAPH)]
    expected: dict[str, int] = {}
    for found in _LABEL.finditer(stripped):
        style = str(found.lastgroup).replace("_", "-")
        opens = found.start() == 0
        before = stripped[found.start() - 1] if not opens else ""
        ordinal = _ordinal(found.group())
        runs_on = not opens and before in "：；。，: " and ordinal == expected.get(style, 1)
        if not (opens or runs_on) or (runs_on and style in {"chapter", "article"}):
            continue
        if runs_on and ordinal == 1 and f"{_second(style)}" not in stripped[found.end() :]:
            continue
        expected[style] = ordinal + 1
        if opens:
            cuts[0] = (0, found.end(), style)
        else:
            cuts.append((found.start(), found.end(), style))
    for (begun, words_at, style), (ends, _, _) in zip(cuts, [*cuts[1:], (len(stripped), 0, "")], strict=True):
        words = stripped[words_at:ends]
        inside = len(words) - len(words.lstrip())
        if words.strip():
            yield style, stripped[begun:words_at], lead + words_at + inside, words.strip()


def _second(style: str) -> str:
    return {
        "ideograph": "二、",
        "ideograph-in-brackets": "（二）",
        "digit": "2",
        "digit-in-brackets": "（2）",
        "circle": "②",
    }.get(style, "")


def _ordinal(label: str) -> int:
    if label in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳":
        return ord(label) - ord("①") + 1
    inner = re.sub(r"[第章节条、.（）]", "", label)
    if inner.isdecimal():
        return int(inner)
    digits = {one: n for n, one in enumerate("一二三四五六七八九", 1)}
    tens, _, ones = inner.partition("十")
    if "十" in inner:
        return digits.get(tens, 1) * 10 + digits.get(ones, 0)
    return digits.get(inner, 0)


def _node(style: str, label: str, start: int, words: str) -> Node:
    """Return a node with its heading told from its body."""
    node = Node(style, label, start, words, "", words, start)
    if style in {PARAGRAPH, ROW}:
        return node
    bracketed = re.match(r"[【（]([^】）]{2,20})[】）]\s*", words)
    spaced = re.match(r"(\S{2,20})\s{1,4}(?=\S{8,})", words)
    lead = re.match(rf"([^，。；：]{{2,{_LONGEST_LEAD}}})[。：]\s*(?=\S)", words)
    if len(words) <= _LONGEST_HEADING and not re.search(r"[。；，]|的$", words):
        node.heading, node.body, node.body_start = words.rstrip("： "), "", start + len(words)
    elif style in {"article", "chapter"} and bracketed:
        node.heading, node.body, node.body_start = bracketed[1], words[bracketed.end() :], start + bracketed.end()
    elif style == "article" and spaced:
        node.heading, node.body, node.body_start = spaced[1], words[spaced.end() :], start + spaced.end()
    elif lead and not re.search(r"下列|以下|如下|\d月", lead[1]):
        node.heading, node.body, node.body_start = lead[1], words[lead.end() :], start + lead.end()
    return node


def _hang(stack: list[Node], node: Node) -> None:
    """Hang a node where it belongs, and keep the way down to it on the stack."""
    if node.style == ROW and (last := _last(stack)) is not None and last.style == ROW:
        gap = node.start - last.start - len(last.text)
        last.text += "\n" * gap + node.text  # one table, offsets kept
        last.body = last.text
        return
    if node.style in {PARAGRAPH, ROW}:
        # Words without a number go on with the last part that is a heading over several paragraphs.
        for parent in reversed(stack):
            if parent.style == "root" or not parent.body:
                parent.children.append(node)
                return
    styles = [one.style for one in stack]
    if node.style in styles:
        del stack[styles.index(node.style) :]
    stack[-1].children.append(node)
    stack.append(node)


def _last(stack: list[Node]) -> Node | None:
    """Return the node hung last, where it stands among the children of one still open."""
    return max((one.children[-1] for one in stack if one.children), key=lambda one: one.start, default=None)


def lead_of(parent: Node, child: Node) -> str:
    """Return the words that introduce a list: the parent's own, or the paragraph just before it."""
    place = next(n for n, one in enumerate(parent.children) if one is child)
    for one in reversed(parent.children[:place]):
        if one.style == PARAGRAPH:
            return squeeze(one.text).text
    return squeeze(parent.text).text
