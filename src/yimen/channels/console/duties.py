"""How each agency does its duties about policies, with warnings (政策督查)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.channels.components.charts import Bar
from yimen.channels.console.desk import desk_of, frame
from yimen.policies.paying.board import AgencyRow, board


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the board."""
    desk = desk_of(request)
    found = board(desk, on=timezone.localdate())
    context = {
        **frame(desk, "duties"),
        "board": found,
        "agencies": [(one, _bars(one)) for one in found.agencies],
    }
    return render(request, "console/duties/board.html", context)


def _bars(row: AgencyRow) -> list[Bar]:
    """Return a bar for each kind of duty, how much of it is done, and one for the money spent of the year's budget."""
    bars = [
        Bar(one.label, f"{one.done} / {one.total} 完成", float(one.share), "bad" if one.late else "good")
        for one in row.kinds
    ]
    if row.budget_yuan:
        said = f"{row.spent_yuan:,.0f} / {row.budget_yuan:,.0f} 元"
        bars.append(Bar("预算已支出", said, float(row.share_spent)))
    return bars
