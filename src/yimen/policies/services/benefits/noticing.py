"""While a list is public anybody may object; every objection is answered before anybody is paid (公示异议)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from yimen.cases.logic import day_of
from yimen.core.errors import Conflict
from yimen.parties.logic import Actor
from yimen.parties.queries import Standing
from yimen.policies import events, handling_queries, queries
from yimen.policies.models import Beneficiary, BeneficiaryList, NoticeObjection
from yimen.policies.services.benefits.reviewing import struck
from yimen.policies.services.benefits.wording import reason_in
from yimen.standards import working_days
from yimen.tasks import queries as task_queries
from yimen.tasks import services as tasks

OBJECTION_TASK = "policy.objection"
ANSWER_DAYS = 3
CONFIRM_DAYS = 30
"""How many days a party has to confirm its account, once the notice is over."""
SYSTEM = Actor("system", "policies.lists", "免申即享（系统）")


class NoticeOver(Conflict):
    """The list is no longer public, or the party is no longer on it."""

    code = "policies.notice-over"
    title = "公示已经结束，不能再提出异议。"


class ObjectedAlready(Conflict):
    """The same person has an objection to the same party that is not answered yet."""

    code = "policies.objected-already"
    title = "您对这个主体的异议正在核实。"


class ObjectionAnswered(Conflict):
    """It was answered before, otherwise."""

    code = "policies.objection-answered"
    title = "这条异议已经答复。"


@transaction.atomic
def object_to(row_id: int, *, words: str, by: Standing, at: datetime) -> NoticeObjection:
    """Object to somebody on a public list; the agency has a task to answer.

    Raises:
        RowNotFound: no such row on a public list. NoticeOver: the notice has ended, or the row is struck.
        ObjectedAlready: the person's objection to it is open. ReasonMissing: no reason.
    """
    reason = reason_in(words)
    row = Beneficiary.objects.filter(pk=row_id, roll__notice_from__isnull=False).first()
    if row is None:
        raise handling_queries.RowNotFound("请从公示页选择要提出异议的主体。")
    roll = BeneficiaryList.objects.select_for_update().get(pk=row.roll_id)
    row.refresh_from_db()
    on = day_of(at)
    is_public = roll.status == BeneficiaryList.Status.NOTICE and on <= (roll.notice_until or date.min)
    if not is_public or row.status != Beneficiary.Status.LISTED:
        raise NoticeOver("公示期过后发现问题的，请直接向兑现部门反映。")
    if row.objections.filter(by=by.person, verdict=NoticeObjection.Verdict.OPEN).exists():
        raise ObjectedAlready("请等兑现部门答复，答复会显示在公示页上。")
    made = NoticeObjection.objects.create(beneficiary=row, by=by.person, words=reason, made_at=at)
    tasks.open_task(
        OBJECTION_TASK,
        str(roll.pk),
        title=f"公示异议待答复：{queries.title_of(roll.measure)}",
        agency=roll.agency_id,
        due_on=working_days.after(on, ANSWER_DAYS),
        by=SYSTEM,
        at=at,
    )
    return made


@transaction.atomic
def answer_objection(objection_id: int, *, upheld: bool, words: str, by: Actor, at: datetime) -> NoticeObjection:
    """Answer an objection; one that is upheld strikes the row. The same answer twice changes nothing.

    Raises:
        RowNotFound: another agency's. ObjectionAnswered: it was answered otherwise. ReasonMissing: no reason.
    """
    reason = reason_in(words)
    one = handling_queries.objection_of(by, objection_id)
    verdict = NoticeObjection.Verdict.UPHELD if upheld else NoticeObjection.Verdict.REJECTED
    if one.verdict != NoticeObjection.Verdict.OPEN:
        if one.verdict == verdict:
            return one
        raise ObjectionAnswered(f"结论是“{one.get_verdict_display()}”。")
    one.verdict, one.answer, one.answered_at, one.answered_by = verdict, reason, at, by.label
    one.save(update_fields=["verdict", "answer", "answered_at", "answered_by"])
    row = Beneficiary.objects.select_for_update().get(pk=one.beneficiary_id)
    if upheld and row.status == Beneficiary.Status.LISTED:
        struck(row, f"公示异议成立：{reason}"[:1000], by=by.label, at=at)
    if not _open(one.beneficiary.roll).exists():
        for task, _ in task_queries.open_of(OBJECTION_TASK, [str(one.beneficiary.roll_id)]).values():
            tasks.close(task, by=by, at=at, answer="异议已全部答复")
    return one


def end_notices(*, at: datetime, on: date) -> int:
    """Open the confirmation of every list whose notice is over; return how many.

    One with an objection that is not answered waits for the answer: nobody is paid over an open objection.
    """
    over = BeneficiaryList.objects.filter(status=BeneficiaryList.Status.NOTICE, notice_until__lt=on)
    count = 0
    for number in over.values_list("pk", flat=True):
        with transaction.atomic():
            roll = BeneficiaryList.objects.select_for_update().get(pk=number)
            if roll.status != BeneficiaryList.Status.NOTICE or _open(roll).exists():
                continue
            rows = list(roll.rows.filter(status=Beneficiary.Status.LISTED))
            roll.confirm_until = on + timedelta(days=CONFIRM_DAYS)
            roll.status = BeneficiaryList.Status.CONFIRM if rows else BeneficiaryList.Status.CLOSED
            roll.closed_at = None if rows else at
            roll.save(update_fields=["status", "confirm_until", "closed_at"])
            for row in rows:
                events.benefit_to_confirm.send(
                    Beneficiary, beneficiary=row.pk, measure=row.measure, party=row.party_id, until=roll.confirm_until
                )
            count += 1
    return count


def _open(roll: BeneficiaryList) -> QuerySet[NoticeObjection]:
    return NoticeObjection.objects.filter(beneficiary__roll=roll, verdict=NoticeObjection.Verdict.OPEN)
