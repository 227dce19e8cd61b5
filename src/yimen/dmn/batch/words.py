"""Rows of a table as bits of int64 words, `WORD` to a word. A word that is the same for all rows is a Python int."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import ibis
import ibis.expr.types as ir

from yimen.dmn.batch.pieces import WORD, any_of, as_word, boolean, choose, number

Word: TypeAlias = "int | ir.IntegerValue"
Words = tuple[Word, ...]
ALL = -1
"""All bits of a word."""


def mask(bits: Iterable[int], width: int) -> tuple[int, ...]:
    """Return words with these bits set."""
    words = [0] * -(-width // WORD)
    for bit in bits:
        words[bit // WORD] |= 1 << bit % WORD
    return tuple(words)


def both(left: Words, right: Words) -> Words:
    """Return the bits set in both."""
    return tuple(_both(a, b) for a, b in zip(left, right, strict=True))


def _both(left: Word, right: Word) -> Word:
    if isinstance(left, int) and isinstance(right, int):
        return left & right
    if isinstance(left, int):
        left, right = right, left
    if isinstance(right, int) and right in {0, ALL}:
        return left if right else 0
    return as_word(left) & as_word(right)


def either(left: Words, right: Words) -> Words:
    """Return the bits set in one of them."""
    return tuple(_either(a, b) for a, b in zip(left, right, strict=True))


def _either(left: Word, right: Word) -> Word:
    if isinstance(left, int) and isinstance(right, int):
        return left | right
    if isinstance(left, int):
        left, right = right, left
    if isinstance(right, int) and right in {0, ALL}:
        return right or left
    return as_word(left) | as_word(right)


def inverse(words: Words) -> Words:
    """Return the bits not set. Minus one minus the word, for Ibis writes no brackets around `~` either."""
    return tuple(-1 - word if isinstance(word, int) else number(-1 - word) for word in words)


def has_any(words: Words) -> ir.BooleanValue:
    """Return where a bit is set; never NULL."""
    varying = [boolean(word != 0) for word in words if not isinstance(word, int)]
    fixed = any(word for word in words if isinstance(word, int))
    return any_of([*varying, boolean(ibis.literal(True))] if fixed else varying)


def is_set(words: Words, bit: int) -> ir.BooleanValue:
    """Return where a bit is set; never NULL."""
    return boolean((as_word(words[bit // WORD]) & as_word(1 << bit % WORD)) != 0)


def has_several(words: Words) -> ir.BooleanValue:
    """Return where more than one bit is set; never NULL."""
    several = [boolean((as_word(word) & number(as_word(word) - 1)) != 0) for word in words]
    if len(words) > 1:
        count = sum(
            (boolean(as_word(word) != 0).cast("int8") for word in words[1:]), (as_word(words[0]) != 0).cast("int8")
        )
        several.append(boolean(count > 1))
    return any_of(several)


def lowest(words: Words) -> Words:
    """Return the lowest bit set of all, by itself."""
    found: list[Word] = []
    for place, word in enumerate(words):
        one = word & -word if isinstance(word, int) else number(word & number(-word))
        earlier = words[:place]
        if all(isinstance(before, int) and before == 0 for before in earlier):
            found.append(one)
        else:
            found.append(number(choose(has_any(tuple(earlier)), as_word(0), as_word(one))))
    return tuple(found)


def before(low: Words) -> Words:
    """Return all bits below the lowest bit, which stands by itself; all bits where there is none."""
    found: list[Word] = []
    for place, word in enumerate(low):
        one = number(as_word(word) - 1)
        earlier = low[:place]
        found.append(number(choose(has_any(tuple(earlier)), as_word(0), one)) if place else one)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What stands for each bit, found by halving: `leaves` by bit, `none` where no bit is set."""

    low: Words

    def of(self, leaves: Sequence[ir.Value], none: ir.Value) -> ir.Value:
        """Return the leaf of the bit that is set."""
        groups = [leaves[start : start + WORD] for start in range(0, len(leaves), WORD)]
        cases = []
        for word, group in zip(self.low, groups, strict=True):
            bits = [1 << place for place in range(len(group))]
            whole = as_word(word)
            made = halved(group, [_at_most(whole, bit) for bit in bits[:-1]])
            cases.append((boolean(whole != 0), made))
        return ibis.cases(*cases, else_=none)

    def words(self, leaves: Sequence[tuple[int, ...]]) -> Words:
        """Return the words of the bit that is set; no bits where none is."""
        zero = ibis.literal(0, "int64")
        return tuple(
            number(self.of([ibis.literal(leaf[place], "int64") for leaf in leaves], zero))
            for place in range(len(self.low))
        )


def _at_most(word: ir.IntegerValue, bit: int) -> Callable[[], ir.BooleanValue]:
    return lambda: boolean(word <= ibis.literal(bit, "int64"))


def halved(leaves: Sequence[ir.Value], tests: Sequence[Callable[[], ir.BooleanValue]]) -> ir.Value:
    """Return the leaf before the first test that holds; each test implies those after it.

    Neighbours that are alike become one, and the tests are asked by halving: a handful, however many leaves.
    """
    kept = [place for place in range(len(tests)) if not leaves[place].equals(leaves[place + 1])]
    return _halved([leaves[place] for place in kept] + [leaves[-1]], [tests[place] for place in kept])


def _halved(leaves: Sequence[ir.Value], tests: Sequence[Callable[[], ir.BooleanValue]]) -> ir.Value:
    if len(leaves) == 1:
        return leaves[0]
    middle = (len(tests)) // 2
    low = _halved(leaves[: middle + 1], tests[:middle])
    high = _halved(leaves[middle + 1 :], tests[middle + 1 :])
    return ibis.ifelse(tests[middle](), low, high)
