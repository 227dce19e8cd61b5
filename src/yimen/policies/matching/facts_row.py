"""The row of one organisation in the table taken for matching: facts a few hours old, by their names."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow.parquet as pq

from yimen.lake import store
from yimen.parties.models import Party
from yimen.policies.matching import facts_table
from yimen.policies.matching.facts_table import CODE, SUBJECT, TABLE


@dataclass(frozen=True, slots=True)
class Row:
    """What was known of an organisation when the table was made; what is unknown is left out."""

    values: Mapping[str, object]
    as_of: datetime


def of(party: Party, names: Collection[str]) -> Row | None:
    """Return these facts of this organisation, None where the table was never made or it is not in it."""
    try:
        snapshot = facts_table.newest()
    except store.NoSnapshot:
        return None
    columns = [name for name, _ in snapshot.schema if name in names]
    found = pq.read_table(snapshot.path, columns=columns or [CODE], filters=[(SUBJECT, "=", str(party.pk))]).to_pylist()
    if not found:
        return None
    values = {name: value for name, value in found[0].items() if name in names and value is not None}
    return Row(values, snapshot.taken_at)


__all__ = ["TABLE", "Row", "of"]
