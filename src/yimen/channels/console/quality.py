"""Quality of data (数据质量): scores by agency and dataset, runs with the rows that failed, rules."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.channels.components.charts import Bar, Trend, trend
from yimen.channels.console.desk import desk_of, frame
from yimen.core.errors import Conflict, DomainError, Forbidden, Invalid, Unavailable
from yimen.core.problems import status_of
from yimen.datasets.quality import board as boards
from yimen.datasets.quality.rules import DIMENSION_LABELS, Finding
from yimen.datasets.services import quality
from yimen.parties.queries import Desk

GOOD, FAIR, WHOLE = 99.0, 95.0, 100.0
AXIS = 5
REFUSALS = (Invalid, Conflict, Unavailable, Forbidden)


def tone(score: float) -> str:
    """Return the tone of a score: good, warn or bad."""
    return "good" if score >= GOOD else "warn" if score >= FAIR else "bad"


def bars_of(rows: dict[str, float] | tuple[tuple[str, float], ...]) -> list[Bar]:
    """Return scores as bars of a hundred."""
    pairs = rows.items() if isinstance(rows, dict) else rows
    return [Bar(label, f"{score:.1f}", score, tone(score)) for label, score in pairs]


def line_of(scores: Sequence[tuple[str, float]]) -> tuple[Trend | None, int]:
    """Return the line through scores, and where its axis begins: good scores lie close together."""
    lowest = min((score for _, score in scores), default=WHOLE)
    least = max(0, AXIS * (int(lowest) // AXIS) - AXIS)
    return trend([(day, round(score, 1)) for day, score in scores], least=float(least), most=WHOLE), least


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show the scores by agency and dataset, and how they moved."""
    desk = desk_of(request)
    scores = boards.scores(desk)
    line, least = line_of(scores.trend)
    context = {"scores": scores, "bars": bars_of(scores.agencies), "line": line, "least": least}
    return render(request, "console/quality/board.html", {**frame(desk, "quality"), **context})


@login_required
@require_safe
def dataset(request: HttpRequest, code: str) -> HttpResponse:
    """Show a dataset's rules, runs and trend."""
    return _dataset(request, desk_of(request), code)


@login_required
@require_POST
def run(request: HttpRequest, code: str) -> HttpResponse:
    """Run the rules now; the table is taken in a batch exchange under the agency's grant."""
    desk = desk_of(request)
    boards.may_write(desk, code)
    try:
        made = quality.run_quality(code, by=desk.actor, at=timezone.now())
    except REFUSALS as error:
        return _dataset(request, desk, code, error=error)
    return HttpResponseRedirect(f"/console/quality/runs/{made.pk}/", status=303)


@login_required
@require_POST
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Switch a rule off or on again."""
    rule, is_active = request.POST.get("rule", "").replace("\0", ""), request.POST.get("active") == "1"
    quality.switch_rule(code, rule, is_active=is_active, desk=desk_of(request), at=timezone.now())
    return HttpResponseRedirect(f"/console/quality/{code}/", status=303)


@login_required
@require_safe
def show_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Show a run: each rule with its count and some of the rows that failed, masked."""
    desk = desk_of(request)
    made = boards.run_of(desk, run_id)
    findings = sorted(made.findings.all(), key=lambda one: (one.is_met, -one.failed))
    context = {"run": made, "findings": findings, "bars": bars_of(dict(boards.dimensions(made)))}
    return render(request, "console/quality/run.html", {**frame(desk, "quality"), **context})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, code: str) -> HttpResponse:
    """Write a rule: try it first, then keep it."""
    desk = desk_of(request)
    boards.may_write(desk, code)
    view = boards.of_dataset(desk, code)
    error: DomainError | None = None
    found: Finding | None = None
    if request.method == "POST":
        try:
            draft = _draft(request.POST)
            if request.POST.get("do") != "try":
                quality.write_rule(code, draft, desk=desk, at=timezone.now())
                return HttpResponseRedirect(f"/console/quality/{code}/", status=303)
            found = quality.try_rule(code, draft, desk=desk, at=timezone.now())
        except REFUSALS as refused:
            error = refused
    context = {
        "view": view,
        "form": {name: request.POST.get(name, default) for name, default in EMPTY.items()},
        "dimensions": [(one.value, label) for one, label in DIMENSION_LABELS.items()],
        "error": error,
        "found": found,
    }
    status = status_of(error).value if error else 200
    return render(request, "console/quality/write.html", {**frame(desk, "quality"), **context}, status=status)


EMPTY = {"code": "", "title": "", "expression": "", "dimension": "CONSISTENCY", "threshold": "99", "weight": "1"}


def _draft(form: QueryDict) -> quality.Draft:
    """Return the rule as it was filled in.

    Raises:
        BadRule: threshold or weight is no number.
    """
    try:
        threshold, weight = float(form.get("threshold", "99")), int(form.get("weight", "1"))
    except ValueError as error:
        raise quality.BadRule("合格线和权重应为数字，如 99 和 1。") from error
    return quality.Draft(
        code=form.get("code", "").strip(),
        title=form.get("title", ""),
        expression=form.get("expression", ""),
        dimension=form.get("dimension", ""),
        threshold=threshold,
        weight=weight,
    )


def _dataset(request: HttpRequest, desk: Desk, code: str, *, error: DomainError | None = None) -> HttpResponse:
    view = boards.of_dataset(desk, code)
    line, least = line_of(view.trend)
    context = {"view": view, "line": line, "least": least, "error": error}
    status = status_of(error).value if error else 200
    return render(request, "console/quality/dataset.html", {**frame(desk, "quality"), **context}, status=status)
