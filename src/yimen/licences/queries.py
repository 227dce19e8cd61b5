"""Reads of licences: a holder's list, the public check, the published keys. Personal data are masked."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from yimen.core.errors import NotFound
from yimen.licences import documents
from yimen.licences.documents import Check
from yimen.licences.logic import EXPIRED_LABEL, is_expired
from yimen.licences.models import Licence, SigningKey
from yimen.parties.models import Person
from yimen.standards import masking


class LicenceNotFound(NotFound):
    """No such licence, or not this person's to see."""

    code = "licences.not-found"
    title = "没有找到这份证照。"


@dataclass(frozen=True, slots=True)
class LicenceRow:
    """A licence on its holder's list (我的证照). `is_valid` is as of the moment asked."""

    id: UUID
    name: str
    issuer: str
    issued_on: date
    valid_until: date | None
    status_label: str
    is_valid: bool
    colour: str
    verification_code: str
    case_id: UUID


@dataclass(frozen=True, slots=True)
class Verification:
    """What anybody may learn of a licence (证照核验): whether it is genuine and valid, and the least about it."""

    is_genuine: bool
    is_valid: bool
    checks: tuple[Check, ...]
    name: str
    issuer: str
    holder: str
    issued_on: str
    valid_until: str
    status_label: str


def row(licence: Licence, *, on: date) -> LicenceRow:
    """Return the licence as its holder's list shows it."""
    expired = is_expired(licence.valid_until, on=on)
    return LicenceRow(
        id=licence.pk,
        name=licence.type.name,
        issuer=licence.issuer.short_name,
        issued_on=timezone.localdate(licence.issued_at),
        valid_until=licence.valid_until,
        status_label=EXPIRED_LABEL if expired else licence.get_status_display(),
        is_valid=licence.status == Licence.Status.ISSUED and not expired,
        colour=licence.type.colour,
        verification_code=licence.verification_code,
        case_id=licence.case_id,
    )


def held_by(person: Person, *, at: datetime) -> list[LicenceRow]:
    """Return the person's licences, newest first."""
    licences = Licence.objects.filter(holder=person).select_related("type", "issuer").order_by("-issued_at")
    return [row(licence, on=timezone.localdate(at)) for licence in licences]


def of_case(person: Person, case_id: UUID, *, at: datetime) -> LicenceRow | None:
    """Return the licence this case gave the person, None where it gave none."""
    licence = Licence.objects.filter(holder=person, case_id=case_id).select_related("type", "issuer").first()
    return None if licence is None else row(licence, on=timezone.localdate(at))


def case_ids() -> set[UUID]:
    """Return the cases that gave a licence."""
    return set(Licence.objects.values_list("case_id", flat=True))


def held(person: Person, licence_id: UUID) -> Licence:
    """Return this person's licence.

    Raises:
        LicenceNotFound: there is none, or it is somebody else's.
    """
    licence = (
        Licence.objects.filter(holder=person, pk=licence_id).select_related("type", "issuer", "key", "holder").first()
    )
    if licence is None:
        raise LicenceNotFound("请从“我的证照”重新进入。")
    return licence


def verify_code(code: str, *, at: datetime) -> Verification:
    """Return what anybody may learn of the licence of this verification code.

    Raises:
        LicenceNotFound: no licence has this code.
    """
    licence = Licence.objects.filter(verification_code=code).select_related("type", "issuer", "key", "holder").first()
    if licence is None:
        raise LicenceNotFound(
            "没有这个核验码对应的证照。请核对核验码，或直接扫描证照上的二维码；查不到的证照不能采信。"
        )
    return _verification(licence, _examine(licence), at=at)


def verify_file(data: bytes, *, at: datetime) -> Verification:
    """Return what a licence file shows, and how the licence stands in our records today.

    Raises:
        NotALicence: the file is no licence of ours.
    """
    seen = documents.check_offline(data, public_keys())
    identifier = str(seen.content.get("identifier", ""))
    licence = Licence.objects.filter(identifier=identifier).select_related("type", "issuer", "key", "holder").first()
    if licence is None or not seen.is_genuine:
        checks = seen.checks
        if licence is None:
            checks = (*checks, Check("record", is_ok=False, sentence="本市没有颁发过这个标识的证照。"))
        nothing = ""
        return Verification(False, False, checks, nothing, nothing, nothing, nothing, nothing, "不能采信")
    return _verification(licence, seen.checks, at=at)


def _examine(licence: Licence) -> tuple[Check, ...]:
    """Check the stored document against its key and against the record's own columns."""
    document = bytes(licence.document)
    content = json.loads(document)
    agrees = (
        content["identifier"] == licence.identifier
        and content["valid_until"] == (licence.valid_until.isoformat() if licence.valid_until else "")
        and content["holder"]["code"] == licence.holder.id_number
    )
    signed = documents.is_signed(document, bytes(licence.signature), licence.key.public_key)
    return (
        Check(
            "signature",
            is_ok=signed,
            sentence="数字签名有效，内容自颁发后没有改动。" if signed else "数字签名与内容不符，不能采信。",
        ),
        Check(
            "record",
            is_ok=agrees,
            sentence="与颁发机构的登记一致。" if agrees else "与颁发机构的登记不一致，不能采信。",
        ),
    )


def _verification(licence: Licence, checks: tuple[Check, ...], *, at: datetime) -> Verification:
    line = row(licence, on=timezone.localdate(at))
    status = Check("status", is_ok=line.is_valid, sentence=f"证照目前的状态：{line.status_label}。")
    genuine = all(check.is_ok for check in checks)
    return Verification(
        is_genuine=genuine,
        is_valid=genuine and line.is_valid,
        checks=(*checks, status),
        name=line.name,
        issuer=licence.issuer.name,
        holder=masking.name(licence.holder.name),
        issued_on=line.issued_on.isoformat(),
        valid_until=line.valid_until.isoformat() if line.valid_until else "长期",
        status_label=line.status_label,
    )


def public_keys() -> list[dict[str, str]]:
    """Return every key licences were ever signed with, as published."""
    keys = SigningKey.objects.order_by("created_at")
    return [{"id": key.id, "algorithm": key.algorithm, "public_key": key.public_key} for key in keys]
