"""Truths of many rows as bits, 64 to a word, the first row in the lowest bit: as Arrow keeps what is known."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Words = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
WORD = 64


def width(rows: int) -> int:
    """Return how many words hold that many rows."""
    return -(-rows // WORD)


def everybody(rows: int) -> Words:
    """Return words with a bit for every row, and none beyond."""
    words = np.full(width(rows), np.iinfo(np.uint64).max, np.uint64)
    if rows % WORD:
        words[-1] = (1 << rows % WORD) - 1
    return words


def packed(truths: Bools) -> Words:
    """Return booleans as words; two dimensions are packed row by row."""
    made = np.packbits(truths, axis=-1, bitorder="little")
    missing = -made.shape[-1] % 8
    if missing:
        made = np.pad(made, [(0, 0)] * (made.ndim - 1) + [(0, missing)])
    return made.view(np.uint64)


def masked(truths: Bools, known: Words) -> Words:
    """Return booleans as words, where something is known."""
    made = packed(truths)
    made &= known
    return made


def unpacked(words: Words, rows: int) -> Bools:
    """Return words as booleans."""
    return np.unpackbits(words.view(np.uint8), axis=-1, count=rows, bitorder="little").view(np.bool_)


def of_buffer(buffer: pa.Buffer | None, offset: int, rows: int) -> Words:
    """Return the bits of one of Arrow's bitmaps as words; without a bitmap every row is set."""
    if buffer is None:
        return everybody(rows)
    read = np.frombuffer(buffer, np.uint8)
    if offset % 8:
        bits = np.unpackbits(read[offset // 8 : -(-(offset + rows) // 8)], bitorder="little")
        return packed(bits[offset % 8 : offset % 8 + rows].view(np.bool_))
    words = np.zeros(width(rows), np.uint64)
    inside = read[offset // 8 : offset // 8 + -(-rows // 8)]
    words.view(np.uint8)[: len(inside)] = inside
    if rows % WORD:
        words[-1] &= np.uint64((1 << rows % WORD) - 1)
    return words


def known(array: pa.Array) -> Words:
    """Return where an array has a value."""
    if array.null_count == 0:
        return everybody(len(array))
    return of_buffer(array.buffers()[0], array.offset, len(array))


def counts(words: Words) -> npt.NDArray[np.int64]:
    """Return how many bits each row of words has."""
    found: npt.NDArray[np.int64] = np.bitwise_count(words).sum(axis=-1, dtype=np.int64)
    return found


def places(words: Words) -> tuple[Places, Places]:
    """Return which line of a matrix, and which bit of it, is set: line by line, bits ascending."""
    flat = np.ascontiguousarray(words).reshape(-1)
    some = np.flatnonzero(flat)
    which = np.flatnonzero(np.unpackbits(flat[some].view(np.uint8), bitorder="little").view(np.bool_))
    found = some[which // WORD]
    return found // words.shape[1], found % words.shape[1] * WORD + which % WORD


def by_row(lines: Places, rows: Places) -> tuple[Places, Places]:
    """Return places in the order of their rows, and of their lines in each."""
    # two bytes are sorted digit by digit, which takes a fraction of what comparing takes
    order = np.argsort(rows.astype(np.uint16) if rows.size and rows.max() < 1 << 16 else rows, kind="stable")
    return lines[order], rows[order]


def at(words: Words, lines: Places, columns: Places) -> npt.NDArray[np.uint64]:
    """Return single bits of a matrix, as zeros and ones."""
    shift = (columns % WORD).astype(np.uint64)
    return words[lines, columns // WORD] >> shift & np.uint64(1)
