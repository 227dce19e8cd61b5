"""Impact before change: which items stop deciding by themselves when a field changes or goes."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from yimen import dmn
from yimen.datasets.models import Dataset, Grant
from yimen.items import impact
from yimen.items.tests.factories import loaded
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.tests import factories as parties
from yimen.rules import impact as rules_impact
from yimen.rules.tests.factories import reception

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
TODAY = NOW.date()
CHOICES = {
    "person.household": ["430102", "440305"],
    "person.graduated_on": [TODAY],
    "application.date": [TODAY],
    "person.convicted": [True, False],
    "person.fit": [True, False],
}


@pytest.fixture(scope="module")
def _loaded(django_db_setup, django_db_blocker):
    yield from loaded(django_db_blocker)


@pytest.fixture
def city(_loaded, db):
    """Shenzhen's pack, loaded."""


def look(dataset, *fields):
    return impact.of_fields(dataset, fields, at=NOW, on=TODAY)


def test_without_the_birth_date_three_items_wait_for_an_officer(city):
    found = look("population", "birth_date")

    assert [(one.name, one.is_lost) for one in found.facts] == [("person.birth_date", True)]
    assert {one.slug for one in found.stopped} >= {
        "elderly-allowance",
        "senior-preferential-card",
        "graduate-reception",
    }
    allowance = next(one for one in found.items if one.slug == "elderly-allowance")
    assert "出生日期" in allowance.face
    assert all(condition.text and condition.clauses for condition in allowance.loss.blocked)
    assert found.grants == Grant.objects.filter(dataset="population", fields__contains=["birth_date"]).count() > 0


def test_a_fact_all_sources_must_agree_on_is_lost_with_any_of_them(city):
    found = look("funeral", "alive")

    assert [(one.name, one.is_lost) for one in found.facts] == [("person.alive", True)]
    assert "elderly-allowance" in {one.slug for one in found.stopped}


def test_what_the_applicant_may_say_is_not_lost(city):
    found = look("projects", "name")

    assert {one.name: one.others for one in found.facts} == {"project.name": ("申请人填写",)}
    assert found.stopped == ()


def test_what_is_asked_by_a_lost_fact_is_lost_with_it(city):
    found = look("business-declarations", "address_code")

    assert {one.name for one in found.facts if one.is_lost} >= {"premises.standard_address_code"}
    assert any("premises" in one.name and "address_code" not in one.name for one in found.facts)


def test_a_field_nothing_hangs_on_is_said_to_be_nothing(city):
    found = look("social-card", "bank_name")

    assert found.facts == found.items == ()
    assert found.is_nothing


def test_a_whole_dataset_counts_the_cases_that_read_it(city):
    person = parties.person()
    for days, fields in ((1, ["birth_date"]), (2, ["alive"]), (60, ["birth_date"])):
        ledger.record_read(
            actor=Actor("system", "x", "市民政局（系统）", "11440300MB2X010070"),
            subject=person.pk,
            dataset="population",
            fields=fields,
            purpose=Purpose("elderly-allowance", "高龄津贴", case_id=person.pk),
            result="OK",
            at=NOW - timezone.timedelta(days=days),
        )
    fields = Dataset.objects.get(pk="population").fields.values_list("name", flat=True)

    assert look("population", *fields).cases == 1
    assert look("population", "name").cases == 0


def test_impact_costs_a_fixed_number_of_queries(city, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        look("population", "birth_date", "alive", "name")


def test_a_condition_without_its_only_fact_is_blocked_and_nothing_is_approved():
    found = rules_impact.without(dmn.load(reception()), frozenset({"person.convicted"}), CHOICES)

    assert [(one.id, one.is_blocked, one.lost) for one in found.conditions] == [("c3", True, ("person.convicted",))]
    assert found.can_approve is False


def test_a_condition_with_another_way_still_decides():
    model = dmn.load(reception(c3='person.convicted = false or person.household = "440305"', c1="true"))

    found = rules_impact.without(model, frozenset({"person.convicted"}), CHOICES)

    assert [one.is_blocked for one in found.conditions] == [False]
    assert found.can_approve is True


def test_a_model_that_loses_nothing_is_as_before():
    found = rules_impact.without(dmn.load(reception()), frozenset({"org.name"}), CHOICES)

    assert found.conditions == ()
    assert found.can_approve is True
