"""Who read what, and whether it is sealed (留痕审计)."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.channels.components.charts import bars
from yimen.channels.console.desk import desk_of, frame
from yimen.datasets import queries as datasets
from yimen.ledger import auditing
from yimen.ledger.auditing import PAGE, AuditFilter
from yimen.ledger.models import Entry
from yimen.parties import queries as parties
from yimen.parties.queries import Desk

PERIOD_DAYS = 30
FIELDS_SAID = 3
OWN = {"cases": "办件", "licences": "电子证照", "objections": "数据异议"}
"""What is no department's dataset but our own."""
MOST_DIGITS = 18
"""No row has a longer number."""


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the rows looked for, who read most, and how far the seals have come."""
    desk = desk_of(request)
    own = _titles(desk)
    wanted = _wanted(request)
    rows = auditing.rows(desk, wanted, datasets=own)
    readers = auditing.readers(desk, since=timezone.now() - timedelta(days=PERIOD_DAYS), datasets=own)
    fields = datasets.field_titles((row.dataset, name) for row in rows for name in row.fields)
    more = request.GET.copy()
    if len(rows) == PAGE:
        more["before"] = str(rows[-1].id)
    context = {
        **frame(desk, "ledger"),
        "rows": [(row, _said(row, fields)) for row in rows],
        "titles": own | OWN,
        "wanted": wanted,
        "since": request.GET.get("since", ""),
        "until": request.GET.get("until", ""),
        "results": Entry.Result.choices,
        "agencies": sorted(parties.agency_names().items(), key=lambda one: one[1]),
        "readers": bars([(one.name, float(one.reads), "warn" if one.refused else "") for one in readers]),
        "refused": sum(one.refused for one in readers),
        "days": PERIOD_DAYS,
        "sealing": auditing.sealing() if desk.is_auditor else None,
        "more": more.urlencode() if len(rows) == PAGE else "",
    }
    return render(request, "console/ledger.html", context)


def _said(row: auditing.AuditRow, titles: Mapping[tuple[str, str], str]) -> str:
    """Return the first few of a row's fields in Chinese, and how many there are."""
    said = "、".join(titles.get((row.dataset, name), name) for name in row.fields[:FIELDS_SAID])
    return said if len(row.fields) <= FIELDS_SAID else f"{said} 等 {len(row.fields)} 项"


def _titles(desk: Desk) -> dict[str, str]:
    return datasets.titles() if desk.is_auditor else datasets.of_agency(desk.agency)


def _wanted(request: HttpRequest) -> AuditFilter:
    """Return what was asked for; what makes no sense is no filter."""
    given = {name: request.GET.get(name, "").replace("\x00", "")[:100] for name in ("dataset", "agency", "result")}
    until = _day(request.GET.get("until", ""))
    return AuditFilter(
        **given,
        since=_day(request.GET.get("since", "")),
        until=until + timedelta(days=1) if until else None,
        before=_number(request.GET.get("before", "")),
    )


def _number(written: str) -> int | None:
    is_one = written.isascii() and written.isdecimal() and len(written) <= MOST_DIGITS
    return int(written) if is_one else None


def _day(written: str) -> datetime | None:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    if not 1949 < day.year < 2999:  # noqa: PLR2004 - far from where a day more or a zone would overflow
        return None
    return timezone.make_aware(datetime.combine(day, time.min))
