"""Everybody matched with every measure (精准匹配): a table of facts read piece by piece, on all processors.

What is stored are the eligible pairs. Near misses are counted while passing, and named when somebody asks.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from queue import SimpleQueue

import pyarrow as pa
import pyarrow.parquet as pq

from yimen.policies.matching.binding import Bound, Fallback, bind
from yimen.policies.matching.desk import Desk, Piece, needed, pairs_schema
from yimen.policies.matching.plan import Plan
from yimen.policies.matching.sources import Source, batches, rows_of, schema_of
from yimen.policies.matching.verdicts import Tally, Verdicts, no_counts

AHEAD = 2
"""How many pieces for each thread are read ahead at most."""

Progress = Callable[[int], None]
"""Told how many rows are done."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run gave.

    `pairs` has a line for every subject and measure it is eligible for: `row` (place in the source, from zero),
    `measure` (its name), and the subject's key where the source has one; None where they went to a file. `absent` are
    facts the source has no column of, unknown for everybody; `fallbacks` what had to be put to the engine, and why.
    """

    rows: int
    tallies: tuple[Tally, ...]
    pairs: pa.Table | None
    absent: tuple[str, ...]
    fallbacks: tuple[Fallback, ...]


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
    bound = bind(plan, schema_of(source), on, rows=rows_of(source))
    named = key_of(source, key)
    done = pieces(plan, bound, source, key=named, threads=threads or os.cpu_count() or 1)
    return collected(plan, bound, done, pairs_schema(schema_of(source), named), into=into, progress=progress)


def key_of(source: Source, key: str) -> str:
    """Return the column that names the subject, empty where the source has none of that name."""
    return key if key in schema_of(source).names else ""


def collected(
    plan: Plan,
    bound: Bound,
    done: Iterable[Piece],
    schema: pa.Schema,
    *,
    into: Path | None,
    progress: Progress | None,
) -> Result:
    """Return what all pieces gave together; their pairs are kept in their order."""
    total, rows, kept = no_counts(plan.measures), 0, []
    writer = None if into is None else pq.ParquetWriter(into, schema, compression="zstd")
    try:
        for piece in done:
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


def pieces(plan: Plan, bound: Bound, source: Source, *, key: str, threads: int) -> Iterator[Piece]:
    """Yield what each piece of a source gives, in order; several are worked on at once."""
    schema = schema_of(source)
    desks: SimpleQueue[Desk] = SimpleQueue()
    for _ in range(threads):
        desks.put(Desk(plan, bound, schema, key))

    def work(batch: pa.RecordBatch, first: int) -> Piece:
        desk = desks.get()
        try:
            return desk.work(batch, first)
        finally:
            desks.put(desk)

    first = 0
    with ThreadPoolExecutor(threads, thread_name_prefix="matching") as pool:
        waiting: list[Future[Piece]] = []
        for batch in batches(source, needed(bound, key)):
            waiting.append(pool.submit(work, batch, first))
            first += batch.num_rows
            if len(waiting) >= AHEAD * threads:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()
