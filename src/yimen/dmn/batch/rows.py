"""Where each row of a table stands, row by row of the batch: refuted, open or hit, as bits of words.

A row is open where nothing refutes it and some cell of it is unknown. Each column gives one word of what it leaves
possible, and they are joined by AND.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import ibis
import ibis.expr.types as ir

from yimen.dmn.batch.logic import junction, truth_of
from yimen.dmn.batch.pieces import (
    Bits,
    Column,
    Constant,
    Piece,
    as_word,
    boolean,
    is_unknown,
    merged,
    negative,
    number,
    truth,
    where,
)
from yimen.dmn.batch.segments import is_segmented, masks
from yimen.dmn.batch.words import ALL, Lookup, Words, both, either, has_any, inverse, is_set, mask
from yimen.dmn.cells import Cell
from yimen.dmn.feel import ast
from yimen.dmn.feel.scope import Apart


class Cells(Protocol):
    """What a table asks of the walker."""

    @property
    def engine(self) -> str:
        """Return the name of the engine that will compute it."""

    def expression(self, node: ast.Written, /) -> Piece:
        """Return what a column's or an output's expression compiles to."""

    def cell(self, node: ast.Written, value: Piece, /) -> Piece:
        """Return what putting a value to a cell compiles to."""

    def fixed(self, node: ast.Written, /) -> Cell | None:
        """Return what a cell says of any value, None where it does more than compare with constants."""

    def apart(self, table: ast.Table, /) -> Apart:
        """Return what tells the rows that are never hit together with one, all by their places."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What can leave a row open: a column (or a row's own tests), the rows it does so for, and where it is unknown."""

    rows: Words
    is_open: ir.BooleanValue
    waiting: Bits


@dataclass(frozen=True, slots=True)
class State:
    """Where each row of the table stands, row by row of the batch, and what leaves rows open.

    `apart` are, by row, the rows that are never hit together with it.
    """

    certain: Words
    open: Words
    asked: list[Asked]
    width: int
    apart: list[tuple[int, ...]]

    def closed_by(self, hit: Words, *, is_single: bool) -> "State":
        """Return the state with those rows closed that are never hit together with one that is hit.

        `is_single` promises that no more than one bit is set in `hit`.
        """
        if not any(any(words) for words in self.apart):
            return self
        if is_single and self.are_all_apart:
            return replace(self, open=_where(negative(has_any(hit)), self.open))
        if is_single:
            return replace(self, open=both(self.open, inverse(Lookup(hit).words(self.apart))))
        never: Words = mask((), self.width)
        for bit, words in enumerate(self.apart):
            if any(words):
                never = either(never, _where(is_set(hit, bit), words))
        return replace(self, open=both(self.open, inverse(never)))

    @property
    def are_all_apart(self) -> bool:
        """Tell whether no two rows are ever hit together."""
        return all(not any(self.together(bit)) for bit in range(self.width))

    def together(self, bit: int) -> tuple[int, ...]:
        """Return the other rows that may be hit together with this one."""
        others = mask(set(range(self.width)) - {bit}, self.width)
        return tuple(other & ~never for other, never in zip(others, self.apart[bit], strict=True))

    def waiting(self, rows: Words) -> Bits:
        """Return the facts that these open rows wait for."""
        return merged([where(boolean(one.is_open & has_any(both(rows, one.rows))), one.waiting) for one in self.asked])


@dataclass(frozen=True, slots=True)
class _Said:
    """What a column, or a row's own tests, say: rows left possible, rows left open by an unknown, rows made null."""

    possible: Words
    unknown: Words
    null: Words
    asked: Asked | None


def state_of(table: ast.Table, order: Sequence[int], cells: Cells) -> State:
    """Return where the rows stand, their bits being in this order of their places."""
    rules = [table.rules[place] for place in order]
    width = len(rules)
    said: list[_Said] = []
    own: dict[int, list[Piece]] = {}
    for place, head in enumerate(table.inputs):
        written = [(bit, test) for bit, rule in enumerate(rules) if (test := rule.tests[place]) is not None]
        if not written:
            continue
        value = cells.expression(head)
        fixed: list[tuple[int, Cell]] = []
        if isinstance(value, Column) and is_segmented(value):
            fixed = [(bit, cell) for bit, test in written if (cell := cells.fixed(test)) is not None]
            if fixed:
                said.append(_of_column(value, fixed, width))
        done = {bit for bit, _ in fixed}
        for bit, test in written:
            if bit not in done:
                own.setdefault(bit, []).append(cells.cell(test, value))
    said += [_of_row(bit, verdicts, width) for bit, verdicts in own.items()]
    none = mask((), width)
    possible: Words = mask(range(width), width)
    unknown, null = none, none
    for one in said:
        possible = both(possible, one.possible)
        unknown, null = either(unknown, one.unknown), either(null, one.null)
    certain = both(possible, inverse(either(unknown, null)))
    asked = [one.asked for one in said if one.asked is not None]
    found = cells.apart(table)
    never = [found(place) for place in order]
    apart = [mask((bit for bit, place in enumerate(order) if one >> place & 1), width) for one in never]
    return State(certain, both(possible, unknown), asked, width, apart)


def _of_column(value: Column, cells: Sequence[tuple[int, Cell]], width: int) -> _Said:
    """Return what the cells of a column say that only compare with constants."""
    rows = mask((bit for bit, _ in cells), width)
    found = masks(value, cells, width)
    is_open = is_unknown(value)
    return _Said(
        possible=_unless(is_open, found.possible, ALL),
        unknown=_where(is_open, rows),
        null=_unless(is_open, found.null, 0),
        asked=Asked(rows, is_open, value.waiting),
    )


def _of_row(bit: int, verdicts: Sequence[Piece], width: int) -> _Said:
    """Return what those cells of a row say that do more than compare with constants."""
    verdict = junction([truth_of(one) for one in verdicts], decisive=False)
    row, none, whole = mask([bit], width), mask((), width), mask(range(width), width)
    others = both(whole, inverse(row))
    if isinstance(verdict, Constant):
        return _Said(others if verdict.value is False else whole, none, row if verdict.value is None else none, None)
    refuted = boolean(verdict.value == truth(value=False))
    is_open = is_unknown(verdict)
    is_null = None if verdict.known is None else boolean(verdict.known & verdict.value.isnull())
    return _Said(
        possible=tuple(
            word if word == other else number(ibis.ifelse(refuted, as_word(other), as_word(word)))
            for word, other in zip(whole, others, strict=True)
        ),
        unknown=_where(is_open, row),
        null=none if is_null is None else _where(is_null, row),
        asked=Asked(row, is_open, verdict.waiting),
    )


def _unless(is_open: ir.BooleanValue, words: Words, otherwise: int) -> Words:
    """Return the words where the column is known, the same word for all rows elsewhere."""
    return tuple(
        word
        if isinstance(word, int) and word == otherwise
        else number(ibis.ifelse(is_open, as_word(otherwise), as_word(word)))
        for word in words
    )


def _where(condition: ir.BooleanValue, words: Words) -> Words:
    """Return the words where the condition holds, no bits elsewhere."""
    return tuple(
        0 if isinstance(word, int) and word == 0 else number(ibis.ifelse(condition, as_word(word), as_word(0)))
        for word in words
    )
