"""My licences, and the check that anybody can make (我的证照、证照核验)."""

import re
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yimen.channels.portal import results
from yimen.channels.portal.visitor import standing_of
from yimen.core.errors import Invalid, NotFound
from yimen.core.problems import status_of
from yimen.licences import documents, qr, queries, services

CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")


class CodeMissing(Invalid):
    """Neither a file was given nor what could be a code."""

    code = "licences.code-missing"
    title = "请填写核验码，或选择证照文件。"


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the licences of the party one acts for."""
    standing = standing_of(request)
    held = queries.held_by(standing.principal, at=timezone.now(), items=standing.items)
    return render(request, "portal/licences/list.html", {"nav": "licences", "licences": held})


@login_required
@require_safe
def show(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    """Show a licence whole to its holder (亮证)."""
    view = _shown(request, licence_id)
    url = results.verification_url(view.row.verification_code)
    context = {
        "nav": "licences",
        "view": view,
        "qr": qr.svg(url, title="证照核验二维码"),
        "verify_path": f"/verify/{view.row.verification_code}/",
    }
    return render(request, "portal/licences/show.html", context)


@login_required
@require_safe
def download(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    """Give the holder the signed file."""
    view = _shown(request, licence_id)
    answer = HttpResponse(view.file, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{view.identifier}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _shown(request: HttpRequest, licence_id: UUID) -> services.LicenceView:
    standing = standing_of(request)
    return services.show(
        licence_id, holder=standing.principal, by=standing.actor, at=timezone.now(), items=standing.items
    )


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a file, and show what the file proves."""
    if request.method == "GET":
        return _form(request)
    code = request.POST.get("code", "").strip()
    if CODE.fullmatch(code) and not request.FILES:
        return redirect("portal:verify-code", code)
    try:
        seen = _examined(request)
    except Invalid as error:
        return _form(request, error=error)
    return render(request, "portal/licences/verification.html", {"seen": seen}, status=200 if seen.is_genuine else 422)


def _examined(request: HttpRequest) -> queries.Verification:
    uploaded = request.FILES.get("file")
    if uploaded is None:
        raise CodeMissing("核验码印在证照的二维码下方；证照文件从“我的证照”下载。")
    return queries.verify_file(uploaded.read(documents.LARGEST_FILE + 1), at=timezone.now())


def _form(request: HttpRequest, *, error: Invalid | None = None) -> HttpResponse:
    return render(request, "portal/licences/verify.html", {"error": error}, status=status_of(error) if error else 200)


@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show what anybody may learn of the licence of this code."""
    try:
        seen = queries.verify_code(code, at=timezone.now())
    except NotFound as error:
        return render(request, "portal/licences/verification.html", {"seen": None, "error": error}, status=404)
    return render(request, "portal/licences/verification.html", {"seen": seen})


@require_safe
def keys(request: HttpRequest) -> JsonResponse:
    """Publish the public keys licences are signed with."""
    del request
    return JsonResponse({"keys": queries.public_keys()})
