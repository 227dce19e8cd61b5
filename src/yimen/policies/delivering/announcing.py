"""Tell subscribers of a policy that was just published (新政策速递)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from yimen.notices import services as notices
from yimen.notices.logic import Draft
from yimen.parties.models import Party
from yimen.policies import queries
from yimen.policies.delivering import subscribing, wording
from yimen.policies.delivering.pushing import CHUNK, TOPIC, key_of, link_of
from yimen.policies.delivering.subscribing import Choices
from yimen.policies.models import Push, Subscription
from yimen.policies.queries import Published


def announce(slug: str, number: int, *, at: datetime) -> int:
    """Tell everybody who asked to hear of such a policy; return how many were told.

    Nobody is told twice of a version, nor of one of which a measure was pushed to them already. A version that is not
    the newest any more is passed over. Called again after a process was killed it tells the rest.

    Raises:
        NoSuchPolicy: nothing of this name was published.
    """
    on = timezone.localdate(at)
    policy = queries.published(slug, on=on)
    if policy.number != number:
        return 0
    there = subscribing.choices(on=on)
    seen = subscribing.seen(policy)
    asked = Subscription.objects.filter(ended_at=None).order_by("party_id", "made_at", "pk")
    wanting = [one for one in asked.iterator() if subscribing.wants(one, seen, there.industries)]
    return sum(_tell(wanting[start : start + CHUNK], policy, there, at=at) for start in range(0, len(wanting), CHUNK))


@transaction.atomic
def _tell(chunk: Sequence[Subscription], policy: Published, there: Choices, *, at: datetime) -> int:
    slug = policy.definition.slug
    first = {one.party_id: one for one in reversed(chunk)}  # the oldest of a party's own explains it
    locked = Party.objects.select_for_update().filter(pk__in=first).order_by("pk").values_list("pk", flat=True)
    parties = list(locked)
    told = Push.objects.filter(party_id__in=parties, policy=slug, policy_version=policy.number)
    already = set(told.values_list("party_id", flat=True))
    pushes = [
        Push(
            party_id=party,
            measure=slug,
            policy=slug,
            policy_version=policy.number,
            kind=Push.Kind.NEW,
            subscription=first[party],
            reason=wording.subscribed(subscribing.said(first[party], there)),
            pushed_at=at,
        )
        for party in parties
        if party not in already
    ]
    Push.objects.bulk_create(pushes, ignore_conflicts=True)
    notices.notify([_draft(one, policy) for one in pushes], at=at)
    return len(pushes)


def _draft(push: Push, policy: Published) -> Draft:
    return Draft(
        recipient=push.party_id,
        key=key_of(push, push.kind),
        topic=TOPIC,
        about=push.measure,
        title=wording.title(Push.Kind.NEW, policy.definition.title),
        body=policy.definition.summary,
        reason=push.reason,
        link=link_of(push.measure),
    )
