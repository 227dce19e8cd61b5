"""Whether two texts are one document: by number, by title with issuer and date, by the words themselves (同一政策识别).

Pages of different publishers differ in boilerplate, typesetting and a cut sentence, so texts are compared by their
shingles; a simhash of 64 bits finds candidates among very many without reading them all (Charikar 2002): texts at a
distance of at most three bits share one of four bands of 16 bits.
"""

import hashlib
import re
from collections.abc import Iterator

import numpy as np

from yimen.policies.collecting.dates import plain

SHINGLE = 5
BITS = 64
BANDS = 4
NEAR_BITS = 3
SAME = 0.8
"""Texts that share so much of their shingles are one text, differently set."""
MUCH = 0.5
MARKS = re.compile(r"[\s《》〈〉“”\"'‘’（）()【】\[\]，,。.、：:；;！!？?·—\-－_|#*　]")


def title_key(title: str) -> str:
    """Return a title as titles are compared: without white space, marks and the state's name at its head."""
    return MARKS.sub("", plain(title)).removeprefix("中华人民共和国")


def text_key(text: str) -> str:
    """Return a text without marks, white space and widths of digits: what typesetting may change."""
    return MARKS.sub("", plain(text))


def digest(text: str) -> str:
    """Return the SHA-256 of a text as texts are compared, in hexadecimal."""
    return hashlib.sha256(text_key(text).encode()).hexdigest()


def shingles(text: str) -> frozenset[str]:
    """Return every run of five characters of the text, each once."""
    key = text_key(text)
    return frozenset(key[at : at + SHINGLE] for at in range(max(len(key) - SHINGLE + 1, 1)))


def likeness(one: str, other: str) -> float:
    """Return how much of their shingles two texts share (Jaccard): 0 to 1."""
    first, second = shingles(one), shingles(other)
    return len(first & second) / len(first | second)


def held_in(one: str, other: str) -> float:
    """Return how much of one text's shingles the other holds: 0 to 1."""
    first = shingles(one)
    return len(first & shingles(other)) / len(first)


def simhash(text: str) -> int:
    """Return 64 bits that differ little where texts differ little; as a signed number, as databases keep it."""
    hashes = np.array(
        [int.from_bytes(hashlib.blake2b(one.encode(), digest_size=8).digest(), "big") for one in shingles(text)],
        dtype=np.uint64,
    )
    bits = (hashes[:, None] >> np.arange(BITS, dtype=np.uint64)) & np.uint64(1)
    majority = bits.sum(axis=0) * 2 > len(hashes)
    value = sum(1 << at for at in range(BITS) if majority[at])
    return value - (1 << BITS) if value >> (BITS - 1) else value


def distance(one: int, other: int) -> int:
    """Return in how many bits two simhashes differ."""
    return ((one ^ other) & ((1 << BITS) - 1)).bit_count()


def bands(value: int) -> list[int]:
    """Return the four bands of a simhash, each with its place, for an index: two near ones share one of them."""
    return list(_bands(value & ((1 << BITS) - 1)))


def _bands(value: int) -> Iterator[int]:
    width = BITS // BANDS
    for band in range(BANDS):
        yield (band << width) | ((value >> (band * width)) & ((1 << width) - 1))
