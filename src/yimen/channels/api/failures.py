"""Every failure as the API tells it: application/problem+json, one form for all (RFC 9457)."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from yimen.channels.api.types import Problem
from yimen.core import errors
from yimen.core.errors import DomainError, Invalid, NotFound
from yimen.core.problems import MEDIA_TYPE, problem
from yimen.licences.documents import LARGEST_FILE

ANY = (400, 401, 403, 413, 422)
JSON = "application/json"
DESCRIPTION = "/api/v1/openapi.json"
LARGEST_BODY = LARGEST_FILE + 16 * 1024
"""A licence file of the largest size, and what wraps it on the way."""


def may_fail(*statuses: int) -> dict[int, type[Problem]]:
    """Return what an operation may answer instead of its result: these, and those any operation may."""
    return dict.fromkeys(sorted({*ANY, *statuses}), Problem)


class InvalidRequest(Invalid):
    """The request does not have the form the description states; `errors` has a sentence for each place."""

    code = "api.invalid-request"
    title = "请求的内容不符合接口说明。"


class Unreadable(errors.Unreadable):
    """The request, or its body, cannot be read."""

    code = "api.unreadable"
    title = "请求无法识别。"


class TooLarge(errors.TooLarge):
    """The body is larger than is taken."""

    code = "api.too-large"
    title = "请求体太大。"


class WrongMedia(errors.WrongMedia):
    """The body is in another form than the description states."""

    code = "api.wrong-media"
    title = "请求体的格式不受支持。"


class WrongMethod(errors.WrongMethod):
    """The address is there, but not for this method."""

    code = "api.wrong-method"
    title = "这个地址不支持这个方法。"


class NoSuchAddress(NotFound):
    """There is no such address."""

    code = "api.no-such-address"
    title = "接口没有这个地址。"


BY_STATUS: Mapping[int, DomainError] = {
    HTTPStatus.BAD_REQUEST: Unreadable("请检查请求行、请求头和主机名。"),
    HTTPStatus.NOT_FOUND: NoSuchAddress(f"请对照 {DESCRIPTION} 检查网址。"),
    HTTPStatus.METHOD_NOT_ALLOWED: WrongMethod(f"请对照 {DESCRIPTION}，或看响应头 Allow。"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TooLarge("请分成较小的请求。"),
}
"""What is said where Django or the framework answered with a bare status."""
OUR_FAULT = {
    "type": "about:blank",
    "title": "服务器内部错误。",
    "status": HTTPStatus.INTERNAL_SERVER_ERROR.value,
    "detail": "请稍后再试；如果一直这样，请告诉我们发生的时间和网址。",
}


def turned_away(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to a body nobody wants to begin reading; None for all others."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isascii() and length.isdigit() and int(length[:20]) > LARGEST_BODY:
        return told(request, TooLarge(f"请求体不要超过 {LARGEST_BODY // 1024} KB。"))
    return None


def told(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Return the answer for a failure."""
    answer = _document(problem(error, instance=request.path))
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        refused = ', error="invalid_token"' if "Authorization" in request.headers else ""  # RFC 6750, section 3.1
        answer.headers["WWW-Authenticate"] = f'Bearer realm="yimen"{refused}'
    return answer


def restated(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Return a failure somebody else answered, a page of Django's perhaps, in the one form; anything else as it is."""
    if answer.status_code < HTTPStatus.BAD_REQUEST or answer.headers.get("Content-Type") == MEDIA_TYPE:
        return answer
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _document({**OUR_FAULT, "instance": request.path})
    again = told(request, BY_STATUS.get(answer.status_code, BY_STATUS[HTTPStatus.BAD_REQUEST]))
    if "Allow" in answer.headers:
        again.headers["Allow"] = answer.headers["Allow"]
    return again


def _document(body: Mapping[str, object]) -> HttpResponse:
    """Return a problem document with the status it states."""
    return JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})


class StrictParser(Parser):
    """Reads JSON as RFC 8259 has it, sent as what it is and no larger than is taken."""

    def parse_body(self, request: HttpRequest) -> dict[str, object]:
        """Return the body.

        Raises:
            WrongMedia: it is sent as something else. ValueError: it is no JSON.
        """
        if request.content_type != JSON:
            raise WrongMedia(f"请用 Content-Type: {JSON} 发送。")
        body: dict[str, object] = json.loads(request.body, parse_constant=_refuse_constant)
        return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's


def teach(api: NinjaAPI) -> None:
    """Have the API answer every failure in this form."""

    @api.exception_handler(DomainError)
    def domain(request: HttpRequest, error: DomainError) -> HttpResponse:
        return told(request, error)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        found = [
            {"field": _field(one.get("loc", ())), "sentence": _sentence(str(one["type"]), one.get("ctx") or {})}
            for one in error.errors
        ]
        where = "、".join(one["field"] for one in found[:5])
        return told(request, InvalidRequest(f"请改正 {where}；接口说明见 {DESCRIPTION}。", errors=found[:50]))

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        cause = error.__cause__  # the framework turns whatever the parser raises into its own
        return told(request, cause if isinstance(cause, DomainError) else Unreadable("请求体应为 UTF-8 编码的 JSON。"))

    @api.exception_handler(RequestDataTooBig)
    def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        del error
        assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE is not None
        return told(request, TooLarge(f"请求体不要超过 {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024} KB。"))

    @api.exception_handler(SuspiciousOperation)
    @api.exception_handler(MultiPartParserError)
    def strange(request: HttpRequest, error: Exception) -> HttpResponse:
        del error
        return told(request, Unreadable("请检查请求的编码和分段。"))


SENTENCES: Mapping[str, str] = {
    "missing": "缺少这一项。",
    "extra_forbidden": "没有这一项，请删去。",
    "string_type": "应为文字。",
    "string_unicode": "含有不能保存的字符。",
    "string_too_long": "最多 {max_length} 个字符。",
    "string_too_short": "至少 {min_length} 个字符。",
    "string_pattern_mismatch": "格式应符合 {pattern}。",
    "dict_type": "应为对象。",
    "model_attributes_type": "应为对象。",
    "too_long": "最多 {max_length} 项，现在是 {actual_length} 项。",
    "date_type": "应为日期，如 2026-11-22。",
    "date_parsing": "应为日期，如 2026-11-22。",
    "date_from_datetime_parsing": "应为真实存在的日期，如 2026-11-22。",
    "date_from_datetime_inexact": "应为日期，不带时刻，如 2026-11-22。",
    "bool_type": "应为 true 或 false。",
    "bool_parsing": "应为 true 或 false。",
    "int_type": "应为整数。",
    "int_parsing": "应为整数。",
    "int_from_float": "应为整数。",
    "float_type": "应为数字。",
    "float_parsing": "应为数字。",
    "finite_number": "应为数字。",
}
"""What is said for each kind of mistake the types can find; the rest is said in general."""
GENERAL = "不符合接口说明。"


def _sentence(kind: str, limits: Mapping[str, object]) -> str:
    return SENTENCES.get(kind, GENERAL).format_map(limits)


def _field(place: tuple[str | int, ...]) -> str:
    """Return the dotted path of what is wrong, as the sender knows it: without where it was taken from."""
    source, *path = map(str, place)
    named = path[1:] if source == "body" and len(path) > 1 else path
    return ".".join(named) or source
