"""Bring what was found before those it is for (推送): each measure once a version, the best first, few a day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from yimen.notices import services as notices
from yimen.notices.logic import Draft
from yimen.parties.models import Party
from yimen.policies import queries
from yimen.policies.delivering import subscribing, wording
from yimen.policies.delivering.subscribing import Announced, Choices
from yimen.policies.delivering.wording import Found
from yimen.policies.logic import Mode
from yimen.policies.models import Push, Subscription

TOPIC = "policy"
MOST_A_DAY = 10
"""So many a party and day at most; what is left comes the next day, if it still fits then."""
CHUNK = 500
"""Parties in one transaction."""
ROWS = 1000
"""Rows in one statement: it takes 65,535 values at most."""


@dataclass(frozen=True, slots=True)
class Told:
    """A measure as it is told: its name, its policy's title and version, and the policy as subscriptions see it."""

    name: str
    policy_title: str
    version: int
    mode: Mode
    announced: Announced


def push(found: Iterable[Found], *, at: datetime) -> int:
    """Push what was not pushed before; return how many pushes were made or became better.

    Those of one party should come one after another, as a batch gives them; then the best are first. A measure that is
    not in force today is passed over. Each chunk of parties is a transaction of its own: a process killed in between
    leaves pushes with their notices, and the same input once more makes the rest. What was only near, and fits now, is
    told anew, once.
    """
    on = timezone.localdate(at)
    told = catalogue(on=on)
    there = subscribing.choices(on=on)
    there_is = (one for one in found if one.measure in told)
    return sum(_push_chunk(chunk, told, there, at=at) for chunk in _chunks(there_is))


def catalogue(*, on: date) -> dict[str, Told]:
    """Return every measure in force on that day as it is told, by POLICY/MEASURE."""
    policies = {one.policy.definition.slug: one.policy for one in queries.measures(on=on)}
    seen = {slug: subscribing.seen(one) for slug, one in policies.items()}
    return {
        one.name: Told(
            one.definition.name,
            one.policy.definition.title,
            one.policy.number,
            one.definition.mode,
            seen[one.policy.definition.slug],
        )
        for one in queries.measures(on=on)
    }


def _chunks(found: Iterable[Found]) -> Iterator[list[Found]]:
    chunk: list[Found] = []
    parties = 0
    for _, of_one in groupby(found, key=attrgetter("party")):
        chunk += of_one
        parties += 1
        if parties == CHUNK:
            yield chunk
            chunk, parties = [], 0
    if chunk:
        yield chunk


@transaction.atomic
def _push_chunk(found: Sequence[Found], told: Mapping[str, Told], there: Choices, *, at: datetime) -> int:
    ids = sorted({one.party for one in found})
    # Locked in one order: two processes with the same parties go one after the other, and nothing is told twice.
    kinds = dict(Party.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", "kind"))
    asked = _asked(ids)
    known = _known(ids, {one.measure for one in found})
    left = _left(ids, at)
    fresh: list[Push] = []
    better: list[Push] = []
    drafts: list[Draft] = []
    for one in sorted(found, key=lambda one: (one.party, wording.rank(one))):
        measure = told[one.measure]
        before = known.get((one.party, one.measure, measure.version))
        if one.party not in kinds or left.get(one.party, MOST_A_DAY) <= 0 or not _is_news(one, before):
            continue
        by = _wanted(asked.get(one.party, ()), measure.announced, there)
        if one.kind is Push.Kind.OPEN and by is None:
            continue  # who asked for nothing is told of what is theirs, not of what might be
        row = before or Push(policy_version=measure.version, pushed_at=at)
        is_person = kinds[one.party] == Party.Kind.PERSON
        row.reason = wording.reason(one, is_person=is_person, topic=subscribing.said(by, there) if by else "")
        row.subscription = by
        _fill(row, one)
        (fresh if before is None else better).append(row)
        known[one.party, one.measure, measure.version] = row
        left[one.party] = left.get(one.party, MOST_A_DAY) - 1
        drafts.append(_draft(row, one, measure))
    Push.objects.bulk_create(fresh, batch_size=ROWS, ignore_conflicts=True)
    Push.objects.bulk_update(better, CHANGING, batch_size=ROWS)
    notices.notify(drafts, at=at)
    return len(drafts)


CHANGING = ("kind", "amount_yuan", "subscription", "reason", "district", "industry", "size")
"""What of a push may become another, when what was near fits."""


def _fill(row: Push, found: Found) -> None:
    row.party_id, row.measure, row.policy = found.party, found.measure, found.policy
    row.kind, row.amount_yuan = found.kind, found.amount_yuan
    row.district, row.industry, row.size = found.place.district, found.place.industry, found.place.size


def _asked(parties: Sequence[UUID]) -> dict[UUID, list[Subscription]]:
    kept: dict[UUID, list[Subscription]] = {}
    for one in Subscription.objects.filter(party_id__in=parties, ended_at=None):
        kept.setdefault(one.party_id, []).append(one)
    return kept


def _known(parties: Sequence[UUID], measures: set[str]) -> dict[tuple[UUID, str, int], Push]:
    pushes = Push.objects.filter(party_id__in=parties, measure__in=measures)
    return {(one.party_id, one.measure, one.policy_version): one for one in pushes}


def _left(parties: Sequence[UUID], at: datetime) -> dict[UUID, int]:
    """Return how many more each party may be told today, for those that were told something."""
    midnight = datetime.combine(timezone.localdate(at), time.min, tzinfo=timezone.get_current_timezone())
    today = Push.objects.filter(party_id__in=parties, pushed_at__gte=midnight).exclude(kind=Push.Kind.NEW)
    counted = today.values_list("party_id").annotate(count=Count("pk")).order_by()
    return {party: MOST_A_DAY - count for party, count in counted}


def _is_news(found: Found, before: Push | None) -> bool:
    """Tell whether this was not said before: never pushed, or pushed as less than it is now."""
    return before is None or (found.kind is Push.Kind.MATCH and before.kind != Push.Kind.MATCH)


def _wanted(mine: Iterable[Subscription], policy: Announced, there: Choices) -> Subscription | None:
    return next((one for one in mine if subscribing.wants(one, policy, there.industries)), None)


def key_of(push: Push, kind: str) -> str:
    """Return the key of the notice about a push of this kind: each is told once for ever."""
    return f"policies.push:{push.party_id}:{push.measure}:{push.policy_version}:{kind}"


def _draft(push: Push, found: Found, measure: Told) -> Draft:
    return Draft(
        recipient=push.party_id,
        key=key_of(push, push.kind),
        topic=TOPIC,
        about=push.measure,
        title=wording.title(found.kind, measure.name, measure.mode),
        body=wording.body(found, policy_title=measure.policy_title),
        reason=push.reason,
        link=link_of(push.measure),
    )


def link_of(measure: str) -> str:
    """Return the page of a measure, or of a policy as a whole."""
    policy, _, part = measure.partition("/")
    return f"/policies/{policy}/" + (f"{part}/" if part else "")
