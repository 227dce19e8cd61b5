"""Patterns ready to use: what matches, where, and replacements (XQuery and XPath Functions 3.1, 5.6.2 to 5.6.4)."""

import re
from collections.abc import Iterator
from functools import lru_cache

from yimen.dmn.feel.bounds import METER, SHIFT
from yimen.dmn.feel.regex import parse, python
from yimen.dmn.feel.regex.machine import Machine, Marks
from yimen.dmn.feel.regex.tree import BadPattern

FLAGS = frozenset("smixq")
COST = 100_000
"""How many ways through a text Python's backtracking may be let try."""


class Pattern:
    """A pattern; the ways to search with it."""

    def __init__(self, text: str, flags: str) -> None:
        """Read the pattern.

        Raises:
            BadPattern: it does not follow the grammar, or is too large.
        """
        if not set(flags) <= FLAGS:
            raise BadPattern
        self._tree, self.groups = parse.parse(text, flags)
        self._degree = python.degree(self._tree)
        self.is_literal = "q" in flags
        self._machine: Machine | None = None
        try:
            self._re = re.compile(python.source(self._tree))
        except (re.error, RecursionError, OverflowError) as error:
            raise BadPattern from error

    def matches(self, text: str) -> Iterator[Marks]:
        """Yield the places of each match and its groups (-1 for a group that matched nothing), from left to right.

        Raises:
            BadPattern: it has back references, and backtracking could take for ever.
            TooLong: the search takes too many steps.
        """
        cost = COST + 1 if self._degree is None else (len(text) + 1) ** (self._degree + 1)
        if cost <= COST:
            METER.steps += cost >> SHIFT
            for found in self._re.finditer(text):
                yield tuple(place for number in range(self.groups + 1) for place in found.span(number))
            return
        if self._machine is None:
            self._machine = Machine(self._tree, self.groups)
        yield from self._machine.matches(text)

    def is_in(self, text: str) -> bool:
        """Tell whether the pattern matches somewhere in the text."""
        return next(self.matches(text), None) is not None

    def split(self, text: str) -> list[str] | None:
        """Return what stands between the matches; None where the pattern matches the empty text."""
        if self.is_in(""):
            return None
        parts, last = [], 0
        for start, end, *_ in self.matches(text):
            parts.append(text[last:start])
            last = end
        return [*parts, text[last:]]

    def replaced(self, text: str, replacement: str, longest: int) -> str | None:
        """Return the text with every match replaced; `$1` is what the first group matched, `$0` the whole.

        None where the pattern matches the empty text, the replacement is none, or the result gets too long.
        """
        pieces = [replacement] if self.is_literal else _pieces(replacement, self.groups)
        if pieces is None or self.is_in(""):
            return None
        found, last, length = [], 0, 0
        for marks in self.matches(text):
            new = [text[last : marks[0]]]
            new += [one if isinstance(one, str) else text[marks[2 * one] : marks[2 * one + 1]] for one in pieces]
            last = marks[1]
            length += sum(map(len, new))
            if length > longest:
                return None
            found += new
        return "".join([*found, text[last:]])


def _pieces(replacement: str, groups: int) -> list[str | int] | None:
    r"""Return a replacement's texts and group numbers; None where it is none: `\` and `$` are written `\\` and `\$`."""
    pieces: list[str | int] = []
    at = 0
    while at < len(replacement):
        one, after = replacement[at], replacement[at + 1 : at + 2]
        at += 1
        if one == "\\":
            if after not in {"\\", "$"}:
                return None
            pieces.append(after)
            at += 1
        elif one == "$":
            if not (after.isascii() and after.isdigit()):
                return None
            number, at = int(after), at + 1
            while (
                (digit := replacement[at : at + 1]).isascii() and digit.isdigit() and 10 * number + int(digit) <= groups
            ):
                number, at = 10 * number + int(digit), at + 1
            if number <= groups:
                pieces.append(number)
        else:
            pieces.append(one)
    return pieces


@lru_cache(maxsize=256)
def compiled(text: str, flags: str) -> Pattern | None:
    """Return the pattern written; None where it is none."""
    try:
        return Pattern(text, flags)
    except BadPattern:
        return None
