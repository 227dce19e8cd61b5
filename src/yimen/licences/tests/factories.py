"""Licences for tests, issued and signed as real ones are; everybody named is invented."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from yimen.ledger.logic import Purpose
from yimen.licences import services
from yimen.licences.documents import Statement
from yimen.licences.logic import FaceField, LicenceTypeDefinition
from yimen.licences.models import Licence
from yimen.parties.logic import Actor
from yimen.parties.models import Person
from yimen.parties.tests import factories as parties
from yimen.standards import documents as identity
from yimen.standards.licence_identifier import LicenceIdentifier

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
LONG_AGO = datetime(2024, 3, 1, 2, tzinfo=UTC)
OFFICER = Actor("officer", "9", "市人力资源保障局 审批人员", parties.HR)
SELF = Actor("citizen", "7", "您本人")
FACE = (FaceField("level", "学历"), FaceField("settle", "落户方式"))
TYPE = LicenceTypeDefinition(f"{parties.HR}001", "接收批复", parties.HR, 6, FACE)
LONG_TERM = replace(TYPE, code=f"{parties.HR}002", name="长期批复", valid_months=None)
STATEMENT = Statement(
    identifier=str(LicenceIdentifier(TYPE.code, parties.HR, "209FA4E88F9E4C878F3E9BED2CE7EA49", "001")),
    type_code=TYPE.code,
    type_name=TYPE.name,
    holder_name="陈晓雯",
    holder_number="440399200305140017",
    holder_type=identity.RESIDENT_ID,
    issuer_code=parties.HR,
    issuer_name="深圳市人力资源保障局（演示）",
    issued_at=NOW,
    valid_from=date(2026, 11, 22),
    valid_until=date(2027, 5, 21),
    item="reception",
    face={"level": "大学本科"},
)


def licence(
    *,
    holder: Person | None = None,
    case_id: UUID | None = None,
    expired: bool = False,
    long_term: bool = False,
    withdrawn: bool = False,
    **changes: object,
) -> Licence:
    """Return a new licence of half a year from NOW; `changes` are arguments of `services.issue`."""
    parties.agency()
    kind = services.put_type(LONG_TERM if long_term else TYPE)
    case_id = case_id or uuid4()
    values = {
        "type_code": kind.code,
        "holder": holder or parties.person(),
        "issuer": parties.HR,
        "face": {"level": "大学本科"},
        "item": "reception",
        "case_id": case_id,
        "by": OFFICER,
        "at": LONG_AGO if expired else NOW,
        "purpose": Purpose("reception", "毕业生接收", case_id),
    }
    issued = services.issue(**{**values, **changes})
    return services.withdraw(issued.pk, reason="错发", by=OFFICER, at=NOW) if withdrawn else issued
