"""A batch is frozen by one officer, approved by a second, and nothing of it changes any more."""

import threading
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction

from yimen.core.errors import DomainError
from yimen.ledger.models import Entry
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties
from yimen.payments import queries, services
from yimen.payments.errors import BatchBroken, BatchMoved, BatchNotFound, NotAPayer
from yimen.payments.models import Budget, Payment, PaymentBatch
from yimen.payments.services.batching import NoReason
from yimen.payments.tests.factories import NOW, budget, desk, ordered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


@pytest.fixture
def frozen():
    """A batch of two payments, frozen by the first officer."""
    budget()
    ordered(2)
    first = desk()
    batch = services.open_batch(by=first, at=NOW)
    return services.freeze(batch.pk, by=first, at=NOW), first


def test_what_waits_is_gathered_once():
    budget()
    ordered(3)
    first = desk()

    batch = services.open_batch(by=first, at=NOW)

    assert batch.payments.count() == 3
    with pytest.raises(services.NothingToPay):
        services.open_batch(by=first, at=NOW)


def test_a_payment_taken_out_waits_for_the_next_batch():
    budget()
    one, other = ordered(2)
    first = desk()
    batch = services.open_batch(by=first, at=NOW)

    services.take_out(batch.pk, one.pk, by=first)

    assert [row.reference for row in queries.waiting(first)] == [one.reference]
    assert services.freeze(batch.pk, by=first, at=NOW).total_yuan == other.amount_yuan


def test_freezing_signs_what_is_in_it(frozen):
    batch, _ = frozen

    assert (batch.count, batch.total_yuan) == (2, Decimal(400000))
    assert queries.is_whole(batch, list(batch.payments.all()))
    assert Entry.objects.filter(action="payment.frozen", details__digest=batch.digest).count() == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda: Payment.objects.update(amount_yuan=1),
        lambda: Payment.objects.update(account_sealed=b"another"),
        lambda: Payment.objects.update(payee=parties.organisation()),
        lambda: Payment.objects.update(batch=None),
        lambda: Payment.objects.all()._raw_delete("default"),
        lambda: ordered(1) and Payment.objects.filter(batch=None).update(batch=PaymentBatch.objects.get()),
        lambda: PaymentBatch.objects.update(total_yuan=1),
        lambda: PaymentBatch.objects.update(digest="0" * 64),
        lambda: PaymentBatch.objects.update(state="OPEN"),
        lambda: PaymentBatch.objects.update(state="SENDING", approved_at=NOW),
        lambda: PaymentBatch.objects.all()._raw_delete("default"),
    ],
)
def test_the_database_refuses_to_change_a_frozen_batch(frozen, change):
    batch, _ = frozen

    with pytest.raises(ProgrammingError), transaction.atomic():
        change()

    assert queries.is_whole(PaymentBatch.objects.get(), list(batch.payments.all()))


def test_whoever_froze_it_does_not_approve_it(frozen):
    batch, first = frozen

    with pytest.raises(services.SameOfficer):
        services.approve(batch.pk, by=first, at=NOW)


def test_a_second_officer_approves_and_lets_it_go(frozen):
    batch, _ = frozen
    second = desk()

    services.approve(batch.pk, by=second, at=NOW)
    gone = services.begin_sending(batch.pk, by=second, at=NOW)

    assert gone.state == PaymentBatch.State.SENDING
    with connection.cursor() as cursor:
        cursor.execute("SELECT args ->> 'batch_id' FROM procrastinate_jobs WHERE task_name = 'payments.send'")
        assert cursor.fetchall() == [(str(batch.pk),)]


def test_a_batch_changed_behind_the_database_is_not_approved(frozen):
    batch, _ = frozen
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE payments_payment DISABLE TRIGGER USER")
        cursor.execute("UPDATE payments_payment SET amount_yuan = amount_yuan + 1")
        cursor.execute("ALTER TABLE payments_payment ENABLE TRIGGER USER")

    with pytest.raises(BatchBroken, match="对不上"):
        services.approve(batch.pk, by=desk(), at=NOW)


def test_a_refused_batch_stays_and_its_payments_wait_anew(frozen):
    batch, _ = frozen
    second = desk()

    services.refuse(batch.pk, reason="第二笔的账户与申请不一致", by=second, at=NOW)

    assert PaymentBatch.objects.get().state == PaymentBatch.State.REFUSED
    assert {one.state for one in batch.payments.all()} == {"CANCELLED"}
    assert len(queries.waiting(second)) == 2
    assert Budget.objects.get().reserved_yuan == Decimal(400000)
    assert services.open_batch(by=second, at=NOW).payments.count() == 2


def test_a_refusal_says_why(frozen):
    with pytest.raises(NoReason):
        services.refuse(frozen[0].pk, reason=" \0 ", by=desk(), at=NOW)


def test_another_agency_does_not_even_see_it(frozen):
    parties.agency(parties.POLICE, "公安局")

    with pytest.raises(BatchNotFound):
        services.approve(frozen[0].pk, by=desk(code=parties.POLICE), at=NOW)


@pytest.mark.parametrize("role", [Post.Role.AUDITOR, Post.Role.DATA_STEWARD, Post.Role.POLICY_OFFICER])
def test_only_paying_officers_act(frozen, role):
    with pytest.raises(NotAPayer):
        services.approve(frozen[0].pk, by=desk(role), at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_does_it_and_the_other_is_told(keys):
    budget()
    ordered(2)
    batch = services.open_batch(by=desk(), at=NOW)
    told = []
    both = threading.Barrier(2)

    def act(officer):
        both.wait()
        try:
            services.freeze(batch.pk, by=officer, at=NOW)
            told.append("frozen")
        except DomainError as error:
            told.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[desk()]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert "frozen" in told
    (other,) = [one for one in told if one != "frozen"]
    assert isinstance(other, BatchMoved)
    assert "已冻结" in other.detail
    assert Entry.objects.filter(action="payment.frozen").count() == 2
