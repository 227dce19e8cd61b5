"""What a signed-in person saw is kept by nobody on the way, nor by a shared device's back button."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class PrivateMiddleware:
    """Forbid caches to keep any page of somebody signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and say that the answer is private."""
        answer = self.get_response(request)
        if request.user.is_authenticated:
            answer.headers["Cache-Control"] = "private, no-store"
        return answer
