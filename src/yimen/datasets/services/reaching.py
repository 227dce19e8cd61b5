"""Reach a department's system: through the breaker, with patience, watching how it fares."""

import time
from collections.abc import Mapping, Sequence

from yimen.datasets import sources
from yimen.datasets.logic import instant
from yimen.datasets.models import Dataset
from yimen.datasets.services import breaker, freshness
from yimen.datasets.services.connections import connection_of
from yimen.datasets.sources import patience


def read(dataset: Dataset, keys: Mapping[str, str], names: Sequence[str]) -> sources.RawRecord | None:
    """Return these fields of the record, within the dataset's time-out; None where the department has no such record.

    How the system fares is written down, and where it does not look as agreed, that. Files have no breaker: to look
    into a folder costs nothing, and one file that is not there says nothing about the next.

    Raises:
        Silent: no answer, or it is paused. Nonsense: an answer not in the form agreed.
    """
    source = sources.source_of(dataset.source_kind, connection_of(dataset.connection), dataset.settings)
    leave = breaker.Pass(dataset.connection, is_trial=False)
    if dataset.source_kind != "file":
        leave = breaker.enter(dataset.connection)
    started = time.monotonic()
    try:
        raw = patience.read(source, keys, names, timeout_s=dataset.timeout_s, once=leave.is_trial)
    except sources.Silent as error:
        breaker.failed(leave, error.why)
        raise
    except sources.Nonsense as error:
        breaker.succeeded(leave, latency_ms=(time.monotonic() - started) * 1000)
        if isinstance(error, sources.Changed):
            freshness.changed(dataset.pk, str(error))
        raise
    breaker.succeeded(leave, latency_ms=(time.monotonic() - started) * 1000)
    if raw is not None:
        as_of = dataset.settings.get("as_of", "")
        freshness.seen(dataset.pk, instant(raw.get(as_of)) if as_of else None)
    return raw
