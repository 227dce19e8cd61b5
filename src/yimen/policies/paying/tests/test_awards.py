"""What was granted is paid once, as soon as there is an account; a used-up budget is told and tried again."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from yimen.parties.models import Post
from yimen.parties.queries import desk as desk_of
from yimen.parties.tests import factories as parties
from yimen.payments.models import Budget, Payment
from yimen.policies.models import Award, Payout
from yimen.policies.paying import awards, tracing
from yimen.policies.paying.jobs import PAYER, pay_award
from yimen.policies.services import benefits
from yimen.policies.services.awarding import Given
from yimen.policies.tests.handling import AT, BANK, CLAIM_FREE, NUMBER, City, acting_for, case_officer, later
from yimen.tasks.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def granted(settings, tmp_path):
    """An award from a list, confirmed with its account by one tap."""
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets.key")
    city, officer = City(settings), case_officer()
    by = acting_for(city.enterprise())
    roll = benefits.propose(CLAIM_FREE, [by.principal], by=officer, at=AT)
    benefits.start_notice(roll.pk, by=officer, at=AT)
    benefits.end_notices(at=later(days=8), on=date(2026, 12, 3))
    benefits.confirm(roll.rows.get().pk, Given(BANK, NUMBER), by=by, at=later(days=9))
    return Award.objects.get()


def test_one_tap_queues_the_payment(granted):
    with connection.cursor() as cursor:
        cursor.execute("SELECT args ->> 'award_id' FROM procrastinate_jobs WHERE task_name = 'policies.pay_award'")
        assert cursor.fetchall() == [(str(granted.pk),)]


def test_what_was_granted_is_ordered_paid_once(granted):
    pay_award(granted.pk)
    pay_award(granted.pk)

    payout, payment = Payout.objects.get(), Payment.objects.get()
    assert (payout.award_id, payout.amount_yuan) == (granted.pk, Decimal(200000))
    assert payout.source_id == awards.row_id(granted.beneficiary.roll_id, granted.beneficiary_id)
    assert (payment.account_masked[-4:], payment.payee_id) == (NUMBER[-4:], granted.party_id)


def test_the_trace_shows_the_list_with_its_review_notice_and_confirmation(granted):
    pay_award(granted.pk)
    auditor = desk_of(parties.desk(Post.Role.AUDITOR), on=AT.date())

    found = tracing.trace(auditor, Payment.objects.get().pk)

    step = next(one for one in found.steps if one.title == "受益名单")
    assert {name for name, _ in step.facts} >= {"部门审核", "公示", "意愿确认"}
    assert step.entries
    assert NUMBER not in str(found)


def test_a_used_up_budget_becomes_a_task_and_is_paid_once_there_is_money(granted):
    awards.pay_award(granted.pk, by=PAYER, at=later(days=9))
    Payment.objects.all()._raw_delete("default")
    Budget.objects.update(total_yuan=1, reserved_yuan=0)

    again = awards.pay_what_waits(by=PAYER, at=later(days=10))

    assert (again, Payment.objects.count()) == (0, 0)
    assert "还剩 1.00 元" in Task.objects.get(kind="policy.budget").steps.get().words
    Budget.objects.update(total_yuan=1_000_000)
    assert awards.pay_what_waits(by=PAYER, at=later(days=11)) == 1
    assert awards.pay_what_waits(by=PAYER, at=later(days=12)) == 0
    assert Payment.objects.count() == 1
    assert Task.objects.get(kind="policy.budget").status == "CLOSED"


def test_what_has_no_account_yet_is_decided_and_waits(granted):
    Award.objects.update(account=None)

    pay_award(granted.pk)

    assert Payout.objects.count() == 1
    assert Payment.objects.count() == 0
