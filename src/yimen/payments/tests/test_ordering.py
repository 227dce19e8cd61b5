"""A payment is ordered once for a cause, and never for more than the budget has."""

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from yimen.ledger.models import Entry
from yimen.parties.tests import factories as parties
from yimen.payments import services
from yimen.payments.models import Budget, Payment
from yimen.payments.tests.factories import NOW, SYSTEM, budget, order, ordered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]
ARGUMENTS = {"budget": "srdi", "year": 2026, "by": SYSTEM, "at": NOW}


def test_the_account_is_sealed_and_only_its_end_is_shown():
    budget()

    (payment,) = ordered(account="6222024403001234")

    assert payment.account_masked == "**** 1234"
    assert b"6222024403001234" not in bytes(payment.account_sealed)
    assert "6222024403001234" not in str(Entry.objects.values_list("details", flat=True))


def test_the_same_order_twice_is_one_payment():
    budget()
    one = order()

    first = services.order(one, **ARGUMENTS)
    second = services.order(one, **ARGUMENTS)

    assert first.pk == second.pk
    assert Budget.objects.get().reserved_yuan == Decimal(200000)


def test_another_amount_for_the_same_cause_is_refused():
    budget()
    payee = parties.organisation()
    services.order(order(cause="payout:x", payee=payee), **ARGUMENTS)

    with pytest.raises(services.CauseTaken):
        services.order(order("100000.00", cause="payout:x", payee=payee), **ARGUMENTS)


def test_the_budget_is_never_overspent():
    budget("500000")
    ordered(2)

    with pytest.raises(services.BudgetExhausted, match=r"还剩 100,000\.00 元"):
        ordered(1)

    assert Payment.objects.count() == 2


def test_the_database_itself_refuses_more_than_the_budget_has():
    made = budget("100")

    with pytest.raises(IntegrityError), transaction.atomic():
        Budget.objects.filter(pk=made.pk).update(reserved_yuan=101)


def test_first_come_first_served_leaves_out_the_last():
    budget("500000")
    wanted = [order() for _ in range(3)]

    done = services.order_all(wanted, **ARGUMENTS)

    assert [one.cause for one in done.payments] == [one.cause for one in wanted[:2]]
    assert list(done.unpaid) == [wanted[2].cause]


def test_in_proportion_everybody_gets_a_share_and_asking_again_changes_nothing():
    budget("300000", rule="PRO_RATA")
    wanted = [order("200000.00"), order("400000.00")]

    done = services.order_all(wanted, **ARGUMENTS)
    again = services.order_all(wanted, **ARGUMENTS)

    assert [one.amount_yuan for one in done.payments] == [Decimal("100000.00"), Decimal("200000.00")]
    assert [one.pk for one in again.payments] == [one.pk for one in done.payments]
    assert Budget.objects.get().reserved_yuan == Decimal(300000)


def test_a_budget_is_not_made_less_than_what_was_promised():
    budget("500000")
    ordered(2)

    with pytest.raises(services.BudgetBelowUse, match=r"400,000\.00"):
        budget("300000")


def test_every_order_has_its_row_in_the_ledger():
    budget()

    (payment,) = ordered()

    row = Entry.objects.get(action="payment.ordered")
    assert (row.subject, row.item) == (payment.payee_id, "sz-srdi-reward/m1")
    assert row.details["reference"] == payment.reference


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_spend_more_than_there_is():
    budget("1000000")
    wanted = [order("300000.00") for _ in range(6)]
    refused = []

    def ask(one):
        try:
            services.order(one, **ARGUMENTS)
        except services.BudgetExhausted:
            refused.append(one.cause)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[one]) for one in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 3
    assert Budget.objects.get().reserved_yuan == Decimal(900000)


@pytest.mark.django_db(transaction=True)
def test_the_same_cause_ordered_by_two_at_once_is_paid_once():
    budget()
    one = order()
    made = []

    def ask():
        made.append(services.order(one, **ARGUMENTS).pk)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(made)) == 1
    assert Payment.objects.count() == 1
