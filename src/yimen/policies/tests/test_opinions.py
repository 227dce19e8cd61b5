"""A case that needs a person is looked at by all joint agencies at once; silence is chased and never taken as yes."""

from datetime import date
from decimal import Decimal

import pytest

from yimen.cases import services as cases
from yimen.cases.models import Case
from yimen.ledger.models import Entry
from yimen.parties.tests import factories as parties
from yimen.policies import opinion_queries
from yimen.policies.choosing import shares
from yimen.policies.logic import Joint
from yimen.policies.models import Award, Opinion
from yimen.policies.services import applying, following, opinions
from yimen.policies.services.guarding import OpinionsOpen
from yimen.policies.tests.factories import measure
from yimen.policies.tests.handling import AT, STEADY, TAX, City, acting_for, case_officer, joint, later
from yimen.tasks.models import Task

pytestmark = pytest.mark.django_db
REASON = "已核实，符合条件。"


@pytest.fixture
def city(settings):
    made = City(settings)
    made.publish(m1={"joint": joint(TAX, parties.POLICE, share="0.25")})
    return made


@pytest.fixture
def case(city):
    """A case whose register is silent on one thing, so that a person has it."""
    by = acting_for(city.enterprise(abnormal=None))
    application = applying.start([STEADY], by=by, at=AT)
    applying.submit(application.pk, {"org.abnormal_list": "false"}, by=by, at=AT)
    return Case.objects.get()


def test_all_joint_agencies_are_asked_at_once_with_one_clock(case):
    asked = list(Opinion.objects.all())

    assert {one.agency_id for one in asked} == {TAX, parties.POLICE}
    assert {(one.due_on, one.case_due_on) for one in asked} == {(date(2026, 12, 9), date(2026, 12, 23))}


def test_a_case_the_rules_decide_asks_nobody(city):
    by = acting_for(city.enterprise())
    application = applying.start([STEADY], by=by, at=AT)
    applying.submit(application.pk, {}, by=by, at=AT)

    assert not Opinion.objects.exists()
    shared = {one["agency"]: one["yuan"] for one in Award.objects.get().shares}
    assert shared == {parties.HR: "100000.00", TAX: "50000.00", parties.POLICE: "50000.00"}


def test_an_agency_sees_the_facts_its_opinion_needs_and_no_others(case):
    mine = Opinion.objects.get(agency=TAX)

    seen = opinions.open_opinion(mine.pk, by=case_officer(TAX), at=AT)

    assert list(seen.part.readings) == ["org.abnormal_list"]
    row = Entry.objects.filter(kind=Entry.Kind.READ, dataset="cases").get()
    assert (row.fields, row.actor_agency) == (["org.abnormal_list"], TAX)
    assert "联审" in row.purpose


def test_an_agency_that_is_named_conditions_sees_their_facts(city):
    named = (Joint(parties.POLICE, "登记是否真实", Decimal(0), ("c1",)),)
    city.publish(m1={"joint": named})
    by = acting_for(city.enterprise(abnormal=None))
    applying.submit(applying.start([STEADY], by=by, at=AT).pk, {}, by=by, at=AT)

    assert Opinion.objects.get().facts == ["org.status"]


def test_an_agency_does_not_find_what_another_is_asked(case):
    of_tax = Opinion.objects.get(agency=TAX)
    police = case_officer(parties.POLICE)

    with pytest.raises(opinion_queries.OpinionNotFound):
        opinions.open_opinion(of_tax.pk, by=police, at=AT)
    with pytest.raises(opinion_queries.OpinionNotFound):
        opinions.say(of_tax.pk, agreed=True, words="", by=police, at=AT)
    assert [one.looks_at for one in opinion_queries.opinions_for(police, on=AT.date())] == ["是否欠税"]


def test_the_handling_agency_decides_once_all_have_spoken(case):
    handler = case_officer()
    with pytest.raises(OpinionsOpen, match="市公安局"):
        cases.decide(case.pk, approve=True, reason=REASON, amount=Decimal(200_000), by=handler, at=AT)

    for code in (TAX, parties.POLICE):
        opinions.say(Opinion.objects.get(agency=code).pk, agreed=True, words="", by=case_officer(code), at=AT)
    cases.decide(case.pk, approve=True, reason=REASON, amount=Decimal(200_000), by=handler, at=AT)
    following.follow(case.pk, at=AT)

    assert Award.objects.get().amount_yuan == 200_000


def test_silence_past_its_day_is_chased_and_stays_silence(case):
    opinions.say(Opinion.objects.get(agency=TAX).pk, agreed=True, words="", by=case_officer(TAX), at=AT)

    assert opinions.chase(at=AT, on=date(2026, 12, 9)) == 0
    assert opinions.chase(at=AT, on=date(2026, 12, 10)) == 1
    assert opinions.chase(at=AT, on=date(2026, 12, 11)) == 0

    assert Task.objects.get(kind="policy.opinion").agency_id == parties.POLICE
    silent = Opinion.objects.get(agency=parties.POLICE)
    assert silent.verdict == ""
    cases.decide(case.pk, approve=False, reason="部门逾期未回复，材料不足。", by=case_officer(), at=later(days=15))
    said = {one.agency: one.verdict_label for one in opinion_queries.opinions_on(case.pk, on=AT.date())}
    assert said == {"市税务局": "同意", "市公安局": "逾期未回复，已督办"}


def test_an_answer_after_being_chased_closes_the_task(case):
    opinions.chase(at=AT, on=date(2026, 12, 10))

    opinions.say(Opinion.objects.get(agency=TAX).pk, agreed=True, words="", by=case_officer(TAX), at=later(days=15))

    closed = set(Task.objects.values_list("agency_id", "status"))
    assert closed == {(TAX, "CLOSED"), (parties.POLICE, "OPEN")}


def test_an_objection_says_why_and_an_opinion_is_given_once(case):
    mine, officer = Opinion.objects.get(agency=TAX), case_officer(TAX)
    for words in ("", "不行", "长" * 1001):
        with pytest.raises(opinions.WordsMissing):
            opinions.say(mine.pk, agreed=False, words=words, by=officer, at=AT)

    for _ in range(2):
        opinions.say(mine.pk, agreed=False, words="尚有欠税未缴清。", by=officer, at=AT)

    with pytest.raises(opinions.OpinionSaid):
        opinions.say(mine.pk, agreed=True, words="", by=officer, at=AT)


def test_a_case_decided_meanwhile_needs_no_opinion_any_more(case):
    opinions.chase(at=AT, on=date(2026, 12, 10))
    cases.decide(case.pk, approve=False, reason="申请人撤回了说明。", by=case_officer(), at=AT)

    with pytest.raises(opinions.OpinionNotNeeded):
        opinions.say(Opinion.objects.get(agency=TAX).pk, agreed=True, words="", by=case_officer(TAX), at=AT)
    assert opinion_queries.opinions_for(case_officer(TAX), on=AT.date()) == []


@pytest.mark.parametrize("amount", ["100", "0.01", "99999.99", "33333.33"])
@pytest.mark.parametrize("part", ["0", "0.3", "0.3333", "0.5"])
def test_shares_add_up_to_the_amount_to_the_fen(amount, part):
    borne = shares(Decimal(amount), measure(joint=joint(TAX, parties.POLICE, share=part)))

    assert sum(one.yuan for one in borne) == Decimal(amount)
    assert all(one.yuan >= 0 for one in borne)
