"""The applicant asks a person to look at what the rules decided (人工复核)."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from yimen.cases import queries
from yimen.cases.models import Case, Decision
from yimen.cases.services import following, reading, sharing
from yimen.core.errors import Conflict, Invalid
from yimen.ledger import services as ledger
from yimen.parties.queries import Standing

LONGEST_REASON = 1000


class NotReviewable(Conflict):
    """There is no automatic refusal to look at again: the case is open, granted, or an officer has decided it."""

    code = "cases.not-reviewable"
    title = "这个办件现在不能要求人工复核。"


class ReviewReasonTooLong(Invalid):
    """What the applicant writes for the officer has at most 1,000 characters."""

    code = "cases.review-reason-too-long"
    title = "复核的理由太长了。"


def request_review(case_id: UUID, *, reason: str, by: Standing, at: datetime) -> Case:
    """Hand a case the rules refused to an officer; the rules' decision stays beside the officer's. No reason is needed.

    Asked for a second time while it waits, nothing changes.

    Raises:
        CaseNotFound: not theirs. NotReviewable: there is no automatic refusal that stands, or a newer case is open
            or granted.
        OrganisationServed: another of the organisation's people has it, or an officer has their case.
        ReviewReasonTooLong: more than 1,000 characters.

    Law: 个人信息保护法 art. 24.
    """
    words = reason.strip()
    if len(words) > LONGEST_REASON:
        raise ReviewReasonTooLong(f"请控制在 {LONGEST_REASON} 个字以内，现在是 {len(words)} 个字。", length=len(words))
    try:
        with transaction.atomic():
            case = queries.mine(by, case_id, lock=True)
            if case.status == Case.Status.REVIEW and case.review_requested_at is not None:
                return case
            _hand_over(case, words, by=by, at=at)
    except IntegrityError as error:  # one open case an item: the applicant has begun a new one meanwhile
        raise NotReviewable("您已经为同一事项开始了新的申请。请先办完或继续那一件。", case=str(case_id)) from error
    return case


def _hand_over(case: Case, words: str, *, by: Standing, at: datetime) -> None:
    decided = case.decisions.select_related("rule_version", "case").last()
    if case.status != Case.Status.REFUSED or decided is None or decided.made_by != Decision.Maker.RULES:
        raise NotReviewable("只有系统自动作出的不予批准可以要求人工复核；已由工作人员决定的，可以申请行政复议。")
    on = reading.ground_of(decided)
    case.status, case.concluded_at = Case.Status.REVIEW, None
    case.review_requested_at, case.review_reason = at, words
    case.save(update_fields=["status", "concluded_at", "review_requested_at", "review_reason"])
    # Looked at only now: a newer case that was still open a moment ago would have clashed with this one.
    if not on.item.definition.repeatable and queries.is_granted(case.applicant, case.item_slug):
        raise NotReviewable("您后来又申请并办成了同一件事，不需要再复核。", case=str(case.pk))
    sharing.refuse_served(on.item.definition, case.organisation, applicant=case.applicant)
    ledger.record_act(
        actor=by.actor,
        action="case.review-requested",
        subject=case.applicant_id,
        purpose=reading.purpose_of(case, on.item),
        at=at,
    )
    following.tell(case, on.item.definition)
