"""Verbs on duties: open, meet, warn before and after the day (督查)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from yimen.parties.logic import Actor
from yimen.policies.models import Duty
from yimen.policies.paying.logic import limit_of
from yimen.standards import working_days
from yimen.tasks import queries as task_queries
from yimen.tasks import services as tasks

TASK = "policy.duty"
WARN_AHEAD = 3
"""How many working days before its last day an agency is warned."""


def open_duty(
    kind: Duty.Kind,
    reference: str,
    *,
    name: str,
    title: str,
    agency: str,
    begins_on: date,
    at: datetime,
    due_on: date | None = None,
    amount_yuan: Decimal | None = None,
) -> Duty:
    """Return the duty of this kind about this reference, opening it where there is none (立项督查).

    Without `due_on` it has as long as its kind has, from `begins_on`, which itself does not count.
    """
    limit = limit_of(kind.value, on=begins_on)
    duty, _ = Duty.objects.get_or_create(
        kind=kind,
        reference=reference,
        defaults={
            "name": name,
            "title": title[:200],
            "agency_id": agency,
            "amount_yuan": amount_yuan,
            "opened_at": at,
            "due_on": due_on or _after(begins_on, limit.working_days),
            "ground": limit.ground,
        },
    )
    return duty


@transaction.atomic
def meet(kind: Duty.Kind, reference: str, *, by: Actor, at: datetime) -> bool:
    """Note that a duty was done (销号), and close its task; tell whether there was one to meet."""
    duty = Duty.objects.select_for_update().filter(kind=kind, reference=reference, done_at=None).first()
    if duty is None:
        return False
    duty.done_at = at
    duty.save(update_fields=["done_at"])
    for task_id, _ in task_queries.open_of(TASK, [str(duty.pk)]).values():
        tasks.close(task_id, by=by, at=at, answer="已完成")
    return True


@transaction.atomic
def warn(*, by: Actor, at: datetime, on: date) -> int:
    """Open a task for every duty whose day is near or past, once (预警); return how many.

    The task has the duty's own day: the room of tasks reminds of it and escalates it once it is late.
    """
    near = _after(on, WARN_AHEAD)
    duties = Duty.objects.select_for_update().filter(done_at=None, warned_at=None, due_on__lte=near)
    count = 0
    for duty in duties:
        is_late = duty.due_on < on
        tasks.open_task(
            TASK,
            str(duty.pk),
            title=f"{duty.get_kind_display()}{'已超期' if is_late else '即将到期'}：{duty.title}",
            agency=duty.agency_id,
            due_on=duty.due_on,
            by=by,
            at=at,
            details={"duty": str(duty.pk), "name": duty.name},
            words=duty.ground,
        )
        duty.warned_at = at
        duty.save(update_fields=["warned_at"])
        count += 1
    return count


def _after(day: date, count: int) -> date:
    """Return the day so many working days later; where the calendar ends, weekends are reckoned with alone."""
    try:
        return working_days.after(day, count)
    except working_days.CalendarGap:
        return day + timedelta(days=count + 2 * (count // 5 + 1))
