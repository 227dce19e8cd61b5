"""Connectors to departments' systems, one module a kind (数据源)."""

from yimen.datasets.sources.base import (
    Changed,
    ClientCredentials,
    Connection,
    Keys,
    Nonsense,
    RawRecord,
    Registered,
    Silent,
    Source,
    Trouble,
    register,
    source_of,
)
from yimen.datasets.sources.file import FileSource
from yimen.datasets.sources.mysql import MySqlSource
from yimen.datasets.sources.rest import RestSource
from yimen.datasets.sources.sql import SqlSource

__all__ = [
    "Changed",
    "ClientCredentials",
    "Connection",
    "FileSource",
    "Keys",
    "MySqlSource",
    "Nonsense",
    "RawRecord",
    "Registered",
    "RestSource",
    "Silent",
    "Source",
    "SqlSource",
    "Trouble",
    "register",
    "source_of",
]
