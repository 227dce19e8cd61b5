"""Looked into every night: everybody who may be entitled, one by one, and nobody kept waiting by anybody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from yimen.cases import jobs, logic
from yimen.cases.models import Offer
from yimen.cases.services import offering
from yimen.cases.tests.factories import ITEM, NOW, World
from yimen.items import services as items
from yimen.rules import services as rules
from yimen.rules.tests.factories import reception

pytestmark = pytest.mark.django_db
TODAY = logic.day_of(NOW)


class Trouble(dict):
    """A record that nobody foresaw."""

    def get(self, name):
        raise RuntimeError(name)


@pytest.fixture
def world(settings, tmp_path, monkeypatch) -> World:
    settings.YIMEN_SIGNING_KEY = str(tmp_path / "key.pem")
    made = World(settings)
    items.put_item(replace(ITEM, offer_min_age=18), at=NOW)
    monkeypatch.setattr(jobs.timezone, "now", lambda: NOW)
    return made


def test_every_night_each_item_offered_without_applying_is_queued(world):
    jobs.offer_nightly(0)

    queued = ProcrastinateJob.objects.filter(task_name="cases.look_into_everybody")
    assert [one.args for one in queued] == [{"slug": "reception"}]


def test_one_persons_trouble_keeps_nothing_from_the_others(world):
    first, troubled, last = world.person(), world.person(), world.person()
    world.departments["population"].records[troubled.id_number] = Trouble()

    with pytest.raises(jobs.SomeLeft):
        jobs.look_into_everybody("reception")

    assert {one.applicant_id for one in Offer.objects.filter(status="OFFERED")} == {first.pk, last.pk}
    world.departments["population"].records[troubled.id_number] = {}
    world.change(troubled, household="430102", convicted="0")
    jobs.look_into_everybody("reception")
    assert Offer.objects.filter(status="OFFERED").count() == 3


def test_who_was_not_entitled_is_looked_into_again_on_the_day_other_rules_begin(world):
    person = world.person(household="440305")
    offering.look_into("reception", person, at=NOW)
    begins = TODAY + timedelta(days=9)
    rules.put_version(
        "reception", reception(c1="person.household != null"), effective_from=begins, effective_until=None, at=NOW
    )

    before, on_the_day = ([*offering.candidates("reception", on=day)] for day in (begins - timedelta(days=1), begins))

    assert (before, on_the_day) == ([], [person])


def test_new_rules_have_those_who_were_not_entitled_looked_into_on_the_next_night(world):
    person = world.person(household="440305")
    offering.look_into("reception", person, at=NOW)

    world.put_rules(reception(c1="person.household != null"))
    told = ProcrastinateJob.objects.get(task_name="cases.look_again", args={"slug": "reception"})
    jobs.look_again(**told.args)

    assert [*offering.candidates("reception", on=TODAY)] == [person]
