"""The predicates of a plan over some rows at once, and how every condition and every measure stands there."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from yimen.policies.matching import bits
from yimen.policies.matching.binding import (
    FEW,
    AsConstant,
    AsCut,
    AsFlag,
    AsPair,
    AsQuery,
    AsRows,
    AsValues,
    Bound,
)
from yimen.policies.matching.bits import Words
from yimen.policies.matching.columns import Answers, coded
from yimen.policies.matching.compiled import Computer
from yimen.policies.matching.physical import Kind, Numbers, numbers

BLOCK = 8
"""How many cuts are compared with at once: what they give then still lies in the processor's own memory."""


class States:
    """A workspace for one thread: the truths of all nodes over the rows last read.

    `truths[literal]` are the bits of the rows where a literal is true, `truths[literal ^ 1]` where it is false; where
    neither is set it is unknown or null.
    """

    def __init__(self, bound: Bound, rows: int) -> None:
        """Make room for that many rows."""
        self.bound = bound
        self._room = np.zeros((2 * bound.nodes, bits.width(rows)), np.uint64)
        self._compared = np.empty((BLOCK, rows), np.bool_)
        self._answers = {
            fact: (nodes, Answers(fact, [way.evaluate for way in ways]), [way.unknown for way in ways])
            for fact, (nodes, ways) in _by_fact(bound).items()
        }
        self._width = -1
        self._computer: Computer | None = None
        self.truths = self._room
        self.lines: list[Words] = []
        self.everybody: Words = bits.everybody(0)

    def read(self, batch: pa.RecordBatch) -> None:
        """Evaluate every node over these rows.

        Columns that are no facts are left alone.
        """
        rows = batch.num_rows
        self._resize(rows)
        columns = _Columns(batch, self.bound)
        for fact, of_fact in self.bound.cuts.items():
            self._cut(columns.numbers(fact), columns.known(fact), of_fact.start, of_fact.cuts)
        for fact, (nodes, answers, unknown) in self._answers.items():
            self._ask(columns, fact, nodes, answers, unknown)
        for node, way in self.bound.ways:
            match way:
                case AsConstant(value):
                    self._fill(node, value)
                case AsFlag(fact):
                    self._set(node, columns.flags(fact), columns.known(fact))
                case AsCut(fact, cut, is_above):
                    known = columns.known(fact)
                    self._set(node, known if bool(cut) is is_above else np.zeros_like(known), known)
                case AsPair(fact, other, is_strict):
                    compare = np.greater if is_strict else np.greater_equal
                    known = columns.known(fact) & columns.known(other)
                    made = compare(columns.numbers(fact), columns.numbers(other))
                    self._set(node, bits.masked(made, known), known)
                case AsRows():
                    self._row_by_row(node, way, batch)
                case AsQuery(of, sql, on):
                    self._compute(node, of, sql, on, batch)
                case AsValues():
                    pass  # with the others over its column, above
        for node, literals in self.bound.gates:
            self._every(node, literals)

    def _resize(self, rows: int) -> None:
        width = bits.width(rows)
        if width != self._width:
            if width > self._room.shape[1]:
                self._room = np.zeros((2 * self.bound.nodes, width), np.uint64)
                self._compared = np.empty((BLOCK, rows), np.bool_)
            self._width = width
            self.truths = self._room.reshape(-1)[: 2 * self.bound.nodes * width].reshape(-1, width)
            self.lines = list(self.truths)
        self.everybody = bits.everybody(rows)
        self._fill(0, True)
        self._fill(1, None)

    def _fill(self, node: int, value: bool | None) -> None:  # noqa: FBT001 - the value itself
        self.lines[2 * node][:] = self.everybody if value is True else 0
        self.lines[2 * node + 1][:] = self.everybody if value is False else 0

    def _set(self, node: int, truly: Words, known: Words) -> None:
        """Keep where a node is true; it is false in the other rows where it is known."""
        self.lines[2 * node][:] = truly
        np.bitwise_xor(truly, known, out=self.lines[2 * node + 1])

    def _cut(self, values: Numbers, known: Words, start: int, cuts: npt.NDArray[np.generic]) -> None:
        rows = len(values)
        for place in range(0, len(cuts), BLOCK):
            some = cuts[place : place + BLOCK, None]
            made = self._compared[: len(some), :rows]
            np.greater_equal(values, some, out=made)
            first = 2 * (start + place)
            truly = bits.packed(made)
            truly &= known
            self.truths[first : first + 2 * len(some) : 2] = truly
            np.bitwise_xor(truly, known, out=self.truths[first + 1 : first + 2 * len(some) : 2])

    def _ask(
        self, columns: "_Columns", fact: str, nodes: Sequence[int], answers: Answers, unknown: Sequence[bool | None]
    ) -> None:
        known = columns.known(fact)
        codes, values, keys = coded(columns.array(fact), self.bound.kinds[fact])
        places = answers.of(values, keys)
        rows = places.take(codes, mode="clip") if len(places) else codes
        for number, (node, without) in enumerate(zip(nodes, unknown, strict=True)):
            truly, falsely = answers.truths(number, rows)
            one = bits.masked(truly, known)
            other = known ^ one if falsely is None else bits.masked(falsely, known)
            if without is not None:
                silent = known ^ self.everybody
                one, other = (one | silent, other) if without else (one, other | silent)
            self.lines[2 * node][:] = one
            self.lines[2 * node + 1][:] = other

    def _compute(self, node: int, way: AsRows, sql: str, on: date | None, batch: pa.RecordBatch) -> None:
        """Have a predicate computed by DuckDB; for the last few rows that is not worth it."""
        if batch.num_rows < FEW:
            self._row_by_row(node, way, batch)
            return
        self._computer = self._computer or Computer()
        truly, falsely = self._computer.truths(sql, batch.select(list(way.facts)), on)
        self.lines[2 * node][:], self.lines[2 * node + 1][:] = truly, falsely

    def _row_by_row(self, node: int, way: AsRows, batch: pa.RecordBatch) -> None:
        """Put a predicate to the engine for every row; rows alike are asked about once."""
        told: dict[object, bool | None] = {}
        found = np.zeros((2, batch.num_rows), np.bool_)
        columns = [batch.column(fact).to_pylist() for fact in way.facts]
        for row, values in enumerate(zip(*columns, strict=True)):
            key = values if all(map(_is_plain, values)) else repr(values)
            if key not in told:
                given = zip(way.facts, values, strict=True)
                told[key] = way.evaluate({fact: value for fact, value in given if _is_known(value)})
            verdict = told[key]
            if verdict is not None:
                found[0 if verdict else 1, row] = True
        self.lines[2 * node][:], self.lines[2 * node + 1][:] = bits.packed(found)

    def _every(self, node: int, literals: Sequence[int]) -> None:
        """Evaluate a conjunction: true where all are, false where one is."""
        lines = self.lines
        one, other, *rest = literals
        truly = np.bitwise_and(lines[one], lines[other], out=lines[2 * node])
        falsely = np.bitwise_or(lines[one ^ 1], lines[other ^ 1], out=lines[2 * node + 1])
        for literal in rest:
            np.bitwise_and(truly, lines[literal], out=truly)
            np.bitwise_or(falsely, lines[literal ^ 1], out=falsely)


def _is_known(value: object) -> bool:
    """Tell whether a cell has a value: what is no finite number is what a data frame writes for an absent one."""
    return value is not None and not (isinstance(value, float) and not math.isfinite(value))


def _is_plain(value: object) -> bool:
    return not isinstance(value, list | dict)


def _by_fact(bound: Bound) -> dict[str, tuple[list[int], list[AsValues]]]:
    found: dict[str, tuple[list[int], list[AsValues]]] = {}
    for node, way in bound.ways:
        if isinstance(way, AsValues):
            nodes, ways = found.setdefault(way.fact, ([], []))
            nodes.append(node)
            ways.append(way)
    return found


@dataclass(slots=True)
class _Columns:
    """The columns of some rows, each read once."""

    batch: pa.RecordBatch
    bound: Bound
    _known: dict[str, Words]
    _numbers: dict[str, Numbers]

    def __init__(self, batch: pa.RecordBatch, bound: Bound) -> None:
        self.batch, self.bound, self._known, self._numbers = batch, bound, {}, {}

    def array(self, fact: str) -> pa.Array:
        """Return a column as Arrow has it."""
        return self.batch.column(fact)

    def numbers(self, fact: str) -> Numbers:
        """Return a column of numbers or dates."""
        if fact not in self._numbers:
            self._numbers[fact] = numbers(self.array(fact), self.bound.kinds[fact])
        return self._numbers[fact]

    def known(self, fact: str) -> Words:
        """Return where a fact is known: there is a value, and it is finite."""
        if fact not in self._known:
            known = bits.known(self.array(fact))
            if self.bound.kinds[fact].kind is Kind.FLOAT:
                finite = np.isfinite(self.numbers(fact))
                if not finite.all():
                    known = known & bits.packed(finite)
            self._known[fact] = known
        return self._known[fact]

    def flags(self, fact: str) -> Words:
        """Return where a boolean column is true."""
        array = self.array(fact)
        return bits.of_buffer(array.buffers()[1], array.offset, len(array)) & self.known(fact)
