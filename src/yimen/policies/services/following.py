"""What follows from where a measure's case has come to: agencies are asked, or the measure is granted."""

from datetime import datetime
from uuid import UUID

from yimen.cases import queries as cases
from yimen.cases.models import Case
from yimen.policies.services import awarding, opinions


def follow(case_id: UUID, *, at: datetime) -> None:
    """Do what the case now asks for; done before, it does nothing."""
    outcome = cases.outcome(case_id)
    if outcome is None or "/" not in outcome.item:
        return
    if outcome.status == Case.Status.REVIEW:
        opinions.ask(outcome, at=at)
    elif outcome.status == Case.Status.APPROVED:
        awarding.award_case(outcome, at=at)
