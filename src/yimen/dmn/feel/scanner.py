"""Words and signs of FEEL, read one at a time: what a name is depends on the names in scope (DMN 1.5, 10.3.1.2)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

from yimen.dmn.errors import FeelSyntaxError

TokenKind = Literal["name", "keyword", "number", "string", "at", "sign", "end"]
KEYWORDS = frozenset(
    [
        "and",
        "or",
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "instance",
        "of",
        "function",
        "external",
        "not",
        "null",
        "true",
        "false",
    ]
)
SPACE = r"\s\u180E\u200B\uFEFF"
BLANK = re.compile(rf"(?:[{SPACE}]|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
START = (
    r"?A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u167F\u1681-\u180D\u180F-\u1FFF"
    r"\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFEFE\uFF00-\uFFFD\U00010000-\U000EFFFF"
)
PART = START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040"
"""What a name may begin and go on with (grammar rules 28 and 29)."""
WORD = re.compile(f"[{START}][{PART}]*")
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
SIGNS = ("**", "..", "<=", ">=", "!=", "->", *"+-*/=<>()[]{},:.@'")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}
ESCAPE = re.compile(r"\\(?:U(0[0-9A-Fa-f]{5}|10[0-9A-Fa-f]{4})|u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
LONE = re.compile("[\ud800-\udfff]")
PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign, where it begins and where the next may begin (offsets from zero)."""

    kind: TokenKind
    text: str
    start: int
    end: int


class Scanner:
    """Reads tokens of a text from any offset."""

    def __init__(self, text: str) -> None:
        """Keep the text."""
        self.text = text

    def token(self, offset: int, names: "Names") -> Token:
        """Return the token at or after this offset; of the names in scope with spaces or signs, the longest wins.

        Raises:
            FeelSyntaxError: no token begins there.
        """
        blank = BLANK.match(self.text, offset)
        start = blank.end() if blank else offset
        if start >= len(self.text):
            return Token("end", "", start, start)
        longest = names.end_at(self.text, start)
        word = WORD.match(self.text, start)
        if longest and (word is None or longest > word.end()):
            return Token("name", " ".join(self.text[start:longest].split()), start, longest)
        if word:
            return Token("keyword" if word.group() in KEYWORDS else "name", word.group(), start, word.end())
        if number := NUMBER.match(self.text, start):
            end = number.end()
            if number.group().endswith(".") or self.text.startswith("..", start + len(number.group().split(".")[0])):
                end = start + len(number.group().split(".")[0])
            return Token("number", self.text[start:end], start, end)
        if string := STRING.match(self.text, start):
            return Token("string", unescape(string.group()[1:-1]), start, string.end())
        for sign in SIGNS:
            if self.text.startswith(sign, start):
                return Token("sign", sign, start, start + len(sign))
        raise FeelSyntaxError(f"无法识别的字符“{self.text[start]}”。", text=self.text, column=start + 1)


def unescape(text: str) -> str:
    """Return a string literal's text with its escapes resolved."""

    def one(found: re.Match[str]) -> str:
        long, short, letter = found.groups()
        return chr(int(long or short, 16)) if long or short else ESCAPES.get(letter, "\\" + letter)

    # Two \\u escapes may write the halves of one character beyond the first plane.
    whole = PAIR.sub(
        lambda pair: pair.group().encode("utf-16", "surrogatepass").decode("utf-16"), ESCAPE.sub(one, text)
    )
    return LONE.sub("\ufffd", whole)


@dataclass(frozen=True, slots=True)
class Names:
    """Names with spaces or signs in them, by their first character; plain words need no help to be recognised."""

    patterns: Mapping[str, tuple[re.Pattern[str], ...]] = field(default_factory=dict)

    def plus(self, names: Iterable[str]) -> Self:
        """Return these names and others."""
        patterns = dict(self.patterns)
        for name in names:
            if name and not name.isidentifier():
                patterns[name[0]] = (*patterns.get(name[0], ()), _pattern(name))
        return self if patterns == self.patterns else type(self)(patterns)

    def joined(self, others: Self) -> Self:
        """Return these names and those."""
        merged = {first: (*self.patterns.get(first, ()), *more) for first, more in others.patterns.items()}
        return type(self)({**self.patterns, **merged})

    def end_at(self, text: str, start: int) -> int:
        """Return where the longest name beginning here ends, zero where none does."""
        candidates = self.patterns.get(text[start])
        if candidates is None:
            return 0
        return max((found.end() for one in candidates if (found := one.match(text, start))), default=0)


def _pattern(name: str) -> re.Pattern[str]:
    """Return what recognises a name with spaces or signs in it, however many spaces are written."""
    words = r"\s+".join(map(re.escape, name.split()))
    return re.compile(words + (f"(?![{PART}])" if WORD.fullmatch("_" + name[-1]) else ""))
