"""The report on islands of data (信息孤岛), as a page and as a table to take along."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.channels.components.charts import Bar
from yimen.channels.console.desk import desk_of, frame
from yimen.items import islands

PERIODS = (30, 90, 365)
"""In days; the first is shown unless another is asked for."""


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show who shares what, what is really used, and what people are still asked for."""
    desk = desk_of(request)
    found, days = _report(request)
    context = {
        **frame(desk, "islands"),
        "report": found,
        "days": days,
        "periods": PERIODS,
        "bars": [
            Bar(
                one.name,
                f"{one.shared} / {one.registered}",
                100.0 * one.shared / one.registered,
                "good" if one.shared == one.registered else "warn" if one.shared else "bad",
                f"/console/datasets/?agency={one.code}",
            )
            for one in found.agencies
        ],
        "islands": [one for one in found.datasets if not one.was_shared],
        "unused": [one for one in found.datasets if one.is_shared and not one.is_used],
        "total": len(found.datasets),
        "shared": sum(one.is_shared for one in found.datasets),
        "used": sum(one.is_used for one in found.datasets),
        "reused": sum(one.is_reused for one in found.datasets),
    }
    return render(request, "console/islands.html", context)


@login_required
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """Send the datasets of the report as CSV."""
    desk_of(request)
    found, days = _report(request)
    answer = HttpResponse(islands.as_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="islands-{days}-days-{timezone.localdate()}.csv"'
    return answer


def _report(request: HttpRequest) -> tuple[islands.IslandReport, int]:
    wanted = request.GET.get("days", "")
    days = next((one for one in PERIODS if str(one) == wanted), PERIODS[0])
    now = timezone.now()
    return islands.report(since=now - timedelta(days=days), until=now, on=timezone.localdate()), days
