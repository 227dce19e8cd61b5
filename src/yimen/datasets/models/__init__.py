"""Tables of the datasets room, one module a noun."""

from yimen.datasets.models.catalogue import Dataset, DatasetField, by_person
from yimen.datasets.models.granting import Grant
from yimen.datasets.models.objections import Objection
from yimen.datasets.models.quality import QualityFinding, QualityRule, QualityRun

__all__ = ["Dataset", "DatasetField", "Grant", "Objection", "QualityFinding", "QualityRule", "QualityRun", "by_person"]
