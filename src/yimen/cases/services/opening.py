"""Open a case: the one way to see its facts, by its applicant or by an officer, each leaving a ledger row."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yimen import dmn
from yimen.cases import queries
from yimen.cases.models import Case, Decision
from yimen.cases.services import reading
from yimen.facts.logic import FactDefinition
from yimen.facts.resolver import Reading
from yimen.items.queries import Offered
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.queries import Standing


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A submitted case with everything it stands on (办件卷宗). `decisions` in the order they were made.

    `model` are the rules it was decided by, whatever has changed since.
    """

    case: Case
    item: Offered
    model: dmn.Model
    definitions: Mapping[str, FactDefinition]
    readings: Mapping[str, Reading]
    decisions: tuple[Decision, ...]

    @property
    def automatic(self) -> Decision:
        """Return the rules' own decision."""
        return next(decision for decision in self.decisions if decision.made_by == Decision.Maker.RULES)

    @property
    def final(self) -> Decision:
        """Return the decision that stands: the last one."""
        return self.decisions[-1]


def open_as_applicant(case_id: UUID, *, by: Standing, at: datetime) -> CaseFile | None:
    """Return the case of the party somebody acts for; None while it is a draft (then `prepare` shows it).

    Raises:
        CaseNotFound: there is none, or it is somebody else's.
    """
    case = queries.mine(by, case_id)
    return None if case.status == Case.Status.DRAFT else _open(case, by=by.actor, at=at)


def open_as_officer(case_id: UUID, *, by: Actor, at: datetime) -> CaseFile:
    """Return a submitted case of the officer's agency.

    Raises:
        CaseNotFound: there is none, or it is another agency's.
    """
    return _open(queries.of_my_agency(by, case_id), by=by, at=at)


@dataclass(frozen=True, slots=True)
class Part:
    """Some facts of a case, and nothing else of it (联审所见)."""

    item: Offered
    definitions: Mapping[str, FactDefinition]
    readings: Mapping[str, Reading]


def open_part(case_id: UUID, wanted: Container[str], *, why: str, by: Actor, at: datetime) -> Part:
    """Return these facts of a submitted case to an officer of another agency, whom the caller knows to be asked.

    `why` says what for, as the citizen will read it in the ledger.

    Raises:
        CaseNotFound: there is none, or it is a draft.
    """
    case = queries.submitted(case_id)
    on = reading.ground_of(case.decisions.select_related("rule_version", "case").earliest("decided_at", "pk"))
    readings = {name: one for name, one in reading.kept(case, on.definitions).items() if name in wanted}
    ledger.record_read(
        actor=by,
        subject=case.applicant_id,
        dataset="cases",
        fields=sorted(readings),
        purpose=Purpose(item=case.item_slug, title=f"{on.item.definition.name}（{why}）", case_id=case.pk),
        result="OK",
        at=at,
    )
    return Part(on.item, on.definitions, readings)


def _open(case: Case, *, by: Actor, at: datetime) -> CaseFile:
    decisions = tuple(case.decisions.select_related("rule_version", "case"))
    on = reading.ground_of(decisions[0])
    readings = reading.kept(case, on.definitions)
    ledger.record_read(
        actor=by,
        subject=case.applicant_id,
        dataset="cases",
        fields=sorted(readings),
        purpose=reading.purpose_of(case, on.item),
        result="OK",
        at=at,
    )
    return CaseFile(case, on.item, on.model, on.definitions, readings, decisions)
