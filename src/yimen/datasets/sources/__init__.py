"""Connectors to departments' systems, one module a kind (数据源)."""

from yimen.datasets.sources.base import Connection, Keys, Nonsense, RawRecord, Silent, Source, register, source_of
from yimen.datasets.sources.file import FileSource
from yimen.datasets.sources.rest import RestSource
from yimen.datasets.sources.sql import SqlSource

__all__ = [
    "Connection",
    "FileSource",
    "Keys",
    "Nonsense",
    "RawRecord",
    "RestSource",
    "Silent",
    "Source",
    "SqlSource",
    "register",
    "source_of",
]
