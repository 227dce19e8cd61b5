"""Licences and their verification (证照、核验)."""

from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Path, Router, UploadedFile

from yimen.channels.api import types
from yimen.channels.api.bearer import Token, standing_of
from yimen.channels.api.failures import may_fail
from yimen.licences import documents, queries, services
from yimen.licences.queries import LicenceRow

router = Router(tags=["licences"], auth=Token())
verifications = Router(tags=["verifications"], auth=Token(is_public=True))


def line(row: LicenceRow) -> types.LicenceLine:
    """Return a licence as outsiders see it."""
    return types.LicenceLine(
        id=row.id,
        name=row.name,
        issuer=row.issuer,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        status=row.status_label,
        is_valid=row.is_valid,
        verify_url=f"{settings.YIMEN_PUBLIC_URL}/verify/{row.verification_code}/",
    )


@router.get("", response={200: list[types.LicenceLine], **may_fail()}, summary="证照列表", operation_id="listLicences")
def listing(request: HttpRequest) -> list[types.LicenceLine]:
    """Return the licences of the party the request acts for, newest first."""
    standing = standing_of(request)
    return [line(row) for row in queries.held_by(standing.principal, at=timezone.now(), items=standing.items)]


@router.get(
    "/{uuid:licence_id}/document",
    response={200: dict[str, object], **may_fail(404)},
    summary="证照签名文件",
    operation_id="getLicenceDocument",
)
def document(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    """Return the signed file, which anybody can verify offline."""
    standing = standing_of(request)
    view = services.show(
        licence_id, holder=standing.principal, by=standing.actor, at=timezone.now(), items=standing.items
    )
    answer = HttpResponse(view.file, content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@verifications.get(
    "/{code}", response={200: types.Verification, **may_fail(404)}, summary="按核验码核验", operation_id="verifyCode"
)
def verify_code(
    request: HttpRequest, code: Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
) -> types.Verification:
    """Return what anybody may learn of the licence of this verification code."""
    del request
    return _told(queries.verify_code(code, at=timezone.now()))


@verifications.post(
    "", response={200: types.Verification, **may_fail()}, summary="按证照文件核验", operation_id="verifyFile"
)
def verify_file(request: HttpRequest, file: Annotated[UploadedFile, File()]) -> types.Verification:
    """Return what a licence file proves."""
    del request
    return _told(queries.verify_file(file.read(documents.LARGEST_FILE + 1), at=timezone.now()))


def _told(seen: queries.Verification) -> types.Verification:
    return types.Verification(
        is_genuine=seen.is_genuine,
        is_valid=seen.is_valid,
        name=seen.name,
        issuer=seen.issuer,
        holder=seen.holder,
        issued_on=seen.issued_on,
        valid_until=seen.valid_until,
        status=seen.status_label,
        checks=[types.CheckLine(name=one.name, is_ok=one.is_ok, sentence=one.sentence) for one in seen.checks],
    )
