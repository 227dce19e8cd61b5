"""Conclude a case: its licence and what stands on its face, or a refusal."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from yimen.cases.models import Case
from yimen.cases.services import founding
from yimen.cases.services.reading import Ground, purpose_of
from yimen.core import jobs
from yimen.facts.logic import label
from yimen.facts.resolver import Reading
from yimen.items.logic import AMOUNT, INDIVIDUAL_BUSINESS, ITEM_NAME
from yimen.licences import services as licences
from yimen.licences.models import Licence
from yimen.parties.logic import Actor
from yimen.parties.models import Party


def grant(
    case: Case, on: Ground, readings: Mapping[str, Reading], *, amount: Decimal | None, by: Actor, at: datetime
) -> None:
    """Conclude the case as approved and issue its licence where the item gives one, in the caller's transaction.

    Where the approval brings an organisation into being it is registered here, and the licence is its own.
    """
    result = on.item.definition.result
    holder: Party = case.applicant
    if result.registers == INDIVIDUAL_BUSINESS:
        holder = case.organisation = founding.found(case, readings, at=at)
    if result.licence_type:
        licences.issue(
            type_code=result.licence_type,
            holder=holder,
            issuer=case.agency_code,
            face=face(on, readings, amount=amount),
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


def licence(case: Case, on: Ground, face: Mapping[str, str], *, holder: Party, at: datetime) -> Licence:
    """Return the case's licence signed and not yet written.

    Raises:
        CannotIssue: there can be none.
    """
    return licences.signed(
        type_code=on.item.definition.result.licence_type,
        holder=holder,
        issuer=case.agency_code,
        face=face,
        item=case.item_slug,
        case_id=case.pk,
        at=at,
    )


def face(on: Ground, readings: Mapping[str, Reading], *, amount: Decimal | None) -> dict[str, str]:
    """Return what stands on the licence: the facts as people read them; what is not known is left out."""
    shown: dict[str, str] = {}
    for name, fact in on.item.definition.result.face.items():
        if fact == AMOUNT and amount is not None:
            shown[name] = f"{amount:,.2f} 元"
        elif fact == ITEM_NAME:
            shown[name] = on.item.definition.name
        elif fact in readings and readings[fact].value not in (None, ""):
            shown[name] = label(on.definitions[fact], readings[fact].value)
    return shown


def _conclude(case: Case, status: Case.Status, *, at: datetime) -> None:
    case.status = status
    case.concluded_at = at
    case.save(update_fields=["status", "concluded_at", "organisation"])
    jobs.write_down("cases.reckon_figures", slug=case.item_slug)
