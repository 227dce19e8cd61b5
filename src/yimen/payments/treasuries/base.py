"""What every treasury must do, and what it may answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from yimen.core.errors import Unavailable


class TreasurySilent(Unavailable):
    """The treasury does not answer, or not in a way that can be trusted."""

    code = "payments.treasury-silent"
    title = "国库支付系统暂未响应，请稍后再试。"


@dataclass(frozen=True, slots=True)
class Instruction:
    """One transfer as the treasury is told it (支付指令). `reference` is ours, the idempotency key."""

    reference: str
    batch: str
    payee: str = field(repr=False)
    account: str = field(repr=False)
    bank: str = field(repr=False)
    amount_yuan: Decimal
    purpose: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The treasury has it and will pay (已受理)."""

    number: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The money has arrived (已到账), booked on that day; the amount is what the treasury says it paid."""

    number: str
    amount_yuan: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class Returned:
    """The money did not arrive and will not (拒付、退回); `reason` is the treasury's code."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class Absent:
    """The treasury has never heard of this reference: nothing was paid."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows: no answer, half an answer, or one that is not the treasury's. It may have been paid."""

    why: str


Answer = Accepted | Settled | Returned | Unknown
"""What may be answered to an instruction. Only `Unknown` leaves open whether it was taken."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One receipt of the treasury's list (回单), in the order of `sequence`; the same may come twice."""

    sequence: int
    reference: str
    says: Accepted | Settled | Returned


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a day's statement (对账单)."""

    reference: str
    number: str
    amount_yuan: Decimal


class Treasury(Protocol):
    """Whoever moves the money. No method raises for what the network does: that is `Unknown`, or `TreasurySilent`."""

    @property
    def name(self) -> str:
        """Return its name, short and stable."""

    def send(self, instruction: Instruction) -> Answer:
        """Hand over an instruction; the same reference twice is one transfer."""

    def status(self, reference: str) -> Answer | Absent:
        """Return what became of a reference."""

    def receipts(self, after: int) -> Sequence[Notice]:
        """Return the next receipts behind this sequence number, in order; none where there is nothing new.

        Raises:
            TreasurySilent: there is no answer that can be trusted.
        """

    def statement(self, day: date) -> Sequence[StatementLine]:
        """Return everything booked that day.

        Raises:
            TreasurySilent: there is no answer that can be trusted.
        """
