"""Tables of the datasets room, one module a noun."""

from yimen.datasets.models.catalogue import Dataset, DatasetField, by_person
from yimen.datasets.models.granting import Basis, ExchangeCall, Grant, GrantUse
from yimen.datasets.models.requesting import GrantRequest, GrantStep, RequestedField

__all__ = [
    "Basis",
    "Dataset",
    "DatasetField",
    "ExchangeCall",
    "Grant",
    "GrantRequest",
    "GrantStep",
    "GrantUse",
    "RequestedField",
    "by_person",
]
