"""Conclude a case: issue its licence, or refuse it. Inside the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from yimen.cases.models import Case
from yimen.cases.services import founding
from yimen.cases.services.reading import Ground, purpose_of
from yimen.core import jobs
from yimen.facts.logic import label
from yimen.facts.resolver import Reading
from yimen.items.logic import AMOUNT, INDIVIDUAL_BUSINESS
from yimen.licences import services as licences
from yimen.parties.logic import Actor


def grant(
    case: Case, on: Ground, readings: Mapping[str, Reading], *, amount: Decimal | None, by: Actor, at: datetime
) -> None:
    """Conclude the case as approved and issue its licence, whose face shows the facts as people read them.

    Where the approval brings an organisation into being it is registered here, and the licence is its own.
    """
    result = on.item.definition.result
    face = {
        name: shown
        for name, fact in result.face.items()
        if (shown := _shown(fact, on, readings, amount=amount)) is not None
    }
    holder = case.applicant
    if result.registers == INDIVIDUAL_BUSINESS:
        holder = case.organisation = founding.found(case, readings, at=at)
    licences.issue(
        type_code=result.licence_type,
        holder=holder,
        issuer=case.agency_code,
        face=face,
        item=case.item_slug,
        case_id=case.pk,
        by=by,
        at=at,
        purpose=purpose_of(case, on.item),
    )
    _conclude(case, Case.Status.APPROVED, at=at)


def _shown(fact: str, on: Ground, readings: Mapping[str, Reading], *, amount: Decimal | None) -> str | None:
    if fact == AMOUNT:
        return None if amount is None else f"{amount:,.2f} 元"
    known = fact in readings and readings[fact].value not in {None, ""}
    return label(on.definitions[fact], readings[fact].value) if known else None


def refuse(case: Case, *, at: datetime) -> None:
    """Conclude the case as refused; the decision beside it names the conditions and their clauses."""
    _conclude(case, Case.Status.REFUSED, at=at)


def _conclude(case: Case, status: Case.Status, *, at: datetime) -> None:
    case.status = status
    case.concluded_at = at
    case.save(update_fields=["status", "concluded_at", "organisation"])
    jobs.write_down("cases.reckon_figures", slug=case.item_slug)
