"""Whom to look into for a list: those the last matching of everybody found, else every organisation we know."""

from collections.abc import Iterator
from uuid import UUID

import pyarrow.parquet as pq

from yimen.lake import store
from yimen.parties import queries as parties
from yimen.parties.models import Party
from yimen.policies.models import MatchRun
from yimen.policies.services import matching

CHUNK = 1000


def candidates(measure: str) -> Iterator[Party]:
    """Yield whom to judge one by one; that a batch found somebody is a hint of whom to ask about, and no more.

    Only identifiers are taken from the batch. Everybody's own facts are read anew when they are judged.
    """
    run = MatchRun.objects.first()
    found = store.find(matching.TABLE, run.found) if run is not None and measure in run.measures else None
    if found is None or not found.has_rows:
        yield from parties.organisations().iterator(chunk_size=CHUNK)
        return
    with pq.ParquetFile(found.path) as file:
        for rows in file.iter_batches(columns=["subject", "measure"]):
            pairs = zip(rows["subject"].to_pylist(), rows["measure"].to_pylist(), strict=True)
            ids = [UUID(str(subject)) for subject, name in pairs if name == measure]
            for start in range(0, len(ids), CHUNK):
                yield from parties.organisations().filter(pk__in=ids[start : start + CHUNK])
