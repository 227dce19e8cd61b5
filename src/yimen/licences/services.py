"""Verbs on licences: keep a type, issue, show, withdraw."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yimen.core.errors import Conflict, Invalid
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.licences import documents, queries, signing
from yimen.licences.logic import LicenceTypeDefinition, last_valid_day, validate
from yimen.licences.models import Licence, LicenceType, SigningKey
from yimen.licences.queries import LicenceRow
from yimen.parties.logic import Actor
from yimen.parties.models import Agency, Person
from yimen.standards import documents as identity
from yimen.standards.licence_identifier import LicenceIdentifier


class BadDefinition(Invalid):
    """A licence type makes no sense."""

    code = "licences.bad-definition"
    title = "证照类型定义有误。"


class NotInForce(Conflict):
    """The licence is not in force, so it cannot be withdrawn."""

    code = "licences.not-in-force"
    title = "这份证照已不在有效状态。"


@dataclass(frozen=True, slots=True)
class LicenceView:
    """A licence as its holder sees it whole. `face` is (title, value) in the type's order."""

    row: LicenceRow
    identifier: str
    holder: str
    face: tuple[tuple[str, str], ...]
    file: bytes


def put_type(definition: LicenceTypeDefinition) -> LicenceType:
    """Create the licence type or bring it up to date; the same definition twice changes nothing.

    Raises:
        BadDefinition: it makes no sense; the sentence says how to mend it.
    """
    if problems := validate(definition):
        raise BadDefinition(" ".join(problems), type=definition.code)
    kept, _ = LicenceType.objects.update_or_create(
        code=definition.code,
        defaults={
            "name": definition.name,
            "agency_id": definition.agency,
            "valid_months": definition.valid_months,
            "face": [asdict(one) for one in definition.face],
            "colour": definition.colour,
        },
    )
    return kept


def issue(
    *,
    type_code: str,
    holder: Person,
    issuer: str,
    face: Mapping[str, str],
    item: str,
    case_id: UUID,
    by: Actor,
    at: datetime,
    purpose: Purpose,
) -> Licence:
    """Issue and sign a licence, in the caller's transaction; the database admits one a case.

    `face` has the values by face field, as people read them. Times are kept in UTC, validity by the local day.
    """
    kind = LicenceType.objects.get(code=type_code)
    agency = Agency.objects.get(code=issuer)
    on = timezone.localdate(at)
    until = last_valid_day(on, kind.valid_months)
    identifier = LicenceIdentifier(kind.code, agency.code, uuid4().hex.upper(), "001")
    document = documents.canonical(
        {
            "identifier": str(identifier),
            "type": {"code": kind.code, "name": kind.name},
            "holder": {"name": holder.name, "code": holder.id_number, "code_type": identity.RESIDENT_ID},
            "issuer": {"code": agency.code, "name": agency.name},
            "issued_at": at.isoformat(),
            "valid_from": on.isoformat(),
            "valid_until": until.isoformat() if until else "",
            "item": item,
            "face": dict(face),
        }
    )
    signer = signing.signer_at(Path(settings.YIMEN_SIGNING_KEY))
    licence = Licence.objects.create(
        identifier=str(identifier),
        type=kind,
        version=identifier.version,
        holder=holder,
        issuer=agency,
        issued_at=at,
        valid_from=on,
        valid_until=until,
        document=document,
        signature=signer.sign(document),
        key=_published(signer, at=at),
        case_id=case_id,
        verification_code=secrets.token_urlsafe(24),
    )
    ledger.record_act(
        actor=by,
        action="licence.issued",
        subject=holder.pk,
        purpose=purpose,
        at=at,
        details={"licence": str(licence.pk)},
    )
    return licence


def _published(signer: signing.Signer, *, at: datetime) -> SigningKey:
    key, _ = SigningKey.objects.get_or_create(
        id=signer.key_id,
        defaults={"algorithm": signer.algorithm, "public_key": signer.public_key, "created_at": at},
    )
    return key


def show(licence_id: UUID, *, holder: Person, by: Actor, at: datetime) -> LicenceView:
    """Return the licence whole to its holder (亮证), leaving a ledger row.

    Raises:
        LicenceNotFound: there is none, or it is somebody else's.
    """
    licence = queries.held(holder, licence_id)
    ledger.record_read(
        actor=by,
        subject=holder.pk,
        dataset="licences",
        fields=["document"],
        purpose=Purpose(item="", title="查看本人证照", case_id=licence.case_id),
        result="OK",
        at=at,
        action="licence.shown",
    )
    document = bytes(licence.document)
    values = json.loads(document)["face"]
    return LicenceView(
        row=queries.row(licence, on=timezone.localdate(at)),
        identifier=licence.identifier,
        holder=licence.holder.name,
        face=tuple((one["title"], values[one["name"]]) for one in licence.type.face if one["name"] in values),
        file=documents.export(document=document, signature=bytes(licence.signature), key_id=licence.key_id),
    )


@transaction.atomic
def withdraw(licence_id: UUID, *, reason: str, by: Actor, at: datetime) -> Licence:
    """Withdraw a licence that was granted wrongly (撤销); it stays in the records and fails every check from now on.

    Law: 行政许可法 art. 69.

    Raises:
        LicenceNotFound: the officer's agency issued no such licence. NotInForce: it is not in force.
    """
    licence = Licence.objects.select_for_update().filter(pk=licence_id, issuer_id=by.agency_code).first()
    if licence is None:
        raise queries.LicenceNotFound("请核对证照，只能撤销本部门颁发的证照。")
    if licence.status != Licence.Status.ISSUED:
        raise NotInForce(licence=str(licence_id))
    licence.status, licence.status_reason = Licence.Status.WITHDRAWN, reason
    licence.save(update_fields=["status", "status_reason"])
    ledger.record_act(
        actor=by,
        action="licence.withdrawn",
        subject=licence.holder_id,
        purpose=Purpose(item="", title="撤销证照", case_id=licence.case_id),
        at=at,
    )
    return licence
