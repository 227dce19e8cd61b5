"""Whoever moves the money (国库): the port every treasury stands behind, and those there are."""

from yimen.payments.treasuries.base import (
    Absent,
    Accepted,
    Answer,
    Instruction,
    Notice,
    Returned,
    Settled,
    StatementLine,
    Treasury,
    TreasurySilent,
    Unknown,
)
from yimen.payments.treasuries.chosen import TreasuryNotSet, configured

__all__ = [
    "Absent",
    "Accepted",
    "Answer",
    "Instruction",
    "Notice",
    "Returned",
    "Settled",
    "StatementLine",
    "Treasury",
    "TreasuryNotSet",
    "TreasurySilent",
    "Unknown",
    "configured",
]
