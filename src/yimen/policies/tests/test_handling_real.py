"""The city's own measures, as they are handled: what can be applied for, beside what, and by whom it is listed."""

from decimal import Decimal

import pytest
from django.utils import timezone

from yimen.parties.logic import Actor
from yimen.policies import queries
from yimen.policies.choosing import clashes, shares
from yimen.policies.logic import Mode
from yimen.policies.services import benefits, guarding
from yimen.policies.tests.factories import AT, loaded
from yimen.rules import queries as rules
from yimen.rules.logic import AMOUNT

pytestmark = pytest.mark.django_db
DAY = AT.date()


@pytest.fixture(scope="module", autouse=True)
def _pack(django_db_setup, django_db_blocker):
    yield from loaded(django_db_blocker)


def test_what_is_declared_by_oneself_is_not_applied_for_and_everything_else_is_or_waits_for_its_window():
    refused = []
    for one in queries.measures(on=DAY):
        try:
            guarding.must_be_open(one, on=DAY)
        except guarding.SelfDeclared:
            refused.append(one.name)
        except guarding.WindowClosed:
            assert not one.definition.window.is_open(DAY)

    declared = [one.name for one in queries.measures(on=DAY) if one.definition.mode is Mode.SELF_DECLARED]
    assert sorted(refused) == sorted(declared)
    assert declared


def test_the_two_measures_for_pioneers_of_artificial_intelligence_exclude_one_another():
    pair = [queries.measure(f"ai-pioneer-city/m{number}", on=DAY) for number in (1, 2)]

    with pytest.raises(guarding.Excluded, match="只能选一项"):
        guarding.must_agree(pair)
    assert len(clashes([(one.name, one.definition) for one in pair])) == 1


def test_every_claim_free_measure_has_an_agency_that_lists_and_everybody_else_is_refused():
    found = [one for one in queries.measures(on=DAY) if one.definition.mode is Mode.NO_APPLICATION]
    assert found
    for one in found:
        its_own = Actor("officer", "1", "审批人员", one.definition.handled_by)
        assert benefits.must_handle(one.name, by=its_own, at=AT).name == one.name
        with pytest.raises(benefits.NotTheHandler):
            benefits.must_handle(one.name, by=Actor("officer", "2", "审批人员", "11440300MB2X015258"), at=AT)


def test_the_shares_of_every_joint_measure_add_up():
    joint = [one for one in queries.measures(on=DAY) if one.definition.joint]
    assert joint
    for one in joint:
        amount = one.definition.cap or 100_000
        assert sum(each.yuan for each in shares(Decimal(amount), one.definition)) == amount


def test_every_measure_that_pays_reckons_its_amount():
    for one in queries.measures(on=DAY):
        if one.definition.pays:
            assert AMOUNT in rules.model_of(rules.in_effect(one.name, on=timezone.localdate(AT))).decisions
