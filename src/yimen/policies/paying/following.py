"""Duties that follow from elsewhere: a case of a measure has to be decided, a version under way to be published."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from yimen.cases import queries as cases
from yimen.cases.logic import day_of
from yimen.parties.logic import Actor
from yimen.policies import queries
from yimen.policies.models import Duty, PolicyVersion
from yimen.policies.paying import duties
from yimen.standards import working_days


def follow_case(case_id: UUID, *, by: Actor, at: datetime) -> None:
    """Open the duty to decide a measure's case, with the days the measure promises, or meet it; again does no harm.

    A case the rules decided at once has none: nobody had to do anything.
    """
    outcome = cases.outcome(case_id)
    if outcome is None or "/" not in outcome.item or outcome.submitted_at is None:
        return
    if outcome.concluded_at is not None:
        duties.meet(Duty.Kind.DECIDE, str(case_id), by=by, at=outcome.concluded_at)
        return
    filed_on = day_of(outcome.submitted_at)
    measure = queries.measure(outcome.item, on=filed_on)
    try:
        due_on = working_days.after(filed_on, measure.definition.promised_days)
    except working_days.CalendarGap:
        due_on = None  # the duty's own limit says how to go on where the calendar ends
    duties.open_duty(
        Duty.Kind.DECIDE,
        str(case_id),
        name=outcome.item,
        title=measure.definition.name,
        agency=outcome.agency,
        begins_on=filed_on,
        due_on=due_on,
        at=at,
    )


def follow_versions(*, by: Actor, at: datetime) -> int:
    """Open the duty to publish for every version under way, and meet that of versions that are out; return how many."""
    count = 0
    under_way = PolicyVersion.objects.exclude(status=PolicyVersion.Status.PUBLISHED).select_related("policy")
    for version in under_way:
        duties.open_duty(
            Duty.Kind.PUBLISH,
            str(version.pk),
            name=version.policy_id,
            title=version.policy.title,
            agency=version.policy.agency_id,
            begins_on=timezone.localdate(version.drafted_at),
            at=at,
        )
        count += 1
    waiting = Duty.objects.filter(kind=Duty.Kind.PUBLISH, done_at=None).values_list("reference", flat=True)
    numbers = [int(one) for one in waiting if one.isdecimal()]
    for version in PolicyVersion.objects.filter(pk__in=numbers, status=PolicyVersion.Status.PUBLISHED):
        assert version.published_at is not None
        duties.meet(Duty.Kind.PUBLISH, str(version.pk), by=by, at=version.published_at)
    return count
