"""What is granted is paid: once its account is known, once only, under the reference of what it stands on."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from yimen.payments.models import Payment
from yimen.policies.logic import Funding
from yimen.policies.models import Award, Beneficiary, Duty
from yimen.policies.paying import awards
from yimen.policies.services import applying, awarding, benefits
from yimen.policies.tests.handling import (
    AT,
    BANK,
    CLAIM_FREE,
    NUMBER,
    STEADY,
    City,
    acting_for,
    case_officer,
    later,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(settings, tmp_path):
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets.key")
    settings.YIMEN_SIGNING_KEY = str(tmp_path / "key.pem")
    return City(settings)


def applied(by):
    application = applying.start([STEADY], by=by, at=AT)
    applying.submit(application.pk, {}, by=by, at=AT)


def to_confirm(enterprise) -> Beneficiary:
    officer = case_officer()
    roll = benefits.propose(CLAIM_FREE, [enterprise], by=officer, at=AT)
    benefits.start_notice(roll.pk, by=officer, at=AT)
    benefits.end_notices(at=later(days=8), on=date(2026, 12, 3))
    return roll.rows.get()


def test_what_is_granted_is_paid_once_its_account_is_known_and_once_only(city):
    by = acting_for(city.enterprise())
    applied(by)
    award = Award.objects.get()

    payout = awards.pay_award(award.pk, by=awarding.SYSTEM, at=AT)
    assert (payout.amount_yuan, payout.source_id) == (200_000, award.case_id)
    assert not Payment.objects.exists()
    awarding.confirm_account(award.pk, awarding.Given(BANK, NUMBER), by=by, at=AT)
    for _ in range(2):
        awards.pay_award(award.pk, by=awarding.SYSTEM, at=later(minutes=1))

    assert Payment.objects.get().amount_yuan == 200_000
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'policies.pay_award'")
        assert cursor.fetchone() == (1,)


def test_an_agency_without_money_leaves_the_payout_to_its_duty(city):
    city.publish(m1={"funding": Funding(Decimal(1000), "市级财政专项资金")})
    by = acting_for(city.enterprise())
    applied(by)
    award = Award.objects.get()
    awarding.confirm_account(award.pk, awarding.Given(BANK, NUMBER), by=by, at=AT)

    payout = awards.pay_award(award.pk, by=awarding.SYSTEM, at=AT)

    assert payout.amount_yuan == 200_000
    assert not Payment.objects.exists()
    assert Duty.objects.filter(kind="PAY").exists()


def test_a_list_row_is_paid_under_its_own_reference(city):
    by = acting_for(city.enterprise())
    row = to_confirm(by.principal)
    award = benefits.confirm(row.pk, awarding.Given(BANK, NUMBER), by=by, at=later(days=9))

    payout = awards.pay_award(award.pk, by=awarding.SYSTEM, at=later(days=9))

    assert (payout.source_kind, payout.source_id) == ("LIST", row.reference)
    assert Payment.objects.get().amount_yuan == 200_000
