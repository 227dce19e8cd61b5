"""Expected failures become answers here, once: problem+json for programs, a kind page for people."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from yimen.channels.api import failures
from yimen.core.errors import DomainError
from yimen.core.problems import MEDIA_TYPE, problem, status_of

API = "/api/"


class ProgramMiddleware:
    """Tell programs of every failure in the one form, wherever it arose: outermost, so that nothing escapes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; under /api/ nobody on the way keeps the answer."""
        if not request.path.startswith(API):
            return self.get_response(request)
        answer = failures.turned_away(request) or failures.restated(request, self.get_response(request))
        answer.headers["Cache-Control"] = "no-store"
        return answer


def wants_json(request: HttpRequest) -> bool:
    """Tell whether a program is asking: under /api/, or JSON preferred to HTML."""
    return request.path.startswith(API) or not request.accepts("text/html")


class ProblemMiddleware:
    """Turn a DomainError raised by a view into its answer; leave every other exception a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for an expected failure; None for a bug."""
        if not isinstance(exception, DomainError):
            return None
        status = status_of(exception)
        if wants_json(request):
            body = problem(exception, instance=request.path)
            return JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
        return render(request, "portal/problem.html", {"error": exception, "status": status.value}, status=status)
