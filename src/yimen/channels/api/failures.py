"""Every failure as the API tells it: application/problem+json, one form for all (RFC 9457)."""

import http
from collections.abc import Mapping

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from yimen.channels.api.types import Problem
from yimen.core.errors import DomainError, Invalid, NotFound
from yimen.core.problems import MEDIA_TYPE, problem, status_of

FAILURES: Mapping[int, type[Problem]] = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 503), Problem)
"""What any operation may answer instead of its result."""


class InvalidRequest(Invalid):
    """The request does not have the form the description states; `errors` has a line for each place."""

    code = "api.invalid-request"
    title = "请求的内容不符合接口说明。"


class BadJson(Invalid):
    """The body is no JSON."""

    code = "api.bad-json"
    title = "请求体不是有效的 JSON。"


class TooLarge(Invalid):
    """The body is larger than is taken."""

    code = "api.too-large"
    title = "请求体太大。"


class NoSuchAddress(NotFound):
    """There is no such address."""

    code = "api.no-such-address"
    title = "接口没有这个地址。"


class MethodNotAllowed(Invalid):
    """The address is there, but not for this method."""

    code = "api.method-not-allowed"
    title = "这个地址不支持这个方法。"


def told(request: HttpRequest, error: DomainError, *, status: int | None = None) -> HttpResponse:
    """Return the answer for a failure."""
    body = problem(error, instance=request.path)
    if status is not None:
        body["status"] = status
    answer = JsonResponse(
        body,
        status=status or status_of(error),
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    if answer.status_code == http.HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="yimen"'
    return answer


def teach(api: NinjaAPI) -> None:
    """Have the API answer every failure in this form."""

    @api.exception_handler(DomainError)
    def domain(request: HttpRequest, error: DomainError) -> HttpResponse:
        return told(request, error)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [
            {"at": ".".join(map(str, one.get("loc", ()))), "what": str(one.get("msg", ""))} for one in error.errors
        ]
        where = "、".join(one["at"] for one in errors[:5])
        return told(request, InvalidRequest(f"请改正 {where}；接口说明见 /api/v1/openapi.json。", errors=errors[:50]))

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        kind = (
            BadJson("请检查引号、逗号和编码（UTF-8）。") if error.status_code == http.HTTPStatus.BAD_REQUEST else None
        )
        return told(request, kind or InvalidRequest(str(error)), status=error.status_code)

    @api.exception_handler(Http404)
    def absent(request: HttpRequest, error: Http404) -> HttpResponse:
        del error
        return told(request, NoSuchAddress("请对照 /api/v1/openapi.json 检查网址。"))

    @api.exception_handler(RequestDataTooBig)
    def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        del error
        return told(request, TooLarge("请求体不要超过 256 KB。"), status=413)

    @api.exception_handler(SuspiciousOperation)
    def strange(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
        del error
        return told(request, BadJson("请求无法识别。"), status=400)
