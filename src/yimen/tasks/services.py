"""Verbs on tasks: open, fix, reopen, close, escalate."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from yimen.parties.logic import Actor
from yimen.standards import working_days
from yimen.tasks import events
from yimen.tasks.errors import TaskClosed, TaskNotFound
from yimen.tasks.logic import REMIND_AHEAD
from yimen.tasks.models import Step, Task

__all__ = ["TaskClosed", "TaskNotFound", "close", "escalate_late", "fix", "open_task", "remind_due", "reopen"]


@transaction.atomic
def open_task(
    kind: str,
    reference: str,
    *,
    title: str,
    agency: str,
    due_on: date,
    by: Actor,
    at: datetime,
    details: Mapping[str, object] | None = None,
    words: str = "",
) -> Task:
    """Return the open task of this kind about this reference, opening it where there is none (开单).

    `due_on` is the last day; an open task keeps its own. `details` are small and plain JSON, personal values masked;
    `words` go with the first step.
    """
    task, is_new = Task.objects.get_or_create(
        kind=kind,
        reference=reference,
        status__in=[Task.Status.OPEN, Task.Status.FIXED],
        defaults={
            "title": title[:200],
            "details": dict(details or {}),
            "agency_id": agency,
            "status": Task.Status.OPEN,
            "opened_at": at,
            "due_on": due_on,
        },
    )
    if is_new:
        _step(task, "opened", by=by, at=at, words=words)
    return task


@transaction.atomic
def fix(task_id: UUID, *, by: Actor, at: datetime, words: str) -> Task:
    """Say that it was seen to; the check that opened it has to agree (已处理，待复核).

    Raises:
        TaskNotFound: it is not the actor's agency's. TaskClosed: it is closed.
    """
    task = _locked(task_id, by=by)
    task.status = Task.Status.FIXED
    task.save(update_fields=["status"])
    _step(task, "fixed", by=by, at=at, words=words)
    return task


@transaction.atomic
def reopen(task_id: UUID, *, by: Actor, at: datetime, words: str) -> Task:
    """Say that what was said to be seen to is not (退回).

    Raises:
        TaskNotFound: there is none. TaskClosed: it is closed.
    """
    task = _locked(task_id)
    task.status = Task.Status.OPEN
    task.save(update_fields=["status"])
    _step(task, "reopened", by=by, at=at, words=words)
    return task


@transaction.atomic
def close(task_id: UUID, *, by: Actor, at: datetime, answer: str) -> Task:
    """Close it with an answer, and tell whoever opened it (办结).

    Raises:
        TaskNotFound: there is none. TaskClosed: it is closed.
    """
    task = _locked(task_id)
    task.status, task.closed_at, task.answer = Task.Status.CLOSED, at, answer
    task.save(update_fields=["status", "closed_at", "answer"])
    _step(task, "closed", by=by, at=at, words=answer)
    events.task_closed.send(Task, task_id=task.pk, kind=task.kind, reference=task.reference)
    return task


@transaction.atomic
def escalate_late(*, by: Actor, at: datetime, on: date) -> int:
    """Mark every task past its day as escalated to the data bureau, once (升级); return how many."""
    late = Task.objects.select_for_update().filter(~Q(status=Task.Status.CLOSED), due_on__lt=on, escalated_at=None)
    count = 0
    for task in late:
        task.escalated_at = at
        task.save(update_fields=["escalated_at"])
        _step(task, "escalated", by=by, at=at, words=f"超过办理期限 {task.due_on:%Y-%m-%d}")
        count += 1
    return count


@transaction.atomic
def remind_due(*, by: Actor, at: datetime, on: date) -> int:
    """Remind of every task that is due within REMIND_AHEAD working days, once (催办); return how many.

    Raises:
        CalendarGap: the calendar of working days ends before.
    """
    near = Task.objects.select_for_update().filter(
        status=Task.Status.OPEN, reminded_at=None, due_on__gte=on, due_on__lte=working_days.after(on, REMIND_AHEAD)
    )
    count = 0
    for task in near:
        task.reminded_at = at
        task.save(update_fields=["reminded_at"])
        _step(task, "reminded", by=by, at=at, words=f"办理期限 {task.due_on:%Y-%m-%d}")
        count += 1
    return count


def _locked(task_id: UUID, *, by: Actor | None = None) -> Task:
    found = Task.objects.select_for_update().filter(pk=task_id)
    if by is not None:
        found = found.filter(agency_id=by.agency_code)
    task = found.first()
    if task is None:
        raise TaskNotFound("请检查地址，或回到督办列表。")
    if task.status == Task.Status.CLOSED:
        raise TaskClosed("请查看办结时的答复；仍有问题的，请重新提出。")
    return task


def _step(task: Task, action: str, *, by: Actor, at: datetime, words: str) -> None:
    Step.objects.create(task=task, made_at=at, actor_label=by.label, action=action, words=words)
