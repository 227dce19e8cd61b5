"""A text as the grammar reads it: characters made alike one for one, so that every offset is one into the original."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from yimen.core.errors import Invalid

LONGEST = 200_000
"""The longest text that is taken apart, in characters: some two hundred pages."""


class TextRefused(Invalid):
    """The text cannot be taken apart: empty, far too long, or not Chinese text at all."""

    code = "policies.text-refused"
    title = "这份文本无法拆解。"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the original text, in characters; `end` is exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Squeezed:
    """A passage without what disturbs matching: brackets and what they hold, quotation marks, white space.

    `at` holds for every character of `text` its offset in the original.
    """

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Return where characters `start` to `end` stand in the original; what was left out between them is in it."""
        if not self.at or start >= end:
            return Span(0, 0)
        return Span(self.at[start], self.at[min(end, len(self.at)) - 1] + 1)

    def part(self, start: int, end: int) -> "Squeezed":
        """Return a part of it."""
        return Squeezed(self.text[start:end], self.at[start:end])


_ALIKE = {
    **{0xFF10 + n: ord("0") + n for n in range(10)},
    **{0xFF21 + n: ord("A") + n for n in range(26)},
    **{0xFF41 + n: ord("a") + n for n in range(26)},
    **dict(zip(map(ord, "\uff05\uff0e(),;:　\xa0~"), map(ord, "%.（），；：  ～"), strict=True)),
}
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[，：](?=\d)")
_QUOTES = set("“”\"‘’'「」『』")


def alike(text: str) -> str:
    """Return the text with full-width digits, half-width punctuation and odd spaces made alike; as long as before.

    Raises:
        TextRefused: there is nothing in it, too much, or hardly a Chinese character.
    """
    if not text.strip():
        raise TextRefused("文本是空的。请粘贴政策正文，或先对扫描件做文字识别。")
    if len(text) > LONGEST:
        raise TextRefused(f"文本有 {len(text)} 字，超过 {LONGEST} 字的上限。请按文件分开拆解。")
    letters = [one for one in text if one.isalnum() or one == "\ufffd"]
    if sum("\u4e00" <= one <= "\u9fff" for one in letters) * 4 < len(letters) or "\ufffd" in text:
        raise TextRefused(
            "文本大部分不是汉字，或含有乱码。请确认编码（应为 UTF-8 或 GB 18030），扫描件请先做文字识别。"
        )
    text = re.sub(r"(?m)^(\s*\d{1,2})\uff0e", r"\1、", text)  # a label, though the digits of a year may follow
    text = re.sub(r"(?m)^#{1,6}(?= )", lambda found: " " * len(found.group()), text)
    text = re.sub(r"(?m)(?<=[\u4e00-\u9fff）)])\.(?=\s*$)", "。", text)
    tabs = text.replace("\t", "|").translate(_ALIKE)
    return _BETWEEN_DIGITS.sub(lambda found: "," if found.group() == "，" else ":", tabs)


def squeeze(text: str, start: int = 0) -> Squeezed:
    """Return a passage squeezed; `start` is where it begins in the original."""
    kept: list[str] = []
    at: list[int] = []
    depth = 0
    for offset, one in enumerate(text):
        if one in "（【[":
            depth += 1
        elif one in "）】]":
            depth = max(0, depth - 1)
        elif depth == 0 and one not in _QUOTES and not one.isspace():
            kept.append(one)
            at.append(start + offset)
    return Squeezed("".join(kept), tuple(at))


def sentences(text: str, start: int = 0, *, marks: str = "。！？\n") -> Iterator[tuple[str, Span]]:
    """Yield the sentences of a passage with where they stand, ending marks included; blank ones are left out.

    A mark inside brackets ends nothing.
    """
    begun = depth = 0
    for offset, one in enumerate(text):
        depth += one == "（"
        depth -= one == "）" and depth > 0
        if one in marks and (depth == 0 or one == "\n"):
            if said := text[begun : offset + 1].strip():
                lead = len(text[begun : offset + 1]) - len(text[begun : offset + 1].lstrip())
                yield said, Span(start + begun + lead, start + begun + lead + len(said))
            begun = offset + 1
            depth = 0 if one == "\n" else depth
    if said := text[begun:].strip():
        lead = len(text[begun:]) - len(text[begun:].lstrip())
        yield said, Span(start + begun + lead, start + begun + lead + len(said))
