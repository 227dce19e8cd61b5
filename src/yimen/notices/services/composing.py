"""Put what is new together, one message a party and period (汇总)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimen.notices import queries
from yimen.notices.logic import after_quiet, period
from yimen.notices.models import Channel, Delivery, Digest, Notice, Preference
from yimen.parties.models import Party


def compose_due(*, at: datetime) -> int:
    """Compose the digest of every party that is due one now; return how many were composed.

    Each in a transaction of its own: a process killed in between leaves whole digests, and the next call goes on where
    it ended. Called twice, or by two processes at once, it composes each once.
    """
    waiting = Notice.objects.filter(settled_at=None, made_at__lt=at).values("recipient_id")
    recipients = queries.in_use().filter(recipient_id__in=waiting).values_list("recipient_id", flat=True)
    return sum(_compose(one, at=at) for one in sorted(set(recipients)))


@transaction.atomic
def _compose(recipient: UUID, *, at: datetime) -> bool:
    """Compose a party's digest of the period due, with a delivery through each channel; tell whether there was one."""
    Party.objects.select_for_update().only("pk").get(pk=recipient)  # whoever comes second finds it done
    preference = queries.preference_of(recipient)
    name, until = period(preference.cadence, at)
    pending = Notice.objects.filter(recipient_id=recipient, settled_at=None, made_at__lt=until)
    pending.filter(topic__in=preference.topics_off).update(settled_at=at)
    if not pending.exists() or Digest.objects.filter(recipient_id=recipient, period=name).exists():
        return False
    digest = Digest.objects.create(recipient_id=recipient, period=name, composed_at=at)
    pending.update(settled_at=at, digest=digest)
    _address(digest, preference, at=at)
    return True


def _address(digest: Digest, preference: Preference, *, at: datetime) -> None:
    due = after_quiet(at, preference.quiet_from, preference.quiet_until)
    channels: list[Channel] = list(queries.in_use().filter(recipient_id=digest.recipient_id))
    Delivery.objects.bulk_create(Delivery(digest=digest, channel=one, due_at=due) for one in channels)
