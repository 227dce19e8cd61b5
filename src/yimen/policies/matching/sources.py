"""Tables of facts, read piece by piece: in memory, in a Parquet file, or a snapshot of the lake."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

PIECE = 1 << 16
"""How many rows are looked at together."""


class Stored(Protocol):
    """A table in a file, as a snapshot of the lake is."""

    @property
    def path(self) -> Path:
        """Return where its Parquet file is."""


class InMemory(Protocol):
    """A table of Arrow."""

    @property
    def schema(self) -> Any:
        """Return its columns."""

    def select(self, columns: Sequence[str]) -> Any:
        """Return some of its columns."""


Source = Path | Stored | InMemory


def schema_of(source: Source) -> pa.Schema:
    """Return the names and types of a source's columns."""
    return source.schema if isinstance(source, pa.Table) else pq.read_schema(path_of(source))


def rows_of(source: Source) -> int:
    """Return how many rows a source has."""
    if isinstance(source, pa.Table):
        return int(source.num_rows)
    return int(pq.read_metadata(path_of(source)).num_rows)


def batches(source: Source, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield a source piece by piece, with these columns; none is empty."""
    if isinstance(source, pa.Table):
        yield from (one for one in source.select(columns).to_batches(max_chunksize=PIECE) if one.num_rows)
        return
    with closing(pq.ParquetFile(path_of(source))) as file:
        found = file.iter_batches(batch_size=PIECE, columns=list(columns), use_threads=False)
        yield from (one for one in found if one.num_rows)


def groups(path: Path) -> Sequence[tuple[int, int]]:
    """Return the row groups of a file: the number of each, and the place of its first row."""
    with closing(pq.ParquetFile(path)) as file:
        sizes = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    return [(number, sum(sizes[:number])) for number in range(len(sizes))]


def batches_in(path: Path, group: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield one row group of a file piece by piece."""
    with closing(pq.ParquetFile(path)) as file:
        found = file.iter_batches(batch_size=PIECE, columns=list(columns), row_groups=[group], use_threads=False)
        yield from (one for one in found if one.num_rows)


def path_of(source: Source) -> Path:
    """Return the file of a source that is in one."""
    if isinstance(source, Path):
        return source
    assert not isinstance(source, pa.Table)
    return source.path  # type: ignore[union-attr]  # the one left
