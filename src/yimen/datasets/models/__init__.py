"""Tables of the datasets room, one module a noun."""

from yimen.datasets.models.base import BaseLibrary
from yimen.datasets.models.catalogue import Dataset, DatasetField, by_person
from yimen.datasets.models.granting import Grant

__all__ = ["BaseLibrary", "Dataset", "DatasetField", "Grant", "by_person"]
