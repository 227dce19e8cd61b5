"""From what was granted to what is paid (兑现决定 → 兑付 → 拨付): once, as soon as there is an account."""

from datetime import date, datetime
from uuid import UUID, uuid5

from django.utils import timezone

from yimen.cases.logic import day_of
from yimen.parties.logic import Actor
from yimen.payments import services as payments
from yimen.payments.services import Target
from yimen.policies import queries
from yimen.policies.models import Award, Payout
from yimen.policies.paying import payouts
from yimen.policies.paying.payouts import Source
from yimen.policies.services.awarding import account_of
from yimen.standards import working_days
from yimen.tasks import queries as task_queries
from yimen.tasks import services as tasks

BUDGET_TASK = "policy.budget"
BUDGET_DAYS = 5


def pay_award(award_id: int, *, by: Actor, at: datetime) -> Payout | None:
    """Keep what an award comes to under its caps, and order it paid once an account is confirmed; again does no harm.

    None where no money belongs to it. Where a budget is used up nothing is ordered, and the agency that has to pay gets
    a task; ordered again once there is money, by the same call.
    """
    award = Award.objects.select_related("case", "beneficiary__roll").get(pk=award_id)
    if award.amount_yuan is None or award.amount_yuan <= 0:
        return None
    payout = payouts.decide_payout(
        award.measure,
        beneficiary=award.party_id,
        source=source_of(award),
        claim_yuan=award.amount_yuan,
        by=by,
        at=at,
        on=_ruled_on(award),
        award=award.pk,
    )
    if award.account_id is None or payout.amount_yuan <= 0 or payouts.is_ordered(payout):
        return payout
    account = account_of(award.pk, by=by, at=at)
    assert account is not None  # it has one, and keeps it
    try:
        payouts.pay_payout(payout.pk, Target(account.number, account.bank), by=by, at=at)
        for task_id, _ in task_queries.open_of(BUDGET_TASK, [str(payout.pk)]).values():
            tasks.close(task_id, by=by, at=at, answer="预算已经到位，已下达拨付")
    except payments.BudgetExhausted as error:
        measure = queries.measure(award.measure, on=_ruled_on(award))
        tasks.open_task(
            BUDGET_TASK,
            str(payout.pk),
            title=f"预算不足：{measure.definition.name}",
            agency=measure.definition.handled_by,
            due_on=working_days.after(timezone.localdate(at), BUDGET_DAYS),
            by=by,
            at=at,
            words=error.detail,
        )
    return payout


def pay_what_waits(*, by: Actor, at: datetime) -> int:
    """Order paid what was granted and has an account but no payment, as after a budget was raised; return how many."""
    count = 0
    confirmed = Award.objects.filter(account__isnull=False, amount_yuan__gt=0)
    decided = Payout.objects.filter(award__account__isnull=False, amount_yuan__gt=0)
    unpaid = [one.award_id for one in decided if not payouts.is_ordered(one)]
    for award_id in [*confirmed.filter(payout=None).values_list("pk", flat=True), *unpaid]:
        assert award_id is not None  # what was decided without an award is not among them
        payout = pay_award(award_id, by=by, at=at)
        count += payout is not None and payouts.is_ordered(payout)
    return count


def source_of(award: Award) -> Source:
    """Return what an award stands on: its case, or its row of a list, named by the list and the row's number."""
    if award.case_id is not None:
        return Source(Payout.Source.CASE, award.case_id)
    assert award.beneficiary is not None
    return Source(Payout.Source.LIST, row_id(award.beneficiary.roll_id, award.beneficiary.pk))


def row_id(roll: UUID, row: int) -> UUID:
    """Return the identifier of a row of a list of beneficiaries: always the same for the same row (RFC 9562, v5)."""
    return uuid5(roll, str(row))


def _ruled_on(award: Award) -> date:
    """Return the day whose rules decided it: that of the application, or of the look at the row."""
    if award.case is not None:
        assert award.case.submitted_at is not None  # what was granted was submitted
        return day_of(award.case.submitted_at)
    assert award.beneficiary is not None
    return day_of(award.beneficiary.judged_at)
