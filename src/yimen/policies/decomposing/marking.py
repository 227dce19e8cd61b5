"""A text cut at what was read from it, so that a page can mark every stretch and say which proposal rests on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from yimen.policies.decomposing.reading import Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text: where it begins, its words, and the proposals that rest on it, in their order."""

    start: int
    text: str
    proposals: tuple[str, ...]


def pieces(text: str, spans: Mapping[str, tuple[Span, ...]]) -> tuple[Piece, ...]:
    """Return the text in pieces; `spans` are the stretches each proposal rests on. Together they are the whole text."""
    cuts = {0, len(text)}
    for stretches in spans.values():
        for one in stretches:
            cuts |= {min(max(one.start, 0), len(text)), min(max(one.end, 0), len(text))}
    edges = sorted(cuts)
    return tuple(
        Piece(start, text[start:end], _resting(start, end, spans)) for start, end in pairwise(edges) if start < end
    )


def _resting(start: int, end: int, spans: Mapping[str, tuple[Span, ...]]) -> tuple[str, ...]:
    return tuple(name for name, all_ in spans.items() if any(one.start <= start and end <= one.end for one in all_))
