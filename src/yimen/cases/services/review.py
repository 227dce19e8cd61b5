"""An officer decides what rules could not, with a reason (人工审查)."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from yimen.cases import events, queries
from yimen.cases.models import Case, Decision
from yimen.cases.services import following, granting, reading, sharing
from yimen.core.errors import Conflict, Invalid
from yimen.items.logic import ItemDefinition
from yimen.ledger import services as ledger
from yimen.parties.logic import Actor
from yimen.rules.logic import Verdict

REASON_LENGTH = range(5, 1001)


class NotInReview(Conflict):
    """The case is not waiting for an officer; somebody may have decided it already."""

    code = "cases.not-in-review"
    title = "这个办件已经办结，不能再次决定。"


class ReasonMissing(Invalid):
    """An officer's decision states its reason (行政许可法 art. 38)."""

    code = "cases.reason-missing"
    title = "请写明决定的理由。"


class BadAmount(Invalid):
    """What an officer grants can be no amount, or is not theirs to say."""

    code = "cases.bad-amount"
    title = "核定的金额有误。"


MOST_YUAN = Decimal(10) ** 12


@transaction.atomic
def decide(
    case_id: UUID, *, approve: bool, reason: str, by: Actor, at: datetime, amount: Decimal | None = None
) -> Case:
    """Approve the case and issue its licence, or refuse it; the reason is shown to the applicant.

    `amount` is what the officer grants, in yuan; None keeps what the rules reckoned, where they did.

    Raises:
        CaseNotFound: not a case of the officer's agency. NotInReview: it does not wait for an officer.
        OrganisationServed: another of the organisation's people was granted it meanwhile.
        BadAmount: it can be no amount, or the item is one of the catalogue, whose amounts the rules reckon.
        ReasonMissing: the reason is shorter than 5 or longer than 1,000 characters.
    """
    words = reason.strip()
    if len(words) not in REASON_LENGTH:
        raise ReasonMissing(
            f"理由应为 5 到 1000 个字，现在是 {len(words)} 个字。请写明依据和核实情况。", length=len(words)
        )
    case = queries.of_my_agency(by, case_id, lock=True)
    if case.status != Case.Status.REVIEW:
        raise NotInReview(case=str(case_id))
    automatic = case.decisions.select_related("rule_version").get(made_by=Decision.Maker.RULES)
    on = reading.ground_of(automatic)
    _check_amount(amount, on.item.definition)
    granted = automatic.amount_yuan if amount is None else amount
    events.about_to_decide.send(Case, case=case, approve=approve, amount=granted, at=at)
    decision = Decision.objects.create(
        case=case,
        made_by=Decision.Maker.OFFICER,
        verdict=(Verdict.APPROVE if approve else Verdict.REJECT).value,
        rule_version=automatic.rule_version,
        conditions=automatic.conditions,
        failing=[] if approve else automatic.failing,
        amount_yuan=granted if approve else None,
        reason=words,
        actor_id=by.id,
        actor_label=by.label,
        decided_at=at,
    )
    if approve:
        sharing.refuse_served(on.item.definition, case.organisation, applicant=case.applicant, statuses=sharing.GRANTED)
    ledger.record_act(
        actor=by,
        action="case.decided",
        subject=case.applicant_id,
        purpose=reading.purpose_of(case, on.item),
        at=at,
        details={"decision": decision.pk, "verdict": decision.verdict},
    )
    if approve:
        readings = reading.kept(case, on.definitions)
        granting.grant(case, on, readings, amount=granted, by=by, at=at)
    else:
        granting.refuse(case, at=at)
    following.tell(case, on.item.definition)
    return case


def _check_amount(amount: Decimal | None, item: ItemDefinition) -> None:
    if amount is None:
        return
    if item.listed:
        raise BadAmount("这个事项的金额由规则算出，不由工作人员填写。")
    if not amount.is_finite() or not 0 < amount <= MOST_YUAN or amount != amount.quantize(Decimal("0.01")):
        raise BadAmount("金额应是大于 0 的数字，写到分为止，单位为元，如 150000 或 1234.50。")
