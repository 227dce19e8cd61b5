"""Reads of objections (数据异议): one's own, and those an agency has to answer. Who sees what is part of the query."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError

from yimen.core.errors import NotFound
from yimen.datasets import queries
from yimen.datasets.models import Objection
from yimen.parties.queries import Desk
from yimen.standards import masking
from yimen.tasks.queries import TaskView

MOST = 100


class ObjectionNotFound(NotFound):
    """No such objection, or not yours to see."""

    code = "objections.not-found"
    title = "没有找到这项数据异议。"


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """One objection as who raised it sees it. `corrected` is the value now, empty where it was not corrected."""

    id: UUID
    dataset: str
    field: str
    title: str
    agency: str
    fact: str
    words: str
    expected: str
    raised_at: datetime
    raised_by: str
    due_on: date
    status: str
    status_label: str
    answer: str
    answered_at: datetime | None
    corrected: str


def of_subject(subject: UUID, *, datasets: Collection[str] = ()) -> list[ObjectionRow]:
    """Return somebody's objections, newest first; only to these datasets where any are named."""
    found = Objection.objects.filter(subject_id=subject).select_related("dataset__agency")
    if datasets:
        found = found.filter(dataset_id__in=datasets)
    rows = list(found[:MOST])
    titles = queries.field_titles((one.dataset_id, one.field) for one in rows)
    return [_row(one, titles) for one in rows]


def states(subject: UUID) -> dict[tuple[str, str], ObjectionRow]:
    """Return the newest objection of somebody to each (dataset, field)."""
    return {(row.dataset, row.field): row for row in reversed(of_subject(subject))}


def _row(one: Objection, titles: Mapping[tuple[str, str], str]) -> ObjectionRow:
    return ObjectionRow(
        id=one.pk,
        dataset=one.dataset_id,
        field=one.field,
        title=titles.get((one.dataset_id, one.field), one.field),
        agency=one.dataset.agency.short_name,
        fact=one.fact,
        words=one.words,
        expected=one.expected,
        raised_at=one.raised_at,
        raised_by=one.raised_by,
        due_on=one.due_on,
        status=one.status,
        status_label=one.get_status_display(),
        answer=one.answer,
        answered_at=one.answered_at,
        corrected=one.corrected_value,
    )


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection on the desk of its source (数据异议). `words` and `expected` are for whoever answers it only."""

    title: str
    dataset: str
    subject: str
    number: str
    words: str
    expected: str
    raised_by: str


def of_desk(desk: Desk, task: TaskView) -> ObjectionView:
    """Return the objection a visible task is about, masked; the words for the officer of its source.

    Raises:
        ObjectionNotFound: there is none.
    """
    one = of_task(task.reference)
    titles = queries.field_titles([(one.dataset_id, one.field)])
    is_theirs = desk.is_data_officer and desk.agency == one.dataset.agency_id
    return ObjectionView(
        title=titles.get((one.dataset_id, one.field), one.field),
        dataset=one.dataset.title,
        subject=masking.name(one.subject.name) if one.subject.is_person else one.subject.name,
        number=masking.id_number(one.subject.number),
        words=one.words if is_theirs else "",
        expected=one.expected if is_theirs else "",
        raised_by=one.raised_by if one.is_by_officer else "本人",
    )


def of_task(reference: str) -> Objection:
    """Return the objection a task refers to, its subject and dataset with it.

    Raises:
        ObjectionNotFound: there is none.
    """
    try:
        found = Objection.objects.select_related("subject", "dataset__agency").filter(pk=reference).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise ObjectionNotFound("请从督办列表进入。")
    return found
