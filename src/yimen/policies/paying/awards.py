"""From what was granted to what is paid: an award becomes a payout, and a payment once its account is known (兑付)."""

import logging
from datetime import datetime

from django.db import transaction

from yimen.parties.logic import Actor
from yimen.payments.logic import BadAccount
from yimen.payments.services import BudgetExhausted, Target
from yimen.policies.models import Award, Payout
from yimen.policies.paying import payouts
from yimen.policies.paying.payouts import NothingDue, Source
from yimen.policies.services import awarding

logger = logging.getLogger(__name__)


def pay_award(award_id: int, *, by: Actor, at: datetime) -> Payout | None:
    """Decide the payout of an award, and order it paid where its account is confirmed; a second time nothing changes.

    None where the award gives no money. Where an agency has no money left nothing is ordered: the payout stands, and
    the agency's duty warns of it.
    """
    award = Award.objects.select_related("beneficiary").get(pk=award_id)
    if award.amount_yuan is None:
        return None
    payout = payouts.decide_payout(
        award.measure,
        beneficiary=award.party_id,
        source=_source(award),
        claim_yuan=award.amount_yuan,
        by=by,
        at=award.granted_at,  # by the rules and caps of the day it was granted
    )
    try:
        with transaction.atomic():
            account = awarding.account_of(award.pk, by=by, at=at) if payout.amount_yuan else None
            if account is not None:
                payouts.pay_payout(payout.pk, Target(account.number, account.bank), by=by, at=at)
    except (BudgetExhausted, BadAccount, NothingDue) as error:
        logger.warning("payout %s is not ordered: %s", payout.pk, error.code)
    return payout


def _source(award: Award) -> Source:
    if award.case_id is not None:
        return Source(Payout.Source.CASE, award.case_id)
    assert award.beneficiary is not None
    return Source(Payout.Source.LIST, award.beneficiary.reference)
