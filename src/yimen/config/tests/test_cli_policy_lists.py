"""A day that is to come ends no public notice, except in a demo, where days are played."""

import json

import pytest
from typer.testing import CliRunner

from yimen.config.cli import app
from yimen.policies.models import BeneficiaryList
from yimen.policies.services import benefits
from yimen.policies.tests.handling import AT, CLAIM_FREE, City, case_officer

pytestmark = pytest.mark.django_db
TO_COME = "2100-01-04"


@pytest.fixture
def roll(settings, tmp_path):
    """A list with one enterprise, public since AT."""
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets.key")
    city, officer = City(settings), case_officer()
    made = benefits.propose(CLAIM_FREE, [city.enterprise()], by=officer, at=AT)
    return benefits.start_notice(made.pk, by=officer, at=AT)


def move(*options):
    return CliRunner().invoke(app, ["policy", "lists", "move", *options])


def test_a_notice_is_not_ended_before_its_days_are_over(roll, settings):
    settings.YIMEN_DEMO = False
    refused = move("--on", TO_COME)

    assert (refused.exit_code, "这一天还没有到" in refused.output) == (1, True)
    roll.refresh_from_db()
    assert roll.status == BeneficiaryList.Status.NOTICE


def test_its_last_day_still_belongs_to_it_and_the_next_opens_the_confirmation_once(roll, settings):
    settings.YIMEN_DEMO = True
    done = [move("--on", day, "--json") for day in (roll.notice_until.isoformat(), TO_COME, TO_COME)]

    assert [one.exit_code for one in done] == [0, 0, 0]
    assert [json.loads(one.stdout)["notices_ended"] for one in done] == [0, 1, 0]
    roll.refresh_from_db()
    assert roll.status == BeneficiaryList.Status.CONFIRM


def test_what_is_no_day_is_told(settings):
    refused = move("--on", "昨天", "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["title"]
