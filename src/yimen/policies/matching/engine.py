"""Everybody matched with every measure (精准匹配): a table of facts read piece by piece, on all processors.

What is stored are the eligible pairs. Near misses are counted while passing, and named when somebody asks.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yimen.policies.matching import bits
from yimen.policies.matching.binding import Bound, Fallback, bind
from yimen.policies.matching.plan import Plan
from yimen.policies.matching.states import States
from yimen.policies.matching.verdicts import Counts, Tally, Verdicts

PIECE = 1 << 16
"""How many rows are looked at together."""
AHEAD = 2
"""How many pieces for each thread are read ahead at most."""


class Stored(Protocol):
    """A table in a file, as a snapshot of the lake is."""

    @property
    def path(self) -> Path:
        """Return where its Parquet file is."""


Source = Path | pa.Table | Stored
Progress = Callable[[int], None]
"""Told how many rows are done."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run gave.

    `pairs` has a line for every subject and measure it is eligible for: `row` (place in the source, from zero), `measure`
    (its name), and the subject's key where the source has that column; None where they were written to a file. `absent`
    are facts the source has no column of, unknown for everybody; `fallbacks` what had to be put to the engine.
    """

    rows: int
    tallies: tuple[Tally, ...]
    pairs: pa.Table | None
    absent: tuple[str, ...]
    fallbacks: tuple[Fallback, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """What some rows gave: counts by measure, and the eligible pairs as measure and row."""

    rows: int
    counts: Counts
    pairs: pa.RecordBatch


def match(
    plan: Plan,
    source: Source,
    *,
    on: date,
    key: str = "subject",
    into: Path | None = None,
    progress: Progress | None = None,
    threads: int | None = None,
) -> Result:
    """Match every row of a source with every measure of a plan, for applications made on that day.

    Columns are facts by their full dotted names; NULL, and a number that is not finite, is unknown. Rows are read piece
    by piece, so that memory does not grow with them; with `into` neither does what is kept: pairs go to that Parquet
    file. The order of pairs is that of the rows, then of the measures, however many threads work.

    Raises:
        ColumnMismatch: a column is of another type than its fact is declared with.
    """
    bound = bind(plan, schema_of(source), on)
    key_column = key if key in schema_of(source).names else ""
    schema = pairs_schema(plan, schema_of(source), key_column)
    total = np.zeros((4 + most_conditions(plan), len(plan.measures)), np.int64)
    rows, kept = 0, []
    writer = None if into is None else pq.ParquetWriter(into, schema, compression="zstd")
    try:
        for piece in pieces(plan, bound, source, schema, key_column, threads or os.cpu_count() or 1):
            rows += piece.rows
            total += piece.counts
            if writer is None:
                kept.append(piece.pairs)
            elif piece.pairs.num_rows:
                writer.write_batch(piece.pairs)
            if progress is not None:
                progress(rows)
    finally:
        if writer is not None:
            writer.close()
    return Result(
        rows=rows,
        tallies=Verdicts(plan.measures, bound).tallies(total, rows),
        pairs=pa.Table.from_batches(kept, schema) if writer is None else None,
        absent=bound.absent,
        fallbacks=tuple(bound.fallbacks),
    )


def most_conditions(plan: Plan) -> int:
    """Return how many conditions the measure with most of them has."""
    return max((len(one.states) for one in plan.measures), default=0)


def schema_of(source: Source) -> pa.Schema:
    """Return the names and types of a source's columns."""
    if isinstance(source, pa.Table):
        return source.schema
    return pq.read_schema(source if isinstance(source, Path) else source.path)


def pairs_schema(plan: Plan, schema: pa.Schema, key: str) -> pa.Schema:
    """Return the columns of the pairs."""
    del plan
    fields = [pa.field("row", pa.int64()), pa.field("measure", pa.dictionary(pa.int32(), pa.string()))]
    return pa.schema([*fields, schema.field(key)] if key else fields)


def batches(source: Source, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Yield a source piece by piece, with these columns; a table without any keeps its rows."""
    if isinstance(source, pa.Table):
        yield from source.select(columns).to_batches(max_chunksize=PIECE)
        return
    with closing(pq.ParquetFile(source if isinstance(source, Path) else source.path)) as file:
        yield from file.iter_batches(batch_size=PIECE, columns=columns, use_threads=False)


def pieces(plan: Plan, bound: Bound, source: Source, schema: pa.Schema, key: str, threads: int) -> Iterator[Piece]:
    """Yield what each piece of a source gives, in order; several are worked on at once."""
    desks: SimpleQueue[tuple[States, Verdicts]] = SimpleQueue()
    for _ in range(threads):
        desks.put((States(bound, PIECE), Verdicts(plan.measures, bound)))
    names = pa.array(plan.names, pa.string())

    def work(batch: pa.RecordBatch, first: int) -> Piece:
        desk = desks.get()
        try:
            return _piece(*desk, batch, first, names, schema, key)
        finally:
            desks.put(desk)

    columns = [*bound.columns, *([key] if key and key not in bound.columns else [])]
    first = 0
    source_batches = (batch for batch in batches(source, columns) if batch.num_rows)
    with ThreadPoolExecutor(threads, thread_name_prefix="matching") as pool:
        waiting: list[Future[Piece]] = []
        for batch in source_batches:
            waiting.append(pool.submit(work, batch, first))
            first += batch.num_rows
            if len(waiting) >= AHEAD * threads:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


def _piece(
    states: States,
    verdicts: Verdicts,
    batch: pa.RecordBatch,
    first: int,
    names: pa.Array,
    schema: pa.Schema,
    key: str,
) -> Piece:
    with np.errstate(all="ignore"):
        states.read(batch)
        verdicts.read(states)
        counts = verdicts.tally(states)
    measures, rows = bits.places(verdicts.eligible)
    order = np.argsort(rows, kind="stable")
    measures, rows = measures[order], rows[order]
    arrays: list[pa.Array] = [
        pa.array(rows + first),
        pa.DictionaryArray.from_arrays(pa.array(measures.astype(np.int32)), names),
    ]
    if key:
        arrays.append(batch.column(key).take(pa.array(rows)))
    return Piece(batch.num_rows, counts, pa.RecordBatch.from_arrays(arrays, schema=schema))
