"""What a person sees when something is not as it should be."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yimen.core.errors import DomainError, Forbidden, Invalid, NotFound


class Stale(Forbidden):
    """The form was open for too long, or cookies are off."""

    code = "portal.stale-form"
    title = "页面停留太久，请返回上一页刷新后再提交。"


class BadRequest(Invalid):
    """The request cannot be understood, or is too large."""

    code = "portal.bad-request"
    title = "提交的内容无法识别，或超过了大小限制。"


class NoSuchPage(NotFound):
    """There is no such page."""

    code = "portal.no-such-page"
    title = "没有这个页面。"


def _page(request: HttpRequest, error: DomainError, status: int) -> HttpResponse:
    return render(request, "portal/problem.html", {"error": error, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    del exception
    return _page(request, BadRequest("请返回上一页检查后重试，上传的文件不要超过 256 KB。"), 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    del exception
    return _page(request, NoSuchPage("请检查网址，或从首页重新进入。"), 404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    del exception
    return _page(request, Forbidden("请换一个有权限的账号登录。"), 403)


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token does not fit."""
    del reason
    return _page(request, Stale("您填写的内容没有丢，返回上一页就能看到；浏览器需要允许使用 Cookie。"), 403)
