"""Reads of licences: a holder's list, the public check, the published keys. Personal data are masked."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from yimen.core.errors import NotFound
from yimen.core.memo import remembered
from yimen.licences import documents
from yimen.licences.documents import Check, Statement
from yimen.licences.logic import EXPIRED_LABEL, VERIFICATION_CODE, is_expired
from yimen.licences.models import Licence, LicenceType, SigningKey
from yimen.parties.models import Agency, Party
from yimen.standards import documents as identity
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
    """What anybody may learn of a licence (证照核验): whether it is genuine and valid, and the least about it.

    Of one that is not genuine nothing but the checks is told: every other text is empty.
    """

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
    """Return the licence as its holder's list shows it. One withdrawn stays so when its last day is past as well."""
    is_issued = licence.status == Licence.Status.ISSUED
    expired = is_issued and is_expired(licence.valid_until, on=on)
    return LicenceRow(
        id=licence.pk,
        name=licence.type.name,
        issuer=licence.issuer.short_name,
        issued_on=timezone.localdate(licence.issued_at),
        valid_until=licence.valid_until,
        status_label=EXPIRED_LABEL if expired else licence.get_status_display(),
        is_valid=is_issued and not expired,
        colour=licence.type.colour,
        verification_code=licence.verification_code,
        case_id=licence.case_id,
    )


def held_by(holder: Party, *, at: datetime, items: Collection[str] = ()) -> list[LicenceRow]:
    """Return the party's licences, newest first; of these items only, where any are named."""
    licences = _of(holder, items).select_related("type", "issuer").order_by("-issued_at")
    return [row(licence, on=timezone.localdate(at)) for licence in licences]


def _of(holder: Party, items: Collection[str]) -> QuerySet[Licence]:
    licences = Licence.objects.filter(holder=holder)
    return licences.filter(item__in=items) if items else licences


def of_case(case_id: UUID, *, holders: Collection[UUID], at: datetime) -> LicenceRow | None:
    """Return the licence this case gave one of these parties, None where it gave none."""
    licence = Licence.objects.filter(holder__in=holders, case_id=case_id).select_related("type", "issuer").first()
    return None if licence is None else row(licence, on=timezone.localdate(at))


def case_ids() -> set[UUID]:
    """Return the cases that gave a licence."""
    return set(Licence.objects.values_list("case_id", flat=True))


def held(holder: Party, licence_id: UUID, *, items: Collection[str] = ()) -> Licence:
    """Return this party's licence.

    Raises:
        LicenceNotFound: there is none, it is somebody else's, or of none of these items where any are named.
    """
    licence = _of(holder, items).select_related(*WHOLE).filter(pk=licence_id).first()
    if licence is None:
        raise LicenceNotFound("请从“我的证照”重新进入。")
    return licence


@remembered
def kind_of(code: str) -> LicenceType | None:
    """Return the licence type of this code, None where there is none."""
    return LicenceType.objects.filter(pk=code).first()


def type_names() -> dict[str, str]:
    """Return the name of every licence type by its code."""
    return dict(LicenceType.objects.values_list("code", "name"))


@remembered
def agency_of(code: str) -> Agency | None:
    """Return the agency of this code, None where there is none."""
    return Agency.objects.filter(pk=code).first()


@remembered
def key_of(key_id: str) -> SigningKey | None:
    """Return the signing key of this name, None before it was first used."""
    return SigningKey.objects.filter(pk=key_id).first()


def verify_code(code: str, *, at: datetime) -> Verification:
    """Return what anybody may learn of the licence of this verification code.

    Raises:
        LicenceNotFound: no licence has this code.
    """
    licence = _whole().filter(verification_code=code).first() if VERIFICATION_CODE.fullmatch(code) else None
    if licence is None:
        raise LicenceNotFound(
            "没有这个核验码对应的证照。请核对核验码，或直接扫描证照上的二维码；查不到的证照不能采信。"
        )
    document = bytes(licence.document)
    signed = documents.check_signature(document, bytes(licence.signature), _published(licence.key))
    return _verification(licence, (signed, _recorded(licence, document)), at=at)


def verify_file(data: bytes, *, at: datetime) -> Verification:
    """Return what a licence file shows, and how the licence stands in our records today.

    Raises:
        NotALicence: the file is no licence of ours.
    """
    seen = documents.check_offline(data, public_keys())
    if not seen.is_genuine:
        return _refused(seen.checks)
    licence = _whole().filter(identifier=str(seen.content["identifier"])).first()
    if licence is None:
        return _refused((*seen.checks, Check("record", is_ok=False, sentence="本市没有颁发过这个标识的证照。")))
    return _verification(licence, (*seen.checks, _recorded(licence, documents.canonical(seen.content))), at=at)


WHOLE = ("type", "issuer", "key", "holder")


def _whole() -> QuerySet[Licence]:
    return Licence.objects.select_related(*WHOLE)


def statement(licence: Licence) -> Statement:
    """Return what the record's columns state: what a new licence is signed for, and an old one is held against."""
    return Statement(
        identifier=licence.identifier,
        type_code=licence.type.code,
        type_name=licence.type.name,
        holder_name=licence.holder_name,
        holder_number=licence.holder.number,
        holder_type=identity.RESIDENT_ID if licence.holder.is_person else identity.CREDIT_CODE,
        issuer_code=licence.issuer.code,
        issuer_name=licence.issuer.name,
        issued_at=licence.issued_at,
        valid_from=licence.valid_from,
        valid_until=licence.valid_until,
        item=licence.item,
        face=licence.face,
    )


def _recorded(licence: Licence, document: bytes) -> Check:
    """Hold a document against the one kept and against the record's columns; types and agencies may be renamed."""
    try:
        content = json.loads(document)
        then = {"type_name": content["type"]["name"], "issuer_name": content["issuer"]["name"]}
        agrees = document == bytes(licence.document) == replace(statement(licence), **then).canonical()
    except (ValueError, TypeError, KeyError):
        agrees = False
    return Check(
        "record",
        is_ok=agrees,
        sentence="与颁发机构的登记一致。" if agrees else "与颁发机构的登记不一致，不能采信。",
    )


def _verification(licence: Licence, checks: tuple[Check, ...], *, at: datetime) -> Verification:
    if not all(check.is_ok for check in checks):
        return _refused(checks)
    line = row(licence, on=timezone.localdate(at))
    return Verification(
        is_genuine=True,
        is_valid=line.is_valid,
        checks=(*checks, Check("status", is_ok=line.is_valid, sentence=f"证照目前的状态：{line.status_label}。")),
        name=line.name,
        issuer=licence.issuer.name,
        holder=masking.name(licence.holder_name) if licence.holder.is_person else licence.holder_name,
        issued_on=line.issued_on.isoformat(),
        valid_until=line.valid_until.isoformat() if line.valid_until else "长期",
        status_label=line.status_label,
    )


def _refused(checks: tuple[Check, ...]) -> Verification:
    return Verification(
        is_genuine=False,
        is_valid=False,
        checks=checks,
        name="",
        issuer="",
        holder="",
        issued_on="",
        valid_until="",
        status_label="不能采信",
    )


def public_keys() -> list[dict[str, str]]:
    """Return every key licences were ever signed with, oldest first, as published for checking without us.

    `retired_at` is empty while the key is in use.
    """
    return [_published(key) for key in SigningKey.objects.order_by("created_at", "pk")]


def _published(key: SigningKey) -> dict[str, str]:
    return {
        "id": key.pk,
        "algorithm": key.algorithm,
        "public_key": key.public_key,
        "retired_at": key.retired_at.isoformat() if key.retired_at else "",
    }
