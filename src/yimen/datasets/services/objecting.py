"""Objections to values (数据异议): raised by whom a value is about or by an officer, answered by its source.

A value is corrected at its source, in the department's own system, and nowhere else: here it is only exchanged anew.
Law: 个人信息保护法 art. 46 (right to have it corrected); 政务数据共享条例 (the source verifies and answers).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from yimen.core.errors import Conflict, Forbidden, Invalid
from yimen.datasets import objections, queries
from yimen.datasets.logic import GrantDefinition, Record
from yimen.datasets.models import Objection
from yimen.datasets.services.exchange import exchange
from yimen.datasets.services.granting import put_grant
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.models import Party
from yimen.parties.queries import Desk
from yimen.tasks import logic as task_logic
from yimen.tasks import queries as task_queries
from yimen.tasks import services as tasks

TASK = "data.objection"
ITEM = "data-objection"
VERIFY = Purpose(item=ITEM, title="核实数据异议")
RAISE = Purpose(item=ITEM, title="提出数据异议")
GROUND = "《个人信息保护法》第四十六条；《政务数据共享条例》关于数据校核的规定"
SHORTEST_WORDS, LONGEST_WORDS, LONGEST_EXPECTED = 4, 1000, 200


class WordsMissing(Invalid):
    """The reason of an objection or of an answer is missing, too short or too long."""

    code = "objections.words-missing"
    title = "请写明理由。"


class ObjectionOpen(Conflict):
    """There is an open objection to this value."""

    code = "objections.open-already"
    title = "这项数据的异议正在核实。"


class NotCorrected(Conflict):
    """The source still says what it said when the objection was raised."""

    code = "objections.not-corrected"
    title = "重新取数，值没有变化。"


class SourceNotObjectable(Forbidden):
    """The value is not one a department gave."""

    code = "objections.not-objectable"
    title = "这项数据不是部门提供的，不能提出异议。"


@dataclass(frozen=True, slots=True)
class Disputed:
    """The value an objection is to: whose, which, by what else than the subject's own number it is asked for.

    `value` is what it is now, None where the source has none.
    """

    subject: Party
    dataset: str
    field: str
    keys: Mapping[str, str]
    value: object
    fact: str = ""
    case_id: UUID | None = None


def raise_objection(
    disputed: Disputed, *, words: str, expected: str, by: Actor, at: datetime, is_by_officer: bool = False
) -> Objection:
    """Keep an objection and open its task with the agency that is the source (提出数据异议).

    Raises:
        WordsMissing: no reason, or too long. ObjectionOpen: one to this value of the same subject waits.
    """
    reason, wish = _words(words), expected.replace("\0", "").strip()
    if len(wish) > LONGEST_EXPECTED:
        raise WordsMissing(f"您认为正确的内容最多 {LONGEST_EXPECTED} 个字。", field="expected")
    dataset, described = queries.described(disputed.dataset)
    identity = uuid4()
    due = task_logic.due_on(TASK, opened_on=timezone.localdate(at))
    try:
        with transaction.atomic():
            raised = Objection.objects.create(
                id=identity,
                subject_id=disputed.subject.pk,
                dataset_id=disputed.dataset,
                field=disputed.field,
                fact=disputed.fact,
                case_id=disputed.case_id,
                keys=dict(disputed.keys),
                value_digest=_digest(identity, disputed.value),
                words=reason,
                expected=wish,
                is_by_officer=is_by_officer,
                raised_by=by.label,
                raised_at=at,
                due_on=due,
            )
            tasks.open_task(
                TASK,
                str(raised.pk),
                title=f"{dataset.title}：{described[disputed.field].title}有异议",
                agency=dataset.agency_id,
                due_on=due,
                by=by,
                at=at,
            )
            return raised
    except IntegrityError as error:
        raise ObjectionOpen("请在“我的数据异议”查看进度；答复之后仍不同意的，可以再提。") from error


def _words(text: str) -> str:
    words = text.replace("\0", "").strip()
    if not SHORTEST_WORDS <= len(words) <= LONGEST_WORDS:
        raise WordsMissing(
            f"请用 {SHORTEST_WORDS} 到 {LONGEST_WORDS} 个字写明，现在是 {len(words)} 个。", field="words"
        )
    return words


def look_up(dataset: str, field: str, *, subject: Party, keys: Mapping[str, str], by: Actor, at: datetime) -> Disputed:
    """Return what the source says of somebody now, for an objection by themselves; the read leaves its row.

    Raises:
        SourceNotObjectable: there is no such field of a department. Whatever the exchange raises.
    """
    if field not in queries.field_types(dataset):
        raise SourceNotObjectable("请从数据标签或“谁看过我的数据”进入。")
    record = _exchanged(dataset, field, subject=subject, keys=keys, purpose=RAISE, by=by, at=at)
    return Disputed(subject, dataset, field, keys, record.values.get(field))


@dataclass(frozen=True, slots=True)
class Value:
    """What the source says now, opened for who verifies it: its text, empty where there is none, and what is odd."""

    text: str
    trouble: str
    entry: int


def open_value(task_id: UUID, *, desk: Desk, at: datetime) -> Value:
    """Return the disputed value as the source says it now, to its own officer (打开这个值); the read leaves its row.

    Raises:
        TaskNotFound, NotYourTask: it is not for this desk. Whatever the exchange raises.
    """
    objection = _to_act_on(task_id, desk=desk)
    record = _again(objection, desk=desk, at=at)
    given = record.values.get(objection.field)
    return Value("" if given is None else said(given), record.invalid.get(objection.field, ""), record.entry)


def correct(task_id: UUID, *, desk: Desk, at: datetime) -> Objection:
    """Exchange the value anew after the source was corrected; where it changed, close the objection (已更正).

    Raises:
        TaskNotFound, NotYourTask, TaskClosed: it is not for this desk, or closed. NotCorrected: the value is as it was;
        the objection stays open and the task says so. Whatever the exchange raises.
    """
    objection = _to_act_on(task_id, desk=desk)
    tasks.fix(task_id, by=desk.actor, at=at, words="已在本部门系统中更正")
    record = _again(objection, desk=desk, at=at)
    value = record.values.get(objection.field)
    if objection.field in record.invalid or _digest(objection.pk, value) == objection.value_digest:
        reason = record.invalid.get(objection.field) or "与提出异议时相同"
        tasks.reopen(task_id, by=desk.actor, at=at, words=f"重新取数（留痕 {record.entry}）：{reason}")
        raise NotCorrected("请确认已在本部门系统中更正，并且更正已经生效，再按“已更正”。", entry=record.entry)
    with transaction.atomic():
        tasks.close(task_id, by=desk.actor, at=at, answer=f"已更正，重新取数核对（留痕 {record.entry}）。")
        return _answered(
            objection,
            Objection.Status.CORRECTED,
            "提供部门已在源头更正。",
            at=at,
            corrected="" if value is None else said(value)[:300],
        )


def confirm(task_id: UUID, *, reason: str, desk: Desk, at: datetime) -> Objection:
    """Answer that the value is right as it is, with the reason (核实无误).

    Raises:
        TaskNotFound, NotYourTask, TaskClosed: it is not for this desk, or closed. WordsMissing: no reason.
    """
    objection = _to_act_on(task_id, desk=desk)
    words = _words(reason)
    with transaction.atomic():
        tasks.close(task_id, by=desk.actor, at=at, answer="核实无误，已向本人说明理由。")
        return _answered(objection, Objection.Status.CONFIRMED, words, at=at)


def _answered(
    objection: Objection, status: Objection.Status, answer: str, *, at: datetime, corrected: str = ""
) -> Objection:
    objection.status, objection.answer, objection.answered_at = status, answer, at
    objection.corrected_value = corrected
    objection.save(update_fields=["status", "answer", "answered_at", "corrected_value"])
    return objection


def _to_act_on(task_id: UUID, *, desk: Desk) -> Objection:
    return objections.of_task(task_queries.to_act_on(desk, task_id, kind=TASK).reference)


def _again(objection: Objection, *, desk: Desk, at: datetime) -> Record:
    where, subject = objection.dataset_id, objection.subject
    return _exchanged(
        where, objection.field, subject=subject, keys=objection.keys, purpose=VERIFY, by=desk.actor, at=at
    )


def _exchanged(
    dataset: str,
    field: str,
    *,
    subject: Party,
    keys: Mapping[str, str],
    purpose: Purpose,
    by: Actor,
    at: datetime,
) -> Record:
    """Exchange the value under the owner's standing grant for objections."""
    known, _ = queries.described(dataset)
    own = {"person" if subject.is_person else "org": subject.number}
    asked = {name: {**keys, **own}.get(name, "") for name in known.keyed_by}
    on = timezone.localdate(at)
    _stand_in(dataset, known.agency_id, on=on)
    return exchange(
        dataset,
        subject=subject,
        keys=asked,
        fields=[field],
        purpose=purpose,
        actor=by,
        grantee=known.agency_id,
        at=at,
    )


def _stand_in(dataset: str, owner: str, *, on: date) -> None:
    """Keep the grant by which the owner verifies single values of its own: the law gives it, nobody asks for it."""
    fields = sorted(queries.field_types(dataset))
    if not queries.is_granted(dataset, grantee=owner, item=ITEM, fields=fields, on=on):
        put_grant(GrantDefinition(dataset, owner, ITEM, tuple(fields), GROUND, valid_from=on))


def said(value: object) -> str:
    """Return a value as text that is the same for the same value: 2003-05-14, true, 3200."""
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case int() | Decimal():
            return f"{Decimal(value).normalize():f}"
        case _:
            return str(value)


def _digest(identity: UUID, value: object) -> str:
    """Return what is kept of the value: its digest with the objection's number, empty where there is none."""
    return "" if value is None else hashlib.sha256(f"{identity}:{said(value)}".encode()).hexdigest()
