"""Seal rows in signed batches, each chained to the one before (封存), and write the head of the chain elsewhere.

Rows are appended freely, without a chain that everybody would have to wait for; a moment later the worker seals what
has been committed. The rows of the last, unsealed seconds are the stated exposure.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction

from yimen.core import signing
from yimen.ledger import merkle
from yimen.ledger.models import Seal, SealedEntry

LARGEST = 10_000
"""How many rows one batch may have."""
SETTLED_AFTER = timedelta(hours=1)
"""Rows committed later than this after rows with higher numbers are only found by the nightly sweep."""
ONE_AT_A_TIME = 0x1ED6E2
"""The key of the lock that keeps two sealers apart."""

UNSEALED = """
SELECT e.id, e.digest FROM ledger_entry e
WHERE e.id > %s AND NOT EXISTS (SELECT FROM ledger_sealedentry s WHERE s.entry_id = e.id)
ORDER BY e.id LIMIT %s
"""


def seal(*, at: datetime, whole: bool = False) -> Seal | None:
    """Seal what has been committed and is not sealed yet, the oldest first; None where there is nothing.

    Without `whole` it looks only behind what was sealed an hour ago: fast however long the ledger is. The head is
    written to the file of heads once the seal is committed; what a killed process left out there the next one adds.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        last = Seal.objects.order_by("-number").first()
        rows = _unsealed(behind=0 if whole else _settled(at))
        made = _sealed(rows, after=last, at=at) if rows else None
    publish(Path(settings.YIMEN_LEDGER_HEADS))
    return made


def publish(heads: Path) -> int:
    """Add to the file of heads those it does not have yet; return how many were added."""
    missing = list(Seal.objects.filter(number__gt=last_published(heads)).order_by("number"))
    if missing:
        heads.parent.mkdir(parents=True, exist_ok=True)
        with heads.open("a+b") as file:
            file.write(b"" if _ends_whole(file) else b"\n")  # a killed process may have left half a line
            file.writelines(_line(one) for one in missing)
            file.flush()
            os.fsync(file.fileno())
    return len(missing)


def last_published(heads: Path) -> int:
    """Return the number of the last head in the file, zero where there is none; a half-written last line is none."""
    numbers = [0]
    if heads.exists():
        with heads.open(encoding="ascii", errors="replace") as file:
            numbers.extend(number for line in file if (number := _number(line)) is not None)
    return numbers[-1]


def _statement(one: Seal) -> bytes:
    """Return what a seal says as canonical JSON (RFC 8785).

    Its members are texts and whole numbers under plain names, for which sorted compact JSON is canonical.
    """
    return json.dumps(one.says, sort_keys=True, separators=(",", ":")).encode()


def _settled(at: datetime) -> int:
    """Return the number up to which every row was sealed, or given up, an hour ago."""
    old = Seal.objects.filter(sealed_at__lt=at - SETTLED_AFTER).order_by("-number").first()
    return old.last_entry if old else 0


def _unsealed(*, behind: int) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(UNSEALED, [behind, LARGEST])
        return [(int(entry), str(digest)) for entry, digest in cursor.fetchall()]


def _sealed(rows: Sequence[tuple[int, str]], *, after: Seal | None, at: datetime) -> Seal:
    signer = signing.signer_at(Path(settings.YIMEN_LEDGER_KEY))
    made = Seal(
        number=after.number + 1 if after else 1,
        sealed_at=at,
        count=len(rows),
        last_entry=max(rows[-1][0], after.last_entry if after else 0),
        root=merkle.root([merkle.leaf(*row) for row in rows]).hex(),
        previous=after.head if after else "",
        public_key=signer.public_key,
    )
    said = _statement(made)
    made.head = hashlib.sha256(said).hexdigest()
    made.signature = signer.sign(said)
    made.save(force_insert=True)
    _enrol(made, [entry for entry, _ in rows])
    return made


def _enrol(made: Seal, entries: Iterable[int]) -> None:
    SealedEntry.objects.bulk_create(
        SealedEntry(entry_id=entry, seal=made, place=place) for place, entry in enumerate(entries)
    )


def _ends_whole(file: BinaryIO) -> bool:
    if file.seek(0, os.SEEK_END) == 0:
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


def _line(one: Seal) -> bytes:
    says = {"number": one.number, "head": one.head, "public_key": one.public_key}
    return json.dumps(says).encode() + b"\n"


def _number(line: str) -> int | None:
    try:
        number = json.loads(line)["number"]
    except (ValueError, KeyError, TypeError):
        return None
    return number if isinstance(number, int) else None
