"""Verbs on data resources: keep the catalogue, keep grants, exchange."""

from yimen.datasets.services.base import BadLibrary, NothingTaken, put_library
from yimen.datasets.services.base_records import NoReason, NotYourLibrary, RecordNotFound, open_base_record
from yimen.datasets.services.batch import NotScannable, Snapshot, take
from yimen.datasets.services.catalogue import BadDefinition, put_dataset
from yimen.datasets.services.exchange import GrantExpired, GrantMissing, SourceNonsense, SourceSilent, exchange
from yimen.datasets.services.granting import end_grants_but, put_grant

__all__ = [
    "BadDefinition",
    "BadLibrary",
    "GrantExpired",
    "GrantMissing",
    "NoReason",
    "NotScannable",
    "NotYourLibrary",
    "NothingTaken",
    "RecordNotFound",
    "Snapshot",
    "SourceNonsense",
    "SourceSilent",
    "end_grants_but",
    "exchange",
    "open_base_record",
    "put_dataset",
    "put_grant",
    "put_library",
    "take",
]
