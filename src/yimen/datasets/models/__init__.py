"""Tables of the datasets room, one module a noun."""

from yimen.datasets.models.catalogue import Dataset, DatasetField, by_person
from yimen.datasets.models.granting import Grant
from yimen.datasets.models.registering import CatalogueClass, DatasetVersion, Proposal
from yimen.datasets.models.sources import Freshness, SourceHealth, SourceSystem

__all__ = [
    "CatalogueClass",
    "Dataset",
    "DatasetField",
    "DatasetVersion",
    "Freshness",
    "Grant",
    "Proposal",
    "SourceHealth",
    "SourceSystem",
    "by_person",
]
