"""What waits for whoever sits at the console (总览)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yimen.channels.console.desk import desk_of, frame


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the overview."""
    return render(request, "console/home.html", frame(desk_of(request), "home"))
