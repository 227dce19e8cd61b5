"""What the clock does about requests and grants: chase what is overdue, note what has expired (督办、到期)."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from yimen.datasets import deadlines
from yimen.datasets.models import Grant, GrantRequest, GrantStep, GrantUse
from yimen.datasets.services.conclusion import add_step, close_task
from yimen.parties.logic import Actor
from yimen.tasks import services as tasks

CLOCK = Actor(kind="system", id="datasets.chase", label="系统（共享期限）")
ANSWER, ARBITRATE = "grant.answer", "grant.arbitrate"
USES_KEPT = timedelta(days=40)
State = GrantRequest.State


def chase(*, on: date, at: datetime, bureau: str | None) -> int:
    """Open a task for each overdue request, first to the owner, then to the bureau; return how many moved on.

    The owner gets one when the day for the answer is over. When the task's own day is over too, the request goes to
    the bureau, which decides in the owner's place; without a bureau it stays with the owner.

    Raises:
        CalendarGap, NoDeadline: the tables end before.
    """
    late = GrantRequest.objects.filter(state__in=[State.WAITING, State.DISPUTED], due_on__lt=on)
    return sum(_chased(pk, on=on, at=at, bureau=bureau) for pk in late.values_list("pk", flat=True))


@transaction.atomic
def _chased(pk: UUID, *, on: date, at: datetime, bureau: str | None) -> bool:
    rows = GrantRequest.objects.select_for_update(of=("self",)).select_related("dataset", "grantee")
    request = rows.filter(pk=pk, due_on__lt=on, state__in=[State.WAITING, State.DISPUTED]).first()
    if request is None:  # answered meanwhile
        return False
    if request.state == State.WAITING.value and request.task_id is None:
        _to_owner(request, on=on, at=at)
    elif bureau is not None and (request.state == State.WAITING.value or request.task_id is None):
        _to_bureau(request, bureau, on=on, at=at)
    else:
        return False
    return True


def expire(*, on: date, at: datetime) -> int:
    """Put on the time line of each grant whose period is over that it is, once; return how many (到期)."""
    told = GrantStep.objects.filter(grant=OuterRef("pk"), action="expired", made_at__gte=OuterRef("valid_until"))
    over = Grant.objects.filter(~Exists(told), valid_until__lte=on, status=Grant.Status.ACTIVE)
    count = 0
    for grant in over.select_related("request"):
        add_step(grant, "expired", by=CLOCK, at=at, words="")
        count += 1
    return count


def forget_uses(*, before: datetime) -> int:
    """Drop counts of windows that are long over; what the ledger tells of the use stays."""
    return GrantUse.objects.filter(starts_at__lt=before - USES_KEPT).delete()[0]


def _to_owner(request: GrantRequest, *, on: date, at: datetime) -> None:
    due = deadlines.due("overdue-answer", after=on)
    task = tasks.open_task(
        ANSWER,
        str(request.pk),
        title=f"逾期未答复共享申请：{request.dataset.title}（{request.grantee.short_name}）",
        agency=request.dataset.agency_id,
        due_on=due,
        by=CLOCK,
        at=at,
        details={"dataset": request.dataset_id, "item": request.item},
    )
    words = f"答复期限 {request.due_on:%Y-%m-%d} 已过，转督办，{due:%Y-%m-%d} 前答复"
    request.task_id, request.due_on = task.pk, due
    request.save(update_fields=["task_id", "due_on"])
    add_step(request, "overdue", by=CLOCK, at=at, words=words)


def _to_bureau(request: GrantRequest, bureau: str, *, on: date, at: datetime) -> None:
    close_task(request, by=CLOCK, at=at, answer="逾期仍未答复，转数据管理部门裁定")
    due = deadlines.due("arbitration" if request.state == State.WAITING.value else "overdue-answer", after=on)
    task = tasks.open_task(
        ARBITRATE,
        str(request.pk),
        title=f"待裁定的共享申请：{request.dataset.title}（{request.grantee.short_name}）",
        agency=bureau,
        due_on=due,
        by=CLOCK,
        at=at,
        details={"dataset": request.dataset_id, "item": request.item},
    )
    request.state, request.task_id, request.due_on = State.DISPUTED, task.pk, due
    request.save(update_fields=["state", "task_id", "due_on"])
    add_step(request, "escalated", by=CLOCK, at=at, words=f"提供部门逾期未答复，{due:%Y-%m-%d} 前裁定")
