"""Tables of the datasets room, one module a noun."""

from yimen.datasets.models.base import BaseLibrary
from yimen.datasets.models.catalogue import Dataset, DatasetField, by_person
from yimen.datasets.models.granting import Basis, ExchangeCall, Grant, GrantUse
from yimen.datasets.models.objections import Objection
from yimen.datasets.models.quality import QualityFinding, QualityRule, QualityRun
from yimen.datasets.models.registering import CatalogueClass, DatasetVersion, Proposal
from yimen.datasets.models.requesting import GrantRequest, GrantStep, RequestedField
from yimen.datasets.models.sources import Freshness, SourceHealth, SourceSystem

__all__ = [
    "BaseLibrary",
    "Basis",
    "CatalogueClass",
    "Dataset",
    "DatasetField",
    "DatasetVersion",
    "ExchangeCall",
    "Freshness",
    "Grant",
    "GrantRequest",
    "GrantStep",
    "GrantUse",
    "Objection",
    "Proposal",
    "QualityFinding",
    "QualityRule",
    "QualityRun",
    "RequestedField",
    "SourceHealth",
    "SourceSystem",
    "by_person",
]
