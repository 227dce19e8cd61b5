"""What became of the policies (政策评价), and what a draft would change (政策仿真)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.channels.components import charts
from yimen.channels.console.desk import desk_of, frame
from yimen.lake.store import NoSnapshot
from yimen.policies import queries
from yimen.policies.evaluating import report as evaluating
from yimen.policies.evaluating.coverage import Line
from yimen.policies.evaluating.dimensions import dimensions
from yimen.policies.evaluating.report import Report

MOST_PARTS = 12


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show coverage and take-up of each measure, broken down as asked, and the money against the plan."""
    desk, now = desk_of(request), timezone.now()
    ways = dimensions(timezone.localdate(now))
    by = request.GET.get("by", "")
    told = evaluating.report(by=by if by in ways else "", at=now)
    shown = [_shown(name, told) for name in told.titles]
    context = {
        **frame(desk, "evaluation"),
        "told": told,
        "by": by,
        "ways": ways.values(),
        "measures": [one for one in shown if one["funnel"]],
        "nobody": [one for one in shown if not one["funnel"]],
    }
    return render(request, "console/policies/evaluation.html", context)


def _shown(name: str, told: Report) -> dict[str, object]:
    """Return one measure as the page shows it: its funnel, its parts, its money, its rating."""
    lines = [one for one in told.lines if one.measure == name]
    total = [sum(getattr(one, step) for one in lines) for step in ("could", "knew", "applied", "got")]
    steps = zip(("能享受", "知道", "申请", "拿到"), total, strict=True)
    days = [one.median_days for one in lines if one.median_days is not None]
    return {
        "name": name,
        "title": told.titles[name],
        "funnel": charts.bars([(label, float(figure), "") for label, figure in steps]) if total[0] else [],
        "parts": _parts(lines),
        "days": min(days) if len(days) == 1 else None,
        "money": next((one for one in told.spending if one.measure == name), None),
        "rated": next((one for one in told.ratings if one.measure == name), None),
    }


def _parts(lines: list[Line]) -> list[Line]:
    return lines[:MOST_PARTS] if len(lines) > 1 else []


@login_required
@require_safe
def simulation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the version under way would change against the rules in force."""
    desk, now = desk_of(request), timezone.now()
    page = queries.under_way(slug, by=desk)
    try:
        effects = evaluating.effects(page.definition, dict(page.rules), by="district", at=now)
        missing = False
    except NoSnapshot:
        effects, missing = [], True
    context = {
        **frame(desk, "policies"),
        "page": page,
        "effects": [
            (one, charts.bars([(label, float(count), "") for label, count in one.gains[:MOST_PARTS]]))
            for one in effects
        ],
        "missing": missing,
    }
    return render(request, "console/policies/simulation.html", context)
