"""A day's statement held against our payments: what differs becomes a task, once, and goes when it is put right."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from yimen.parties.tests import factories as parties
from yimen.payments import queries, services
from yimen.payments.models import Difference
from yimen.payments.tests.factories import NOW, SYSTEM, clock, sending
from yimen.payments.treasuries import StatementLine, TreasurySilent
from yimen.tasks.models import Task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


def today():
    return datetime.now(tz=timezone(timedelta(hours=8))).date()


def settled(treasury, count=3):
    batch, payments = sending(count)
    services.send_batch(batch.pk, treasury=treasury, by=SYSTEM, clock=clock)
    services.collect(treasury, by=SYSTEM, clock=clock)
    return payments


def reconcile(treasury):
    return services.reconcile(today(), treasury=treasury, agency=parties.HR, by=SYSTEM, at=NOW)


def test_a_day_that_agrees_has_no_differences(bank):
    _, treasury = bank()
    settled(treasury)

    done = reconcile(treasury)

    assert (done.our_count, done.their_count, done.found) == (3, 3, 0)
    assert done.our_yuan == done.their_yuan == Decimal(600000)


@pytest.mark.parametrize(("fault", "kind"), [("wrong_amount", "AMOUNT"), ("lost_line", "NOT_THERE")])
def test_a_statement_that_differs_becomes_a_task_once(bank, fault, kind):
    _, treasury = bank(**{fault: 100})
    (payment,) = settled(treasury, 1)

    reconcile(treasury)
    reconcile(treasury)

    assert [(one.kind, one.reference) for one in queries.differences()] == [(kind, payment.reference)]
    assert Task.objects.get(kind="payment.difference").agency_id == parties.HR


def test_a_difference_that_is_gone_closes_its_task(bank):
    books, treasury = bank(wrong_amount=100)
    settled(treasury, 1)
    reconcile(treasury)
    object.__setattr__(books.faults, "wrong_amount", 0)

    reconcile(treasury)

    assert queries.differences() == []
    assert Task.objects.get().status == "CLOSED"


class Fixed:
    """A treasury with this statement."""

    name = "fixed"

    def __init__(self, lines):
        self.lines = lines

    def statement(self, day):
        return self.lines


def test_what_they_booked_twice_and_what_we_never_ordered_are_told_apart(bank):
    _, treasury = bank()
    (payment,) = settled(treasury, 1)
    line = StatementLine(payment.reference, payment.treasury_number, payment.amount_yuan)

    done = reconcile(Fixed([line, line, StatementLine("P-nobody's", "GK9", Decimal("7.00"))]))

    assert done.found == 2
    found = {one.kind: (one.our_yuan, one.their_yuan) for one in Difference.objects.all()}
    assert found == {
        "DOUBLE": (Decimal("200000.00"), Decimal("400000.00")),
        "NOT_HERE": (None, Decimal("7.00")),
    }


def test_what_they_paid_and_we_do_not_know_of_is_told(bank):
    bank()
    _, (payment,) = sending(1)

    reconcile(Fixed([StatementLine(payment.reference, "GK1", payment.amount_yuan)]))

    assert Difference.objects.get().kind == "NOT_SETTLED"


def test_a_treasury_without_a_statement_leaves_nothing_written(bank):
    _, treasury = bank()
    treasury._url = "http://127.0.0.1:9"

    with pytest.raises(TreasurySilent):
        reconcile(treasury)

    assert queries.reconciliations() == []
