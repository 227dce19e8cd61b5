"""What became of a push: opened, its conditions looked at, applied for, paid (知、懂、享)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from yimen.cases import queries as cases
from yimen.notices.logic import identity
from yimen.policies.delivering.pushing import key_of
from yimen.policies.models import Push

BACK = timedelta(days=7)
"""How far back cases are looked through each time: longer than any worker is away."""


def opened(notice_id: UUID, *, party: UUID, measure: str, at: datetime) -> int:
    """Mark the push that this notice told of as opened (知); return how many were marked, one at most."""
    waiting = Push.objects.filter(party_id=party, measure=measure, opened_at=None)
    ours = [one.pk for one in waiting if any(identity(key_of(one, kind)) == notice_id for kind in Push.Kind.values)]
    return Push.objects.filter(pk__in=ours, opened_at=None).update(opened_at=at)


def looked(measure: str, *, party: UUID, at: datetime) -> int:
    """Mark what was pushed to this party of this measure, or of its policy, as looked at (懂); called by its page."""
    policy = measure.partition("/")[0]
    pushes = Push.objects.filter(Q(measure=measure) | Q(measure=policy), party_id=party, looked_at=None)
    return pushes.filter(pushed_at__lte=at).update(looked_at=at)


def applied(*, at: datetime) -> int:
    """Mark the pushes that were followed by an application (享); return how many. Twice does no harm."""
    waiting = Push.objects.filter(applied_at=None, measure__contains="/")
    submitted = cases.submitted_since(at - BACK, slugs=set(waiting.values_list("measure", flat=True).distinct()))
    count = 0
    for (party, measure), submitted_at in submitted.items():
        pushes = waiting.filter(party_id=party, measure=measure, pushed_at__lte=submitted_at)
        count += pushes.update(applied_at=submitted_at)
    return count


def paid(measure: str, *, party: UUID, at: datetime) -> int:
    """Mark what was pushed to this party of this measure as paid (享); called by whoever pays it out."""
    return Push.objects.filter(party_id=party, measure=measure, paid_at=None, pushed_at__lte=at).update(paid_at=at)
