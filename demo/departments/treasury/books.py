"""The treasury's books: one SQLite file, every change in a transaction that is on the disk before it is answered."""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from demo.departments.treasury.faults import Fault, Faults

SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (reference TEXT PRIMARY KEY, ordinal INTEGER NOT NULL, tries INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS instruction (
    reference TEXT PRIMARY KEY, number TEXT NOT NULL, digest TEXT NOT NULL, account TEXT NOT NULL, amount TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL, booked_on TEXT NOT NULL, tries INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS transfer (id INTEGER PRIMARY KEY, reference TEXT NOT NULL, account TEXT NOT NULL,
    amount TEXT NOT NULL, booked_on TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS receipt (sequence INTEGER PRIMARY KEY AUTOINCREMENT, reference TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS closed_account (account TEXT PRIMARY KEY);
"""
"""`transfer` is the money itself: a row for each time an account was really credited."""


@dataclass(frozen=True, slots=True)
class Booked:
    """An instruction as the books have it."""

    reference: str
    number: str
    amount: str
    state: str
    reason: str
    on: str

    def to_json(self) -> dict[str, object]:
        """Return it as it is answered."""
        return {
            "reference": self.reference,
            "number": self.number,
            "amount": self.amount,
            "state": self.state,
            "reason": self.reason,
            "on": self.on,
        }


class Different(Exception):
    """The key was used before for something else."""


class Books:
    """The books at a path. Several threads may use it, each call on a connection of its own."""

    def __init__(self, path: Path, faults: Faults) -> None:
        """Open the books, making them where there are none."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self.faults = faults
        with self._writing() as line:
            line.executescript(SCHEMA)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection inside a transaction that nobody else writes beside."""
        line = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        try:
            line.execute("PRAGMA journal_mode = WAL")
            line.execute("BEGIN IMMEDIATE")
            yield line
            if line.in_transaction:
                line.execute("COMMIT")
        finally:
            line.close()

    def meet(self, reference: str) -> tuple[Fault, int]:
        """Return what befalls this instruction, and which try this is, counted from one; kept before anything else."""
        with self._writing() as line:
            row = line.execute("SELECT ordinal, tries FROM seen WHERE reference = ?", [reference]).fetchone()
            if row is None:
                ordinal = int(line.execute("SELECT count(*) FROM seen").fetchone()[0]) + 1
                line.execute("INSERT INTO seen VALUES (?, ?, 1)", [reference, ordinal])
                return self.faults.of(ordinal), 1
            line.execute("UPDATE seen SET tries = tries + 1 WHERE reference = ?", [reference])
            return self.faults.of(int(row[0])), int(row[1]) + 1

    def take(self, reference: str, *, body: bytes, account: str, amount: str, fault: Fault, on: date) -> Booked:
        """Take an instruction and pay it, once: the same again is answered from the books.

        Raises:
            Different: the reference was used for something else.
        """
        digest = hashlib.sha256(body).hexdigest()
        with self._writing() as line:
            known = line.execute("SELECT digest FROM instruction WHERE reference = ?", [reference]).fetchone()
            if known is not None:
                line.execute("UPDATE instruction SET tries = tries + 1 WHERE reference = ?", [reference])
                if known[0] != digest:
                    raise Different
            else:
                self._book(line, reference, digest=digest, account=account, amount=amount, fault=fault, on=on)
            return _found(line, reference)

    def _book(
        self,
        line: sqlite3.Connection,
        reference: str,
        *,
        digest: str,
        account: str,
        amount: str,
        fault: Fault,
        on: date,
    ) -> None:
        """Write an instruction that was never seen, and credit the account if it can be."""
        is_closed = fault is Fault.CLOSED or (
            line.execute("SELECT 1 FROM closed_account WHERE account = ?", [account]).fetchone() is not None
        )
        state, reason = "SETTLED", ""
        if is_closed:
            state, reason = "REFUSED", "account-closed"
        elif fault is Fault.RETURNED:
            state, reason = "RETURNED", "name-differs"
        number = f"GK{on:%Y%m%d}{hashlib.sha256(reference.encode()).hexdigest()[:10].upper()}"
        line.execute(
            "INSERT INTO instruction VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
            [reference, number, digest, account, amount, state, reason, on.isoformat()],
        )
        if state == "SETTLED":
            line.execute(
                "INSERT INTO transfer (reference, account, amount, booked_on) VALUES (?, ?, ?, ?)",
                [reference, account, amount, on.isoformat()],
            )
        if not is_closed:
            for _ in range(2 if fault is Fault.DOUBLE_RECEIPT else 1):
                line.execute("INSERT INTO receipt (reference) VALUES (?)", [reference])

    def find(self, reference: str) -> Booked | None:
        """Return an instruction, None where it was never taken."""
        with self._writing() as line:
            row = line.execute("SELECT 1 FROM instruction WHERE reference = ?", [reference]).fetchone()
            return None if row is None else _found(line, reference)

    def receipts(self, after: int, *, count: int) -> list[dict[str, object]]:
        """Return the next receipts behind a sequence number, each with what became of its instruction."""
        with self._writing() as line:
            rows = line.execute(
                "SELECT sequence, reference FROM receipt WHERE sequence > ? ORDER BY sequence LIMIT ?", [after, count]
            ).fetchall()
            return [{"sequence": sequence, **_found(line, reference).to_json()} for sequence, reference in rows]

    def statement(self, on: date) -> list[dict[str, object]]:
        """Return what was booked that day, with the faults a statement has."""
        with self._writing() as line:
            rows = line.execute(
                "SELECT t.reference, i.number, t.amount, s.ordinal FROM transfer t "
                "JOIN instruction i USING (reference) LEFT JOIN seen s USING (reference) "
                "WHERE t.booked_on = ? ORDER BY t.id",
                [on.isoformat()],
            ).fetchall()
        return [
            {"reference": reference, "number": number, "amount": _told(amount, fault)}
            for reference, number, amount, ordinal in rows
            if (fault := self.faults.of(ordinal or 0)) is not Fault.LOST_LINE
        ]

    def close_account(self, account: str) -> None:
        """Close an account: nothing more is paid to it."""
        with self._writing() as line:
            line.execute("INSERT OR IGNORE INTO closed_account VALUES (?)", [account])


def _told(amount: str, fault: Fault) -> str:
    return f"{Decimal(amount) + 1:.2f}" if fault is Fault.WRONG_AMOUNT else amount


def _found(line: sqlite3.Connection, reference: str) -> Booked:
    row: Sequence[str] = line.execute(
        "SELECT reference, number, amount, state, reason, booked_on FROM instruction WHERE reference = ?", [reference]
    ).fetchone()
    return Booked(*row)
