"""A case that waits for an officer is a duty with the promised days; a version under way has to come out."""

from datetime import date
from decimal import Decimal

import pytest

from yimen.cases import services as cases
from yimen.parties.tests import factories as parties
from yimen.policies import services
from yimen.policies.models import Duty, PolicyVersion
from yimen.policies.paying import following
from yimen.policies.paying.jobs import CLOCK
from yimen.policies.services import applying
from yimen.policies.tests.factories import AT, RULES, measure, officer, policy
from yimen.policies.tests.handling import STEADY, City, acting_for, case_officer, later
from yimen.standards import working_days

pytestmark = pytest.mark.django_db


def test_a_version_under_way_has_to_be_published_and_is_met_when_it_is():
    parties.agency()
    drafter, first, second = officer(), officer(), officer()
    services.draft(policy(), {"m1": RULES}, by=drafter, at=AT)

    following.follow_versions(by=CLOCK, at=AT)

    duty = Duty.objects.get()
    assert (duty.kind, duty.agency_id, duty.due_on) == ("PUBLISH", parties.HR, date(2026, 12, 4))
    services.submit(policy().slug, by=drafter)
    services.review(policy().slug, agreed=True, by=first, at=AT)
    services.review(policy().slug, agreed=True, by=second, at=AT)
    following.follow_versions(by=CLOCK, at=AT)
    duty.refresh_from_db()
    assert PolicyVersion.objects.get().status == "PUBLISHED"
    assert duty.done_at == AT


@pytest.fixture
def waiting(settings, tmp_path):
    """A case that waits for an officer: the register is silent on one condition."""
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets.key")
    city = City(settings)
    by = acting_for(city.enterprise(abnormal=None))
    application = applying.start([STEADY], by=by, at=AT)
    applying.submit(application.pk, {"org.abnormal_list": "false"}, by=by, at=AT)
    return application.lines.get().case


def test_a_case_that_waits_for_an_officer_is_a_duty_with_the_promised_days(waiting):
    following.follow_case(waiting.pk, by=CLOCK, at=AT)
    following.follow_case(waiting.pk, by=CLOCK, at=AT)

    duty = Duty.objects.get()
    assert (duty.kind, duty.agency_id, duty.name) == ("DECIDE", parties.HR, STEADY)
    assert duty.due_on == working_days.after(AT.date(), measure().promised_days)


def test_a_case_that_was_decided_meets_it(waiting):
    following.follow_case(waiting.pk, by=CLOCK, at=AT)
    cases.decide(
        waiting.pk, approve=True, reason="已核对登记信息", amount=Decimal(200_000), by=case_officer(), at=later(days=2)
    )

    following.follow_case(waiting.pk, by=CLOCK, at=later(days=3))

    assert Duty.objects.get().done_at == later(days=2)


def test_a_case_the_rules_decided_at_once_was_nobodys_duty(settings, tmp_path):
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets.key")
    by = acting_for(City(settings).enterprise())
    application = applying.start([STEADY], by=by, at=AT)
    applying.submit(application.pk, {}, by=by, at=AT)

    following.follow_case(application.lines.get().case.pk, by=CLOCK, at=AT)

    assert not Duty.objects.exists()
