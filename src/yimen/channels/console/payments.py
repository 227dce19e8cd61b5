"""Batches of payments: gather, freeze, approve, let go; and a payment followed back to its clause (资金拨付)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yimen.channels.components.charts import Bar
from yimen.channels.console.desk import desk_of, frame
from yimen.core.errors import Conflict, DomainError, Forbidden, Invalid, Unavailable
from yimen.core.problems import status_of
from yimen.parties.queries import Desk
from yimen.payments import queries, services
from yimen.payments.errors import NotAPayer
from yimen.payments.queries import BudgetRow
from yimen.payments.services import Target
from yimen.policies.paying import tracing

REFUSALS = (Invalid, Conflict, Unavailable, Forbidden)
"""What is told on the page itself, so that nothing written is lost. What is not there stays not found."""

Verb = Callable[[UUID, Desk, datetime, str], object]
VERBS: Mapping[str, Verb] = {
    "freeze": lambda key, desk, at, _: services.freeze(key, by=desk, at=at),
    "approve": lambda key, desk, at, _: services.approve(key, by=desk, at=at),
    "refuse": lambda key, desk, at, reason: services.refuse(key, reason=reason, by=desk, at=at),
    "send": lambda key, desk, at, _: services.begin_sending(key, by=desk, at=at),
}


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the batches, what waits for one, the budgets, and the newest reconciliations."""
    return _index(request, desk_of(request))


@login_required
@require_POST
def gather(request: HttpRequest) -> HttpResponse:
    """Gather what waits into a new batch."""
    desk = desk_of(request)
    try:
        made = services.open_batch(by=desk, at=timezone.now())
    except NotAPayer:
        raise  # they see no such list
    except REFUSALS as error:
        return _index(request, desk, error=error)
    return _to_batch(made.pk)


@login_required
@require_safe
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Show a batch with its payments, masked."""
    return _batch(request, desk_of(request), batch_id)


@login_required
@require_POST
def act(request: HttpRequest, batch_id: UUID, verb: str) -> HttpResponse:
    """Freeze, approve, refuse or let go."""
    desk, reason = desk_of(request), request.POST.get("reason", "").replace("\0", "")
    try:
        VERBS[verb](batch_id, desk, timezone.now(), reason)
    except NotAPayer:
        raise
    except REFUSALS as error:
        return _batch(request, desk, batch_id, error=error, reason=reason)
    return _to_batch(batch_id)


@login_required
@require_POST
def take_out(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Take a payment out of an open batch."""
    desk = desk_of(request)
    try:
        services.take_out(batch_id, UUID(request.POST.get("payment", "")), by=desk)
    except ValueError:
        pass  # no payment of ours is called that: nothing to take out, and the page shows what is in it
    except NotAPayer:
        raise
    except REFUSALS as error:
        return _batch(request, desk, batch_id, error=error)
    return _to_batch(batch_id)


@login_required
@require_safe
def trace(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Show the way of a payment from the clause to the account."""
    return _trace(request, desk_of(request), payment_id)


@login_required
@require_POST
def replace(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Pay what came back to another account."""
    desk, bank = desk_of(request), request.POST.get("bank", "").replace("\0", "")
    try:
        target = Target(request.POST.get("account", "")[:100], bank)
        made = services.change_account(payment_id, target, by=desk, at=timezone.now())
    except NotAPayer:
        raise
    except REFUSALS as error:
        return _trace(request, desk, payment_id, error=error, bank=bank)
    return HttpResponseRedirect(f"/console/payments/{made.pk}/", status=303)


@login_required
@require_POST
def write_off(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Give up what came back."""
    desk = desk_of(request)
    try:
        services.give_up(payment_id, reason=request.POST.get("reason", ""), by=desk, at=timezone.now())
    except NotAPayer:
        raise
    except REFUSALS as error:
        return _trace(request, desk, payment_id, error=error)
    return HttpResponseRedirect(f"/console/payments/{payment_id}/", status=303)


def _index(request: HttpRequest, desk: Desk, *, error: DomainError | None = None) -> HttpResponse:
    rows = queries.listing(desk)
    budgets = queries.budgets(agency=desk.agency if desk.is_payment_officer else "", year=timezone.localdate().year)
    context = {
        **frame(desk, "payments"),
        "rows": rows,
        "waiting": queries.waiting(desk),
        "bars": [_bar(one) for one in budgets],
        "reconciliations": queries.reconciliations(limit=5),
        "differences": queries.differences(),
        "error": error,
    }
    return render(request, "console/payments/list.html", context, status=_status(error))


def _bar(one: BudgetRow) -> Bar:
    used = one.reserved_yuan + one.spent_yuan
    share = float(100 * used / one.total_yuan) if one.total_yuan else 0.0
    said = f"{used:,.0f} / {one.total_yuan:,.0f} 元"
    return Bar(one.title, said, share, "bad" if one.left_yuan <= 0 else "")


def _batch(
    request: HttpRequest, desk: Desk, batch_id: UUID, *, error: DomainError | None = None, reason: str = ""
) -> HttpResponse:
    context = {
        **frame(desk, "payments"),
        "page": queries.page(desk, batch_id),
        "error": error,
        "reason": reason,
    }
    return render(request, "console/payments/batch.html", context, status=_status(error))


def _trace(
    request: HttpRequest, desk: Desk, payment_id: UUID, *, error: DomainError | None = None, bank: str = ""
) -> HttpResponse:
    context = {
        **frame(desk, "payments"),
        "trace": tracing.trace(desk, payment_id),
        "may_mend": desk.is_payment_officer and queries.is_to_mend(payment_id),
        "error": error,
        "bank": bank,
    }
    return render(request, "console/payments/trace.html", context, status=_status(error))


def _status(error: DomainError | None) -> int:
    return status_of(error).value if error else 200


def _to_batch(batch_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(f"/console/payments/batches/{batch_id}/", status=303)
