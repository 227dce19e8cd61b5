"""Verbs on data resources: keep the catalogue, keep grants, exchange."""

from yimen.datasets.services.batch import NotScannable, Snapshot, take
from yimen.datasets.services.catalogue import BadDefinition, put_dataset
from yimen.datasets.services.exchange import GrantExpired, GrantMissing, SourceNonsense, SourceSilent, exchange
from yimen.datasets.services.granting import end_grants_but, put_grant
from yimen.datasets.services.objecting import Disputed, raise_objection

__all__ = [
    "BadDefinition",
    "Disputed",
    "GrantExpired",
    "GrantMissing",
    "NotScannable",
    "Snapshot",
    "SourceNonsense",
    "SourceSilent",
    "end_grants_but",
    "exchange",
    "put_dataset",
    "put_grant",
    "raise_objection",
    "take",
]
