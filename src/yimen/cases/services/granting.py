"""Conclude a case: issue its licence, or refuse it. Inside the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime

from yimen.cases.models import Case
from yimen.cases.services.reading import Ground, purpose_of
from yimen.facts.logic import label
from yimen.facts.resolver import Reading
from yimen.licences import services as licences
from yimen.parties.logic import Actor


def grant(case: Case, on: Ground, readings: Mapping[str, Reading], *, by: Actor, at: datetime) -> None:
    """Conclude the case as approved and issue its licence, whose face shows the facts as people read them."""
    result = on.item.definition.result
    face = {
        name: label(on.definitions[fact], readings[fact].value)
        for name, fact in result.face.items()
        if fact in readings and readings[fact].value is not None
    }
    licences.issue(
        type_code=result.licence_type,
        holder=case.applicant,
        issuer=case.agency_code,
        face=face,
        item=case.item_slug,
        case_id=case.pk,
        by=by,
        at=at,
        purpose=purpose_of(case, on.item),
    )
    _conclude(case, Case.Status.APPROVED, at=at)


def refuse(case: Case, *, at: datetime) -> None:
    """Conclude the case as refused; the decision beside it names the conditions and their clauses."""
    _conclude(case, Case.Status.REFUSED, at=at)


def _conclude(case: Case, status: Case.Status, *, at: datetime) -> None:
    case.status = status
    case.concluded_at = at
    case.save(update_fields=["status", "concluded_at"])
