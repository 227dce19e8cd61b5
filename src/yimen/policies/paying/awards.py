"""From what was granted to what is paid (兑付): an award becomes a payout, and payments once its account is known.

Twice does no harm: a source is one payout, a share of it one payment.
"""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from yimen.parties.logic import Actor
from yimen.payments.services import BudgetExhausted, Target
from yimen.policies.models import Award, Payout
from yimen.policies.paying.payouts import NothingDue, Source, decide_payout, pay_payout
from yimen.policies.services import awarding
from yimen.standards import working_days
from yimen.tasks import services as tasks

NO_MONEY = "policy.no-money"
"""The kind of task an agency gets that owes what its budget no longer holds."""
DAYS = 5


def pay(award_id: int, *, by: Actor, at: datetime) -> Payout | None:
    """Decide what an award pays and order it paid; None where it gives no money.

    Without an account it is decided only; the confirmation of one calls this again. Where the budget is exhausted the
    agency that handles the measure gets a task, and the payout waits.
    """
    award = Award.objects.select_related("party").get(pk=award_id)
    if not award.amount_yuan:
        return None
    payout = decide_payout(
        award.measure,
        beneficiary=award.party_id,
        source=source_of(award),
        claim_yuan=award.amount_yuan,
        by=by,
        at=at,
    )
    account = awarding.account_of(award_id, by=by, at=at)
    if account is None:
        return payout
    try:
        pay_payout(payout.pk, Target(account.number, account.bank), by=by, at=at)
    except NothingDue:
        return payout
    except BudgetExhausted as error:
        _tell(payout, error, by=by, at=at)
    return payout


def source_of(award: Award) -> Source:
    """Return what it was decided on: its case, or its row of a list, whose number is written as a UUID."""
    if award.case_id is not None:
        return Source(Payout.Source.CASE, award.case_id)
    assert award.beneficiary_id is not None
    return Source(Payout.Source.LIST, UUID(int=award.beneficiary_id))


def _tell(payout: Payout, error: BudgetExhausted, *, by: Actor, at: datetime) -> None:
    share = payout.shares.order_by("pk").first()
    assert share is not None  # what has no share is never ordered
    tasks.open_task(
        NO_MONEY,
        str(payout.pk),
        title=f"预算不足，兑付等待：{payout.measure}",
        agency=share.agency_id,
        due_on=working_days.after(timezone.localdate(at), DAYS),
        by=by,
        at=at,
        words=error.detail,
    )
