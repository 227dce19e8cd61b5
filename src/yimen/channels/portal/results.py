"""What a submitted case looks like to its applicant (办理结果)."""

from datetime import datetime

from django.conf import settings

from yimen.cases.models import Case, Decision
from yimen.cases.services import CaseFile
from yimen.channels.components import conditions
from yimen.channels.components.chips import chips
from yimen.channels.portal import objections
from yimen.facts.logic import titles_of
from yimen.licences import qr
from yimen.licences import queries as licences
from yimen.parties.queries import Standing
from yimen.ratings import queries as ratings
from yimen.ratings import services as rating_services
from yimen.rules.logic import ConditionState

OUTCOMES = {
    Case.Status.APPROVED: ("approve", "已批准"),
    Case.Status.REFUSED: ("reject", "不予批准"),
    Case.Status.REVIEW: ("undetermined", "已收件，工作人员正在核实"),
}


def context(opened: CaseFile, *, by: Standing, at: datetime) -> dict[str, object]:
    """Return what the result page shows: the outcome first, the licence, then why, and on what facts."""
    case, final, automatic = opened.case, opened.final, opened.automatic
    outcome, title = OUTCOMES[Case.Status(case.status)]
    holders = [one for one in (case.applicant_id, case.organisation_id) if one]
    licence = licences.of_case(case.pk, holders=holders, at=at)
    rows = conditions.of_case(opened)
    failing = [one for one in rows if one.id in automatic.failing]
    others = [one.state for one in rows if one.id not in automatic.failing]
    return {
        "nav": "me",
        "case": case,
        "item": opened.item,
        "outcome": outcome,
        "title": title,
        "text": _text(final, case),
        "elapsed_ms": automatic.elapsed_ms if final is automatic and case.status != Case.Status.REVIEW else None,
        "officer": final if final.made_by == Decision.Maker.OFFICER else None,
        "failing": failing,
        "near": automatic.near_miss,
        "own_rating": ratings.own(rating_services.reference_of(case.pk), case.applicant_id),
        "may_rate": case.status in rating_services.CONCLUDED,
        "may_review": case.status == Case.Status.REFUSED and final.made_by == Decision.Maker.RULES,
        "is_near": len(failing) == 1 and all(state is ConditionState.MET for state in others),
        "open_count": others.count(ConditionState.OPEN),
        "conditions": rows,
        "hides_sensitive": True,
        "missing": titles_of(automatic.missing, opened.definitions),
        "chips": chips(
            opened.readings,
            opened.definitions,
            hides_sensitive=True,
            objects_at=f"/cases/{case.pk}/objections/",
            objections=objections.stands(by),
        ),
        "licence": licence,
        "verify_path": f"/verify/{licence.verification_code}/" if licence else "",
        "qr": qr.svg(verification_url(licence.verification_code), title="证照核验二维码") if licence else None,
        "moments": _moments(case, opened.decisions),
    }


def verification_url(code: str) -> str:
    """Return the address a QR code leads to."""
    return f"{settings.YIMEN_PUBLIC_URL}/verify/{code}/"


def _text(final: Decision, case: Case) -> str:
    if case.review_requested_at and case.status == Case.Status.REVIEW:
        return "已经转给工作人员复核，您不需要再提交，结果会显示在这里。"
    if case.status == Case.Status.REVIEW:
        return f"{final.reason}您不需要再提交，结果会显示在这里。"
    return final.reason if final.made_by == Decision.Maker.RULES else ""


def _moments(case: Case, decisions: tuple[Decision, ...]) -> list[tuple[datetime | None, str, str]]:
    moments: list[tuple[datetime | None, str, str]] = [(case.submitted_at, "您本人", "提交申请")]
    for decision in decisions:
        words = {"approve": "核验通过", "reject": "决定不予批准", "undetermined": "有数据未能核验，转工作人员"}
        if decision.made_by == Decision.Maker.OFFICER:
            words = {"approve": "批准", "reject": "不予批准"}
        moments.append((decision.decided_at, decision.actor_label, words[decision.verdict]))
    if case.review_requested_at:
        moments.insert(2, (case.review_requested_at, "您本人", "要求人工复核"))
    return moments
