"""Which value of a case somebody objects to (数据异议), and where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yimen.cases import queries
from yimen.cases.models import Case, CaseFact
from yimen.cases.services import reading
from yimen.core.errors import NotFound
from yimen.datasets import queries as datasets
from yimen.datasets.services import Disputed
from yimen.facts import queries as facts
from yimen.facts.logic import FactDefinition, UnknownFact, convert, label
from yimen.facts.resolver import ORGANISATION, PERSON, Subjects
from yimen.items import queries as items
from yimen.ledger import services as ledger
from yimen.parties.logic import Actor
from yimen.parties.queries import Standing


class FactNotThere(NotFound):
    """The case has no such fact from a department."""

    code = "cases.fact-not-there"
    title = "没有找到这项数据。"


@dataclass(frozen=True, slots=True)
class CaseValue:
    """A fact of a case one may object to: how it reads, whose word it is, and where it is exchanged."""

    case: Case
    title: str
    value: str
    agency: str
    disputed: Disputed


def value_as_applicant(case_id: UUID, fact: str, *, by: Standing, at: datetime) -> CaseValue:
    """Return a fact of one's own case, draft or filed; the look leaves its row.

    Raises:
        CaseNotFound: it is somebody else's. FactNotThere: no department gave it.
    """
    return _value(queries.mine(by, case_id), fact, by=by.actor, at=at)


def value_as_officer(case_id: UUID, fact: str, *, by: Actor, at: datetime) -> CaseValue:
    """Return a fact of a case of the officer's agency; the look leaves its row.

    Raises:
        CaseNotFound: it is another agency's. FactNotThere: no department gave it.
    """
    return _value(queries.of_my_agency(by, case_id), fact, by=by, at=at)


def _value(case: Case, fact: str, *, by: Actor, at: datetime) -> CaseValue:
    kept = {row.fact: row for row in case.facts.all()}
    row = kept.get(fact)
    definition = _definition(fact) if row else None
    if row is None or definition is None:
        raise FactNotThere("请从数据标签上的“不对？”进入。")
    field = next((one.field for one in definition.sources if one.dataset == row.dataset), None)
    if not row.dataset or field is None:
        raise FactNotThere("这项数据不是部门提供的，可以直接修改。")
    ledger.record_read(
        actor=by,
        subject=case.applicant_id,
        dataset="cases",
        fields=[fact],
        purpose=reading.purpose_of(case, items.version(case.item_version_id)),
        result="OK",
        at=at,
    )
    value = None if row.value is None or row.behind else convert(definition, row.value)
    keyed_by = datasets.keyed_by([row.dataset])[row.dataset]
    subjects = reading.subjects_of(case)
    subject = subjects.concerned(keyed_by)
    own = PERSON if subject.is_person else ORGANISATION
    keys = {name: _key(name, subjects, kept) for name in keyed_by if name != own}
    disputed = Disputed(subject, row.dataset, field, keys, value, fact=fact, case_id=case.pk)
    said = "" if value is None else label(definition, value)
    return CaseValue(case, definition.title, said, row.agency, disputed)


def _definition(fact: str) -> FactDefinition | None:
    try:
        return facts.dictionary([fact])[fact]
    except UnknownFact:
        return None


def _key(name: str, subjects: Subjects, kept: Mapping[str, CaseFact]) -> str:
    """Return by what else the dataset is asked: the other party's number, or the value of a fact of the case."""
    if name in {PERSON, ORGANISATION}:
        return subjects.key(name) or ""
    row = kept.get(name)
    return str(row.value) if row is not None and row.value is not None else ""
