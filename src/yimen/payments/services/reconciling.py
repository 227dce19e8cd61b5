"""Hold a day's statement of the treasury against our payments (对账)."""

import contextlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from yimen.parties.logic import Actor
from yimen.payments.models import Difference, Payment, Reconciliation
from yimen.payments.services.receiving import DIFFERENCE_TASK, due
from yimen.payments.treasuries import StatementLine, Treasury
from yimen.tasks import services as tasks


@dataclass(frozen=True, slots=True)
class _Found:
    kind: Difference.Kind
    reference: str
    ours: Decimal | None
    theirs: Decimal | None
    agency: str


def reconcile(day: date, *, treasury: Treasury, agency: str, by: Actor, at: datetime) -> Reconciliation:
    """Hold the day's statement against the payments settled that day; each difference becomes a task, once.

    `agency` sees to what belongs to no payment of ours. Run again, differences that are gone are closed.

    Raises:
        TreasurySilent: there is no statement that can be trusted; nothing is written.
    """
    lines = treasury.statement(day)
    with transaction.atomic():
        payments = list(Payment.objects.filter(settled_on=day).select_related("budget"))
        found = _compared(lines, payments, agency=agency)
        _write(day, found, by=by, at=at)
        return Reconciliation.objects.create(
            day=day,
            run_at=at,
            actor_label=by.label,
            our_count=len(payments),
            our_yuan=sum((one.amount_yuan for one in payments), Decimal(0)),
            their_count=len(lines),
            their_yuan=sum((one.amount_yuan for one in lines), Decimal(0)),
            found=len(found),
        )


def _compared(lines: Sequence[StatementLine], payments: Sequence[Payment], *, agency: str) -> list[_Found]:
    """Return every difference: what only one side has, what one has twice, what differs in amount."""
    theirs: dict[str, list[StatementLine]] = defaultdict(list)
    for line in lines:
        theirs[line.reference].append(line)
    ours = {one.reference: one for one in payments}
    elsewhere = {
        one.reference: one
        for one in Payment.objects.filter(reference__in=theirs.keys() - ours.keys()).select_related("budget")
    }
    found = [
        _Found(Difference.Kind.NOT_THERE, reference, one.amount_yuan, None, one.budget.agency_id)
        for reference, one in ours.items()
        if reference not in theirs
    ]
    for reference, booked in theirs.items():
        one = ours.get(reference) or elsewhere.get(reference)
        whose = one.budget.agency_id if one else agency
        known = one.amount_yuan if one else None
        whole = sum((line.amount_yuan for line in booked), Decimal(0))
        if one is None:
            found.append(_Found(Difference.Kind.NOT_HERE, reference, None, whole, whose))
        elif len(booked) > 1:
            found.append(_Found(Difference.Kind.DOUBLE, reference, known, whole, whose))
        elif booked[0].amount_yuan != known:
            found.append(_Found(Difference.Kind.AMOUNT, reference, known, whole, whose))
        elif reference not in ours:
            found.append(_Found(Difference.Kind.NOT_SETTLED, reference, known, whole, whose))
    return found


def _write(day: date, found: Sequence[_Found], *, by: Actor, at: datetime) -> None:
    """Keep each difference with its task, once; close those that are gone."""
    open_still = {(one.kind, one.reference): one for one in Difference.objects.filter(day=day, gone_at=None)}
    for one in found:
        if open_still.pop((one.kind, one.reference), None) is not None:
            continue
        kept, _ = Difference.objects.update_or_create(
            day=day,
            kind=one.kind,
            reference=one.reference,
            defaults={"our_yuan": one.ours, "their_yuan": one.theirs, "found_at": at, "gone_at": None},
        )
        kept.task_id = tasks.open_task(
            DIFFERENCE_TASK,
            f"{day:%Y-%m-%d}/{one.kind}/{one.reference}",
            title=f"{day:%Y-%m-%d} 对账：{one.kind.label}（{one.reference}）",
            agency=one.agency,
            due_on=due(at),
            by=by,
            at=at,
            details={"reference": one.reference, "ours": _said(one.ours), "theirs": _said(one.theirs)},
            words=f"本方 {_said(one.ours)}，国库 {_said(one.theirs)}。请与国库核对；更正后再对账，差异消除即办结。",
        ).pk
        kept.save(update_fields=["task_id"])
    for gone in open_still.values():
        gone.gone_at = at
        gone.save(update_fields=["gone_at"])
        if gone.task_id is not None:
            with contextlib.suppress(tasks.TaskClosed):
                tasks.close(gone.task_id, by=by, at=at, answer="再次对账，差异已消除")


def _said(yuan: Decimal | None) -> str:
    return "没有" if yuan is None else f"{yuan:,.2f} 元"
