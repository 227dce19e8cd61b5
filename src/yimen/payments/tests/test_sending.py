"""Whatever goes wrong between us and the treasury, each payment goes once. The treasury is real HTTP."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction

from demo.departments.treasury import books as treasury_books
from yimen.core import signing
from yimen.ledger.models import Entry
from yimen.payments import events, queries, services
from yimen.payments.errors import BatchBroken
from yimen.payments.models import Attempt, Budget, Payment, PaymentBatch, Receipt
from yimen.payments.services import Target
from yimen.payments.tests.factories import NOW, SYSTEM, clock, sending
from yimen.payments.treasuries import Absent, Accepted, Settled, Unknown
from yimen.tasks.models import Task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]
SENT = {"by": SYSTEM, "clock": clock}


def send(batch, treasury):
    return services.send_batch(batch.pk, treasury=treasury, **SENT)


def settle(batch, treasury, *, rounds=6):
    """Send and collect as the worker does, until nothing is open."""
    for _ in range(rounds):
        done = send(batch, treasury)
        services.collect(treasury, **SENT)
        if not Payment.objects.filter(batch=batch).exclude(state__in=["SETTLED", "RETURNED"]).exists():
            break
    return done


def paid(books):
    """How often each reference was really credited, and with how much."""
    with books._writing() as line:
        return {
            reference: (count, Decimal(amount))
            for reference, count, amount in line.execute(
                "SELECT reference, count(*), max(amount) FROM transfer GROUP BY reference"
            )
        }


@pytest.mark.parametrize(
    "faults",
    [
        {},
        {"fail_before": 100},
        {"silent_after": 100},
        {"double_receipt": 100},
        {"seed": 4, "fail_before": 30, "silent_after": 30, "double_receipt": 30},
    ],
    ids=lambda faults: "+".join(faults) or "none",
)
def test_every_payment_is_paid_once_and_none_is_missing(bank, faults):
    books, treasury = bank(**faults)
    batch, payments = sending(5)

    settle(batch, treasury)

    assert paid(books) == {one.reference: (1, Decimal(200000)) for one in payments}
    assert {one.state for one in Payment.objects.all()} == {"SETTLED"}
    assert PaymentBatch.objects.get().state == PaymentBatch.State.SETTLED
    budget = Budget.objects.get()
    assert (budget.reserved_yuan, budget.spent_yuan) == (0, 5 * Decimal(200000))


def test_a_time_out_is_unknown_and_asked_about_before_anything_is_sent_again(bank):
    _, treasury = bank(silent_after=100, silence_s=0.6, timeout_s=0.3)
    batch, (payment,) = sending(1)

    first = send(batch, treasury)
    payment.refresh_from_db()
    unknown = payment.state
    second = send(batch, treasury)

    assert (first.sent, first.asked, unknown) == (1, 0, "UNKNOWN")
    assert (second.sent, second.asked) == (0, 1)
    payment.refresh_from_db()
    assert payment.state == "SETTLED"
    assert [(one.kind, one.answer) for one in payment.attempts.all()] == [("SEND", "UNKNOWN"), ("ASK", "SETTLED")]


def test_what_the_treasury_never_heard_of_is_sent_again_under_the_same_reference(bank):
    books, treasury = bank(fail_before=100)
    batch, (payment,) = sending(1)

    send(batch, treasury)
    send(batch, treasury)

    assert [(one.kind, one.answer) for one in payment.attempts.all()] == [
        ("SEND", "UNKNOWN"),
        ("ASK", "ABSENT"),
        ("SEND", "ACCEPTED"),
    ]
    assert paid(books) == {payment.reference: (1, Decimal(200000))}


def test_a_process_that_died_before_it_heard_anything_is_asked_after(bank):
    books, treasury = bank()
    batch, (payment,) = sending(1)
    services.send_batch(batch.pk, treasury=Dying(treasury), **SENT)
    with transaction.atomic():
        assert payment.attempts.get().answer == "UNKNOWN"

    settle(batch, treasury)

    assert paid(books) == {payment.reference: (1, Decimal(200000))}


class Dying:
    """Hands the instruction over, and never hears the answer."""

    def __init__(self, treasury):
        self._treasury = treasury
        self.name = treasury.name

    def send(self, instruction):
        self._treasury.send(instruction)
        return Unknown("gone")

    def status(self, reference):
        return self._treasury.status(reference)


class Forging:
    """Says that it never heard of anything, though it has: as a treasury restored from an old backup would."""

    def __init__(self, treasury):
        self._treasury = treasury
        self.name = treasury.name

    def send(self, instruction):
        return self._treasury.send(instruction)

    def status(self, reference):
        return Absent()


def test_even_if_it_is_sent_twice_the_key_keeps_it_one(bank):
    books, treasury = bank(silent_after=100)
    batch, (payment,) = sending(1)
    send(batch, treasury)

    send(batch, Forging(treasury))

    assert [one.kind for one in payment.attempts.all()] == ["SEND", "ASK", "SEND"]
    assert paid(books) == {payment.reference: (1, Decimal(200000))}


def test_a_treasury_that_is_away_is_not_asked_for_every_single_payment(bank):
    _, treasury = bank()
    batch, _ = sending(8)
    treasury._url = "http://127.0.0.1:9"

    done = send(batch, treasury)

    assert done.is_cut
    assert (done.sent, done.open_still) == (3, 8)


def test_an_acknowledgement_that_comes_twice_is_told_and_changes_nothing(bank):
    _, treasury = bank(double_receipt=100)
    batch, (payment,) = sending(1)
    send(batch, treasury)

    taken = services.collect(treasury, **SENT)

    assert [one.is_repeat for one in taken] == [False, True]
    assert Receipt.objects.filter(outcome="SETTLED").count() == 1
    assert Entry.objects.filter(action="payment.settled").count() == 1
    assert Entry.objects.get(action="payment.receipt-repeated").details["payment"] == str(payment.pk)
    assert Budget.objects.get().spent_yuan == Decimal(200000)


def test_a_closed_account_becomes_a_task_and_a_new_payment_takes_its_place(bank):
    books, treasury = bank()
    batch, (payment,) = sending(1, account="6222024403001234")
    books.close_account("6222024403001234")
    heard = []
    events.payment_returned.connect(lambda **news: heard.append(news), weak=False, dispatch_uid="test")
    try:
        send(batch, treasury)
    finally:
        events.payment_returned.disconnect(dispatch_uid="test")

    payment.refresh_from_db()
    task = Task.objects.get(kind="payment.account")
    assert (payment.state, payment.return_reason) == ("RETURNED", "account-closed")
    assert (task.reference, task.details["account"]) == (str(payment.pk), "**** 1234")
    assert heard[0]["cause"] == payment.cause
    assert Budget.objects.get().reserved_yuan == Decimal(200000)

    again = services.replace(payment.pk, Target("6222024403005678", "中国银行深圳分行"), by=SYSTEM, at=NOW)

    task.refresh_from_db()
    assert (again.replaces_id, again.cause, again.amount_yuan) == (payment.pk, payment.cause, payment.amount_yuan)
    assert (task.status, again.reference in task.answer) == ("CLOSED", True)
    assert Budget.objects.get().reserved_yuan == Decimal(200000)
    assert PaymentBatch.objects.get(pk=batch.pk).state == "SETTLED"
    with pytest.raises(services.NotReturned):
        services.replace(payment.pk, Target("6222024403009999", "中国银行"), by=SYSTEM, at=NOW)


def test_what_is_written_off_gives_the_budget_its_money_back(bank):
    books, treasury = bank(closed=100)
    batch, (payment,) = sending(1)
    send(batch, treasury)

    services.write_off(payment.pk, reason="企业已注销", by=SYSTEM, at=NOW)

    assert Budget.objects.get().reserved_yuan == 0
    assert Task.objects.get().status == "CLOSED"
    assert paid(books) == {}


def test_money_that_comes_back_after_it_was_taken_is_returned(bank):
    _, treasury = bank(returned=100)
    batch, (payment,) = sending(1)

    settle(batch, treasury)

    payment.refresh_from_db()
    assert (payment.state, payment.return_reason) == ("RETURNED", "name-differs")


def test_a_receipt_over_another_amount_settles_nothing_and_becomes_a_task(bank):
    bank()
    _, (payment,) = sending(1)
    Payment.objects.filter(pk=payment.pk).update(state="UNKNOWN")

    taken = services.take(payment.pk, Settled("GK1", Decimal("200001.00"), NOW.date()), way="FEED", by=SYSTEM, at=NOW)

    assert taken.is_odd
    payment.refresh_from_db()
    assert payment.state == "UNKNOWN"
    assert Task.objects.get().kind == "payment.difference"


def test_an_arrival_after_a_return_is_not_believed_silently(bank):
    _books, treasury = bank(closed=100)
    batch, (payment,) = sending(1)
    send(batch, treasury)

    taken = services.take(payment.pk, Settled("GK1", Decimal(200000), NOW.date()), way="FEED", by=SYSTEM, at=NOW)

    assert taken.is_odd
    assert Payment.objects.get().state == "RETURNED"
    assert Task.objects.filter(kind="payment.difference").count() == 1


def test_each_opening_of_an_account_has_its_row_before_anything_is_sent(bank):
    _, treasury = bank()
    batch, payments = sending(2)

    send(batch, treasury)

    rows = Entry.objects.filter(action="payment.account-opened")
    assert {one.subject for one in rows} == {one.payee_id for one in payments}
    assert {one.kind for one in rows} == {"READ"}


def test_an_account_that_cannot_be_opened_holds_up_no_other(bank):
    books, treasury = bank()
    batch, payments = sending(3)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE payments_payment DISABLE TRIGGER USER")
        cursor.execute("UPDATE payments_payment SET account_key_id = 'gone' WHERE id = %s", [payments[0].pk])
        cursor.execute("ALTER TABLE payments_payment ENABLE TRIGGER USER")
    frozen = PaymentBatch.objects.get()
    assert queries.is_whole(frozen, list(frozen.payments.all()))  # which key sealed it is not what was signed

    with pytest.raises(services.AccountLost):
        send(batch, treasury)

    assert set(paid(books)) == {one.reference for one in payments[1:]}
    assert Payment.objects.get(pk=payments[0].pk).state == "WAITING"


class Settling:
    """Says that it never heard of it, while the receipt is already on its way to us."""

    name = "settling"

    def __init__(self, payment):
        self.payment = payment
        self.sent = 0

    def status(self, reference):
        said = Settled("GK1", self.payment.amount_yuan, NOW.date())
        services.take(self.payment.pk, said, way="FEED", by=SYSTEM, at=NOW)
        return Absent()

    def send(self, instruction):
        self.sent += 1
        return Accepted("GK2")


def test_a_receipt_that_comes_in_between_asking_and_sending_stops_the_sending(bank):
    _, treasury = bank(fail_before=100)
    batch, (payment,) = sending(1)
    send(batch, treasury)
    other = Settling(payment)

    send(batch, other)

    assert other.sent == 0
    assert Payment.objects.get().state == "SETTLED"


def test_what_was_said_to_the_treasury_does_not_change(bank):
    _, treasury = bank()
    batch, _ = sending(1)
    send(batch, treasury)

    for change in (
        lambda: Attempt.objects.update(answer="UNKNOWN"),
        lambda: Attempt.objects.all()._raw_delete("default"),
        lambda: Receipt.objects.update(outcome="SETTLED"),
        lambda: Receipt.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


def test_an_answer_that_is_not_the_treasurys_is_not_believed(bank, tmp_path):
    _books, treasury = bank()
    batch, (payment,) = sending(1)
    treasury._public_key = signing.signer_at(tmp_path / "somebody-elses.pem").public_key

    send(batch, treasury)

    payment.refresh_from_db()
    assert payment.state == "UNKNOWN"
    assert "签名不符" in payment.attempts.get().words


def test_an_instruction_that_is_not_ours_is_not_taken(bank, tmp_path):
    books, treasury = bank()
    batch, (payment,) = sending(1)
    treasury._signer = signing.signer_at(tmp_path / "somebody-elses.pem")

    send(batch, treasury)

    assert payment.attempts.get().words == "HTTP 403"
    assert paid(books) == {}


def test_a_batch_that_is_not_what_was_signed_is_not_sent(bank):
    books, treasury = bank()
    batch, _ = sending(1)
    PaymentBatch.objects.filter(pk=batch.pk).update(state="SENDING")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE payments_payment DISABLE TRIGGER USER")
        cursor.execute("UPDATE payments_payment SET bank = 'elsewhere'")
        cursor.execute("ALTER TABLE payments_payment ENABLE TRIGGER USER")

    with pytest.raises(BatchBroken):
        send(batch, treasury)

    assert paid(books) == {}


def test_an_accepted_payment_of_which_nothing_is_heard_is_asked_about(bank):
    _, treasury = bank()
    batch, (payment,) = sending(1)
    send(batch, treasury)
    assert services.stale(at=NOW) == []

    late = services.stale(at=NOW + timedelta(minutes=11))
    said = services.ask_about(late[0], treasury=treasury, **SENT)

    assert late == [payment.pk]
    assert isinstance(said, Settled)
    payment.refresh_from_db()
    assert payment.state == "SETTLED"


def test_a_key_used_for_something_else_is_refused_by_the_treasury(bank):
    books, treasury = bank()
    batch, (payment,) = sending(1)
    send(batch, treasury)

    with pytest.raises(treasury_books.Different):
        books.take(payment.reference, body=b"another", account="1", amount="1.00", fault="none", on=NOW.date())


def test_what_is_accepted_is_not_yet_settled(bank):
    _, treasury = bank()
    batch, (payment,) = sending(1)

    send(batch, treasury)

    payment.refresh_from_db()
    assert payment.state == "ACCEPTED"
    assert Budget.objects.get().spent_yuan == 0
    assert isinstance(treasury.status("P-never-heard"), Absent)
    assert not isinstance(treasury.status(payment.reference), Accepted)
