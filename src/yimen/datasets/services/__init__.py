"""Verbs on data resources: keep the catalogue, ask for grants and answer, keep grants, exchange."""

from yimen.datasets.services.catalogue import BadDefinition, put_dataset
from yimen.datasets.services.exchange import SourceNonsense, SourceSilent, exchange
from yimen.datasets.services.granting import end_grants_but, put_grant
from yimen.datasets.services.permitting import (
    BadNumber,
    ConsentMissing,
    FieldGone,
    GrantExpired,
    GrantMissing,
    GrantRevoked,
    GrantSuspended,
    NotTheGrantee,
    RateExceeded,
    Replayed,
)

__all__ = [
    "BadDefinition",
    "BadNumber",
    "ConsentMissing",
    "FieldGone",
    "GrantExpired",
    "GrantMissing",
    "GrantRevoked",
    "GrantSuspended",
    "NotTheGrantee",
    "RateExceeded",
    "Replayed",
    "SourceNonsense",
    "SourceSilent",
    "end_grants_but",
    "exchange",
    "put_dataset",
    "put_grant",
]
