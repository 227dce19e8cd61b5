"""Verbs on licences: keep a type, issue, show, withdraw."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from psycopg.errors import UniqueViolation

from yimen.core import memo, signing
from yimen.core.errors import Conflict, Invalid, NotFound
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.ledger.models import Entry
from yimen.licences import documents, queries
from yimen.licences.logic import LicenceTypeDefinition, last_valid_day, unknown_fields, validate
from yimen.licences.models import ONE_PER_CASE, Licence, LicenceType, SigningKey
from yimen.licences.queries import LicenceRow
from yimen.parties.logic import Actor
from yimen.parties.models import Agency, Party
from yimen.standards.licence_identifier import LicenceIdentifier

FIRST_VERSION = "001"
LONGEST_REASON = 300


class BadDefinition(Invalid):
    """A licence type makes no sense."""

    code = "licences.bad-definition"
    title = "证照类型定义有误。"


class CannotIssue(Conflict):
    """Something the licence needs is not in place: its type, its issuer, a field of its face, a key in use."""

    code = "licences.cannot-issue"
    title = "暂时不能签发这份证照。"


class AlreadyIssued(Conflict):
    """The case has its licence already; a case gives one at most."""

    code = "licences.already-issued"
    title = "这件办件已经签发过证照。"


class ReasonMissing(Invalid):
    """A licence is withdrawn for a reason, in at most 300 characters."""

    code = "licences.reason-missing"
    title = "请写明撤销证照的原因。"


class KeyNotFound(NotFound):
    """No licence was ever signed with this key."""

    code = "licences.key-not-found"
    title = "没有找到这个签名密钥。"


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
    problems = validate(definition)
    if not Agency.objects.filter(code=definition.agency).exists():
        problems.append(f"没有代码为 {definition.agency} 的部门，请先登记定义机构。")
    if problems:
        raise BadDefinition("".join(problems), type=definition.code)
    memo.forget()
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
    holder: Party,
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

    Raises:
        CannotIssue: no such type or issuer, a field the type does not have, or the signing key is retired.
        AlreadyIssued: the case has its licence, perhaps since a moment ago; the caller's transaction is lost.
    """
    licence = signed(type_code=type_code, holder=holder, issuer=issuer, face=face, item=item, case_id=case_id, at=at)
    _save(licence)
    issued(licence, by=by, at=at, purpose=purpose).save(force_insert=True)
    return licence


def issued(licence: Licence, *, by: Actor, at: datetime, purpose: Purpose) -> Entry:
    """Return the ledger's row of an issue, not yet written."""
    details = {"licence": str(licence.pk)}
    return ledger.act(
        actor=by, action="licence.issued", subject=licence.holder_id, purpose=purpose, at=at, details=details
    )


def signed(
    *, type_code: str, holder: Party, issuer: str, face: Mapping[str, str], item: str, case_id: UUID, at: datetime
) -> Licence:
    """Return a licence complete and signed, not yet written.

    Raises:
        CannotIssue: as `issue`.
    """
    kind, agency = queries.kind_of(type_code), queries.agency_of(issuer)
    if kind is None or agency is None:
        raise CannotIssue("证照类型或颁发机构还没有登记。请联系管理员装入内容包。", type=type_code, issuer=issuer)
    if unknown := unknown_fields(face, (one["name"] for one in kind.face)):
        raise CannotIssue(f"证照类型“{kind.name}”没有照面信息项 {'、'.join(unknown)}。请改正内容包。", type=type_code)
    on = timezone.localdate(at)
    identifier = LicenceIdentifier(kind.code, agency.code, uuid4().hex.upper(), FIRST_VERSION)
    signer = signing.signer_at(Path(settings.YIMEN_SIGNING_KEY))
    licence = Licence(
        identifier=str(identifier),
        type=kind,
        version=identifier.version,
        holder=holder,
        holder_name=holder.name,
        issuer=agency,
        issued_at=at,
        valid_from=on,
        valid_until=last_valid_day(on, kind.valid_months),
        item=item,
        face=dict(face),
        key=_published(signer, at=at),
        case_id=case_id,
        verification_code=secrets.token_urlsafe(24),
    )
    licence.document = queries.statement(licence).canonical()
    licence.signature = signer.sign(licence.document)
    return licence


def _published(signer: signing.Signer, *, at: datetime) -> SigningKey:
    key = queries.key_of(signer.key_id)
    if key is None:
        key, _ = SigningKey.objects.get_or_create(
            id=signer.key_id,
            defaults={"algorithm": signer.algorithm, "public_key": signer.public_key, "created_at": at},
        )
        memo.forget()
    if key.retired_at is not None and key.retired_at <= at:
        raise CannotIssue("签名密钥已经停用。请联系管理员更换 YIMEN_SIGNING_KEY。", key=key.pk)
    return key


def _save(licence: Licence) -> None:
    try:
        licence.save(force_insert=True)
    except IntegrityError as error:
        cause = error.__cause__
        if isinstance(cause, UniqueViolation) and cause.diag.constraint_name == ONE_PER_CASE:
            raise AlreadyIssued(case=str(licence.case_id)) from error
        raise


def show(licence_id: UUID, *, holder: Party, by: Actor, at: datetime, items: Collection[str] = ()) -> LicenceView:
    """Return the licence whole to its holder (亮证), leaving a ledger row.

    `items` are those whoever acts for the holder may act in; none named means all.

    Raises:
        LicenceNotFound: there is none, it is somebody else's, or of another item.
    """
    licence = queries.held(holder, licence_id, items=items)
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
    return LicenceView(
        row=queries.row(licence, on=timezone.localdate(at)),
        identifier=licence.identifier,
        holder=licence.holder_name,
        face=tuple(
            (one["title"], licence.face[one["name"]]) for one in licence.type.face if one["name"] in licence.face
        ),
        file=documents.export(
            document=bytes(licence.document), signature=bytes(licence.signature), key_id=licence.key_id
        ),
    )


@transaction.atomic
def withdraw(licence_id: UUID, *, reason: str, by: Actor, at: datetime) -> Licence:
    """Withdraw a licence that was granted wrongly (撤销); it stays in the records and fails every check from now on.

    Law: 行政许可法 art. 69.

    Raises:
        ReasonMissing: no reason, or a longer one than 300 characters.
        LicenceNotFound: the officer's agency issued no such licence.
        NotInForce: it is not in force.
    """
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise ReasonMissing(f"原因应为 1 到 {LONGEST_REASON} 个字，现在是 {len(reason.strip())} 个。")
    licence = Licence.objects.select_for_update().filter(pk=licence_id, issuer_id=by.agency_code).first()
    if licence is None:
        raise queries.LicenceNotFound("请核对证照，只能撤销本部门颁发的证照。")
    if licence.status != Licence.Status.ISSUED:
        raise NotInForce(licence=str(licence_id))
    licence.status, licence.status_reason = Licence.Status.WITHDRAWN, reason.strip()
    licence.save(update_fields=["status", "status_reason"])
    ledger.record_act(
        actor=by,
        action="licence.withdrawn",
        subject=licence.holder_id,
        purpose=Purpose(item=licence.item, title="撤销证照", case_id=licence.case_id),
        at=at,
        details={"licence": str(licence.pk)},
    )
    return licence


def retire_key(key_id: str, *, at: datetime) -> SigningKey:
    """Stop signing with a key; what it signed before stays genuine. Retiring it again keeps the first moment.

    Raises:
        KeyNotFound: nothing was ever signed with this key.
    """
    memo.forget()
    SigningKey.objects.filter(pk=key_id, retired_at=None).update(retired_at=at)
    key = SigningKey.objects.filter(pk=key_id).first()
    if key is None:
        raise KeyNotFound("请核对密钥标识；/verify/keys.json 列出全部签名密钥。")
    return key
