"""Reads of tasks: what an agency has to see to. Who sees what is part of the query."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from yimen.parties.queries import Desk
from yimen.standards import working_days
from yimen.standards.working_days import CalendarGap
from yimen.tasks.errors import NotYourTask, TaskNotFound
from yimen.tasks.logic import kind_label
from yimen.tasks.models import Task

MOST = 200
ACTIONS: Mapping[str, str] = {
    "opened": "开单",
    "fixed": "已处理，待复核",
    "reopened": "退回",
    "reminded": "催办",
    "escalated": "升级到数据主管部门",
    "closed": "办结",
}


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of the list of tasks (督办列表). `days_left` is negative where it is late, None past the calendar."""

    id: UUID
    kind: str
    kind_label: str
    title: str
    agency: str
    status: str
    status_label: str
    opened_at: datetime
    due_on: date
    days_left: int | None
    is_escalated: bool


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task with what was done about it, in order: (when, who, what and the words)."""

    row: TaskRow
    reference: str
    details: Mapping[str, object]
    answer: str
    steps: tuple[tuple[datetime, str, str, str], ...]
    may_act: bool


def listing(desk: Desk, *, on: date, with_closed: bool = False, kind: str = "") -> list[TaskRow]:
    """Return the tasks this desk may see, escalated first, then by their last day; closed ones newest first."""
    tasks = _visible(desk).select_related("agency")
    if kind:
        tasks = tasks.filter(kind=kind)
    if with_closed:
        return [_row(one, on=on) for one in tasks.filter(status=Task.Status.CLOSED).order_by("-closed_at")[:MOST]]
    waiting = tasks.exclude(status=Task.Status.CLOSED).order_by("escalated_at", "due_on", "opened_at")
    return [_row(one, on=on) for one in waiting[:MOST]]


def one(desk: Desk, task_id: UUID, *, on: date) -> TaskView:
    """Return a task this desk may see.

    Raises:
        TaskNotFound: there is none, or it is not for this desk.
    """
    task = _visible(desk).select_related("agency").prefetch_related("steps").filter(pk=task_id).first()
    if task is None:
        raise TaskNotFound("请检查地址，或回到督办列表。")
    steps = tuple(
        (step.made_at, step.actor_label, ACTIONS.get(step.action, step.action), step.words) for step in task.steps.all()
    )
    is_theirs = desk.is_data_officer and desk.agency == task.agency_id
    may_act = is_theirs and task.status != Task.Status.CLOSED
    return TaskView(_row(task, on=on), task.reference, task.details, task.answer, steps, may_act)


def to_act_on(desk: Desk, task_id: UUID, *, kind: str) -> Task:
    """Return the task for the officer who has to see to it.

    Raises:
        TaskNotFound: there is none of this kind, or it is not for this desk. NotYourTask: it may see it only.
    """
    task = _visible(desk).filter(pk=task_id, kind=kind).first()
    if task is None:
        raise TaskNotFound("请检查地址，或回到督办列表。")
    if not desk.is_data_officer or desk.agency != task.agency_id:
        raise NotYourTask("您的岗位可以查看，不能办理。")
    return task


def open_of(kind: str, references: list[str]) -> dict[str, tuple[UUID, str]]:
    """Return the id and status of the task that waits about each of these references."""
    waiting = Task.objects.filter(kind=kind, reference__in=references).exclude(status=Task.Status.CLOSED)
    return {task.reference: (task.pk, task.status) for task in waiting}


def waiting_by_agency() -> dict[str, tuple[int, int]]:
    """Return for each agency how many tasks wait, and how many of them are escalated."""
    rows = (
        Task.objects.exclude(status=Task.Status.CLOSED)
        .values("agency_id")
        .annotate(waiting=Count("pk"), late=Count("pk", filter=Q(escalated_at__isnull=False)))
    )
    return {row["agency_id"]: (row["waiting"], row["late"]) for row in rows}


def _visible(desk: Desk) -> QuerySet[Task]:
    """Return what this desk may see: an agency's officers its own, the data bureau's steward and an auditor all."""
    tasks = Task.objects.all()
    return tasks if desk.is_steward or desk.is_auditor else tasks.filter(agency_id=desk.agency)


def _row(task: Task, *, on: date) -> TaskRow:
    try:
        left: int | None = working_days.between(on, task.due_on)
    except CalendarGap:
        left = None
    return TaskRow(
        id=task.pk,
        kind=task.kind,
        kind_label=kind_label(task.kind),
        title=task.title,
        agency=task.agency.short_name,
        status=task.status,
        status_label=task.get_status_display(),
        opened_at=task.opened_at,
        due_on=task.due_on,
        days_left=left,
        is_escalated=task.escalated_at is not None,
    )
