"""Record a read, record an act (留痕)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from yimen.core.together import Group
from yimen.ledger.logic import Purpose, digest
from yimen.ledger.models import Entry
from yimen.parties.logic import Actor

READ = "dataset.read"
_together = Group()
"""Threads that read at the same moment write their rows in one commit."""
TAKEN = "dataset.taken"


def record_read(
    *,
    actor: Actor,
    subject: UUID,
    dataset: str,
    fields: Sequence[str],
    purpose: Purpose,
    result: str,
    at: datetime,
    action: str = READ,
    details: Mapping[str, object] | None = None,
) -> int:
    """Record that these fields of this person were read, or that the read failed; return the row's number.

    `details` are small and plain JSON, never a personal value: the grant, its basis, the digest of what was answered.

    Committed before it returns, so that no value is handed on whose row could still be rolled back. That is why it
    refuses to run inside an open transaction: the caller reads first and opens its transaction after.
    """
    entry = _built(
        kind=Entry.Kind.READ,
        action=action,
        actor=actor,
        subject=subject,
        purpose=purpose,
        at=at,
        dataset=dataset,
        fields=list(fields),
        result=result,
        details=dict(details or {}),
    )
    _together.write_now(entry)
    return entry.pk


def record_batch(
    *,
    actor: Actor,
    dataset: str,
    fields: Sequence[str],
    purpose: Purpose,
    result: str,
    at: datetime,
    details: Mapping[str, object],
) -> int:
    """Record that these fields of a whole dataset were taken, or could not be; return the row's number.

    `details` have `root`, the Merkle root over the subjects, where any were taken, and whatever else tells the run;
    small and plain JSON, never a personal value. Committed before it returns, as in `record_read`.
    """
    entry = _built(
        kind=Entry.Kind.BATCH,
        action=TAKEN,
        actor=actor,
        subject=None,
        purpose=purpose,
        at=at,
        dataset=dataset,
        fields=list(fields),
        result=result,
        details=dict(details),
    )
    _together.write_now(entry)
    return entry.pk


def record_act(
    *,
    actor: Actor,
    action: str,
    subject: UUID,
    purpose: Purpose,
    at: datetime,
    details: Mapping[str, object] | None = None,
) -> int:
    """Record that something was done, in the caller's transaction: the act and its row are kept together or not at all.

    `details` are small and plain JSON, never a personal value.
    """
    entry = act(actor=actor, action=action, subject=subject, purpose=purpose, at=at, details=details)
    entry.save(force_insert=True)
    return entry.pk


def act(
    *,
    actor: Actor,
    action: str,
    subject: UUID,
    purpose: Purpose,
    at: datetime,
    details: Mapping[str, object] | None = None,
) -> Entry:
    """Return the row that `record_act` would write, for a transaction that writes all its rows at once."""
    return _built(
        kind=Entry.Kind.ACT,
        action=action,
        actor=actor,
        subject=subject,
        purpose=purpose,
        at=at,
        details=dict(details or {}),
    )


def _built(*, actor: Actor, purpose: Purpose, at: datetime, **values: object) -> Entry:
    content = {
        "recorded_at": at.astimezone(UTC),
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_label": actor.label,
        "actor_agency": actor.agency_code or "",
        "item": purpose.item,
        "case_id": purpose.case_id,
        "purpose": purpose.title if values["kind"] is Entry.Kind.BATCH else purpose.sentence,
        "dataset": "",
        "fields": [],
        "result": Entry.Result.OK.value,
        "details": {},
        **{name: str(value) if isinstance(value, Entry.Kind) else value for name, value in values.items()},
    }
    return Entry(**content, digest=digest(content))
