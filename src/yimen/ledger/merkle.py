"""Merkle trees over rows, as certificate transparency builds them (RFC 9162, 2.1): root, and the path of one leaf.

A leaf is hashed with a zero byte before it and a node with a one, so that no node passes for a leaf.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

LEAF, NODE = b"\0", b"\1"


@dataclass(frozen=True, slots=True)
class Step:
    """One step from a leaf to the root: the hash beside, and whether it stands to the left."""

    hash: bytes
    is_left: bool


def leaf(entry: int, digest: str) -> bytes:
    """Return the hash of a row: of its number, eight bytes with the highest first, and its digest (hexadecimal)."""
    return hashlib.sha256(LEAF + entry.to_bytes(8) + bytes.fromhex(digest)).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root of at least one leaf, in order."""
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path(leaves: Sequence[bytes], place: int) -> tuple[Step, ...]:
    """Return the steps from the leaf at a place, counted from zero, up to the root."""
    level, steps = list(leaves), []
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            steps.append(Step(level[beside], is_left=beside < place))
        level, place = _above(level), place // 2
    return tuple(steps)


def _above(level: Sequence[bytes]) -> list[bytes]:
    """Return the level above; the last hash of an odd level goes up as it is."""
    paired = [hashlib.sha256(NODE + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
    return paired + list(level[-1:]) if len(level) % 2 else paired
