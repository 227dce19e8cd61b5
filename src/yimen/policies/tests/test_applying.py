"""One application for several measures: each fact fetched once, each question asked once, each case on its own."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from yimen.cases import queries as case_queries
from yimen.cases import services as cases
from yimen.cases.logic import InvalidAnswers
from yimen.cases.models import Case
from yimen.core import memo
from yimen.ledger.models import Entry
from yimen.licences.models import Licence
from yimen.parties.models import Mandate
from yimen.parties.queries import MandateOver
from yimen.parties.tests import factories as parties
from yimen.policies import application_queries, events, queries, services
from yimen.policies.logic import Mode, Window
from yimen.policies.models import Application, Award, Profile
from yimen.policies.services import applying, awarding, following, looking
from yimen.policies.services.guarding import Excluded, SelfDeclared, WindowClosed
from yimen.policies.tests.factories import RULES, measure, policy
from yimen.policies.tests.handling import (
    AT,
    BANK,
    GROWTH,
    NUMBER,
    STEADY,
    City,
    acting_for,
    case_officer,
    later,
)

pytestmark = pytest.mark.django_db
PROMISED = {"org.promises": "true"}
PER_HEAD = RULES.replace(
    '<itemComponent id="t_org_abnormal" name="abnormal_list"><typeRef>boolean</typeRef></itemComponent>',
    '<itemComponent id="t_org_abnormal" name="abnormal_list"><typeRef>boolean</typeRef></itemComponent>'
    '<itemComponent id="t_org_staff" name="staff"><typeRef>number</typeRef></itemComponent>',
).replace(
    "<literalExpression><text>200000</text>",
    '<informationRequirement><requiredInput href="#org"/></informationRequirement>'
    "<literalExpression><text>org.staff * 1000</text>",
)
"""The steady measure's rules, but for an amount by the people employed, whom no condition asks about."""


@pytest.fixture
def city(settings, tmp_path):
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets.key")
    return City(settings)


def applied(city, by, measures=(STEADY, GROWTH), answers=PROMISED):
    application = applying.start(measures, by=by, at=AT)
    return applying.submit(application.pk, answers, by=by, at=AT)


def test_two_measures_are_one_form_and_each_field_is_asked_of_the_department_once(city):
    by = acting_for(city.enterprise())
    application = applying.start([STEADY, GROWTH], by=by, at=AT)
    city.forget()

    form = applying.prepare(application.pk, by=by, at=AT)

    assert sorted(city.register.asked) == [
        ("enterprises", "abnormal"),
        ("enterprises", "staff"),
        ("enterprises", "status"),
    ]
    assert [one.fact for one in form.asked] == ["org.promises"]
    assert form.readings["org.status"].value == "active"


def test_a_fact_used_for_two_measures_has_a_row_for_each_purpose_and_the_second_names_the_first(city):
    by = acting_for(city.enterprise())
    application = applying.start([STEADY, GROWTH], by=by, at=AT)

    applying.prepare(application.pk, by=by, at=AT)

    rows = Entry.objects.filter(kind=Entry.Kind.READ, dataset="enterprises", fields=["status"]).order_by("pk")
    assert [one.item for one in rows] == [STEADY, GROWTH]
    assert "same_as" not in rows[0].details
    assert rows[1].details["same_as"] == rows[0].pk
    assert rows[0].details["grant"] != rows[1].details["grant"]


def test_a_measure_without_a_grant_of_its_own_is_given_nothing_that_was_read_for_another(city):
    by = acting_for(city.enterprise())
    city.register.asked.clear()
    from yimen.datasets.models import Grant  # noqa: PLC0415

    Grant.objects.filter(item=GROWTH).delete()
    memo.forget()
    application = applying.start([STEADY, GROWTH], by=by, at=AT)

    form = applying.prepare(application.pk, by=by, at=AT)

    steady, growth = form.drafts
    assert steady.readings["org.status"].is_known
    assert growth.readings["org.status"].state.value == "REFUSED"


def test_everything_is_decided_on_submission_and_granted_with_its_amount_and_no_licence(city):
    by = acting_for(city.enterprise())
    heard = []
    listen = lambda **news: heard.append((news["measure"], news["amount"], news["party"]))  # noqa: E731
    events.measure_granted.connect(listen)

    application = applied(city, by)

    assert application.status == Application.Status.FILED
    assert heard == [(STEADY, Decimal(200_000), by.principal.pk), (GROWTH, Decimal(300_000), by.principal.pk)]
    view = application_queries.view_of(by, application.pk, on=AT.date())
    assert [(one.case_status, one.amount_yuan) for one in view.lines] == [("APPROVED", 200_000), ("APPROVED", 300_000)]
    assert not Licence.objects.exists()
    assert case_queries.ledger_gaps() == []


@pytest.mark.parametrize(("staff", "status", "amount"), [("25", "APPROVED", 25_000), (None, "REVIEW", None)])
def test_an_amount_is_reckoned_on_what_only_it_needs_and_without_that_an_officer_has_the_case(
    city, staff, status, amount
):
    services.put_policy(
        policy(slug="per-head", measures=(measure(cap=Decimal(200_000)),)), {"m1": PER_HEAD.encode()}, at=AT
    )
    city.grant("per-head/m1")

    applied(city, acting_for(city.enterprise(staff=staff)), measures=["per-head/m1"], answers={})

    case = Case.objects.get(item_slug="per-head/m1")
    assert (case.status, case.decisions.get().amount_yuan) == (status, amount)


def test_a_refusal_of_one_measure_does_not_stop_the_other(city):
    by = acting_for(city.enterprise(staff="3"))

    application = applied(city, by)

    view = application_queries.view_of(by, application.pk, on=AT.date())
    assert [one.case_status for one in view.lines] == ["APPROVED", "REFUSED"]
    assert Award.objects.get().measure == STEADY


def test_submitting_twice_files_and_grants_once(city):
    by = acting_for(city.enterprise())
    application = applied(city, by)

    again = applying.submit(application.pk, PROMISED, by=by, at=later(seconds=5))

    assert again.submitted_at == AT
    assert Case.objects.count() == 2
    assert Award.objects.count() == 2


def test_a_question_left_unanswered_files_nothing(city):
    by = acting_for(city.enterprise())
    application = applying.start([STEADY, GROWTH], by=by, at=AT)

    with pytest.raises(InvalidAnswers) as refused:
        applying.submit(application.pk, {}, by=by, at=AT)

    assert list(refused.value.answers) == ["org.promises"]
    assert set(Case.objects.values_list("status", flat=True)) == {"DRAFT"}


def test_what_was_said_while_looking_is_not_asked_again_and_gives_way_to_what_the_form_says(city):
    by = acting_for(city.enterprise())
    looking.say(PROMISED, by=by, at=AT)

    application = applying.start([GROWTH], by=by, at=AT)
    (carried,) = applying.prepare(application.pk, by=by, at=AT).asked
    applying.save_answers(application.pk, {"org.promises": "false"}, by=by, at=AT)
    applying.start([STEADY, GROWTH], by=by, at=AT)
    (kept,) = applying.prepare(application.pk, by=by, at=AT).asked

    assert (carried.fact, carried.answer) == ("org.promises", "true")
    assert kept.answer == "false"


def test_what_was_said_and_can_no_longer_be_is_asked_anew(city):
    by = acting_for(city.enterprise())
    looking.say(PROMISED, by=by, at=AT)
    Profile.objects.update(answers={"org.promises": "maybe"})

    application = applying.start([STEADY, GROWTH], by=by, at=AT)

    assert [one.answer for one in applying.prepare(application.pk, by=by, at=AT).asked] == [None]


def test_an_answer_that_belongs_to_no_measure_is_refused_and_nothing_is_kept(city):
    by = acting_for(city.enterprise())
    application = applying.start([STEADY, GROWTH], by=by, at=AT)

    with pytest.raises(InvalidAnswers):
        applying.save_answers(application.pk, {**PROMISED, "org.is_nice": "true"}, by=by, at=AT)

    assert all(one.answers == {} for one in Case.objects.all())


def test_what_the_department_does_not_say_goes_to_an_officer_whatever_the_applicant_declares(city):
    by = acting_for(city.enterprise(abnormal=None))

    application = applied(city, by, [STEADY], {"org.abnormal_list": "false"})

    assert application_queries.view_of(by, application.pk, on=AT.date()).lines[0].case_status == "REVIEW"
    assert not Award.objects.exists()


def test_measures_that_exclude_one_another_are_refused_with_the_one_worth_keeping(city):
    city.publish(m1={"excludes": (GROWTH,)})
    by = acting_for(city.enterprise())

    for chosen in ([STEADY, GROWTH], [GROWTH, STEADY]):
        with pytest.raises(Excluded, match="建议保留金额更高的“扩岗奖励”") as refused:
            applying.start(chosen, by=by, at=AT)

        assert refused.value.fields["drop"] == [STEADY]
    assert not Case.objects.exists()


def test_what_one_has_keeps_one_from_what_excludes_it(city):
    city.publish(m1={"excludes": (GROWTH,)})
    by = acting_for(city.enterprise())
    applied(city, by, [STEADY], {})

    with pytest.raises(Excluded, match="稳健经营奖励"):
        applying.start([GROWTH], by=by, at=AT)


def test_an_excluded_measure_begun_by_another_way_is_not_filed(city):
    city.publish(m1={"excludes": (GROWTH,)})
    by = acting_for(city.enterprise())
    beside = cases.start(GROWTH, by=by, at=AT)
    applied(city, by, [STEADY], {})

    with pytest.raises(Excluded):
        cases.submit(beside.pk, PROMISED, by=by, at=AT)

    beside.refresh_from_db()
    assert beside.status == Case.Status.DRAFT


@pytest.mark.parametrize(
    ("window", "words"),
    [
        (Window("上半年", None, date(2026, 7, 1)), "已经截止"),
        (Window("明年", date(2027, 1, 1), None), "从 2027年1月1日 起申报"),
    ],
)
def test_a_measure_out_of_its_window_is_refused_with_when(city, window, words):
    city.publish(m1={"window": window})

    with pytest.raises(WindowClosed, match=words):
        applying.start([STEADY], by=acting_for(city.enterprise()), at=AT)


def test_a_draft_that_outlived_its_window_is_told_with_its_line_and_the_other_is_filed(city):
    city.publish(m1={"window": Window("到十一月底", None, date(2026, 12, 1))})
    by = acting_for(city.enterprise())
    application = applying.start([STEADY, GROWTH], by=by, at=AT)

    applying.submit(application.pk, PROMISED, by=by, at=later(days=10))

    lines = {one.measure: one for one in application_queries.view_of(by, application.pk, on=AT.date()).lines}
    assert "已经截止" in lines[STEADY].trouble
    assert lines[STEADY].case_status == "DRAFT"
    assert lines[GROWTH].case_status == "APPROVED"


def test_a_tax_relief_is_not_applied_for(city):
    city.publish(m1={"mode": Mode.SELF_DECLARED})

    with pytest.raises(SelfDeclared, match="自行享受"):
        applying.start([STEADY], by=acting_for(city.enterprise()), at=AT)


def test_a_measure_of_a_policy_that_has_expired_or_never_was_is_not_found(city):
    by = acting_for(city.enterprise())

    with pytest.raises(queries.NoSuchMeasure):
        applying.start([STEADY], by=by, at=later(days=2000))
    with pytest.raises(queries.NoSuchMeasure):
        applying.start(["steady-reward/m9"], by=by, at=AT)
    with pytest.raises(applying.NothingChosen):
        applying.start([], by=by, at=AT)


def test_what_is_granted_already_is_not_applied_for_again(city):
    by = acting_for(city.enterprise())
    applied(city, by, [STEADY], {})

    with pytest.raises(applying.UnderWay, match="稳健经营奖励"):
        applying.start([STEADY, GROWTH], by=by, at=AT)


def test_a_process_that_dies_between_two_filings_leaves_it_to_a_job_and_nothing_is_filed_twice(city, monkeypatch):
    by = acting_for(city.enterprise())
    application = applying.start([STEADY, GROWTH], by=by, at=AT)
    filed, real = [], cases.submit

    def dies_after_the_first(case_id, *arguments, **named):
        if filed:
            raise SystemExit
        filed.append(case_id)
        return real(case_id, *arguments, **named)

    monkeypatch.setattr(applying.cases, "submit", dies_after_the_first)
    with pytest.raises(SystemExit):
        applying.submit(application.pk, PROMISED, by=by, at=AT)
    monkeypatch.undo()
    city.settings.YIMEN_SOURCES = {"enterprises": city.register}

    assert [one.status for one in Case.objects.order_by("started_at", "pk")].count("DRAFT") == 1
    for _ in range(2):
        applying.finish(application.pk, at=later(minutes=1))

    assert Application.objects.get().status == Application.Status.FILED
    assert Entry.objects.filter(action="case.submitted").count() == 2
    assert Award.objects.count() == 2


def test_a_mandate_that_ends_in_the_middle_leaves_what_is_filed_and_the_rest_a_draft(city, monkeypatch):
    by = acting_for(city.enterprise())
    application = applying.start([STEADY, GROWTH], by=by, at=AT)
    real = cases.submit

    def ends_the_mandate(*arguments, **named):
        case = real(*arguments, **named)
        Mandate.objects.filter(pk=by.mandate).update(ends_on=AT.date())
        return case

    monkeypatch.setattr(applying.cases, "submit", ends_the_mandate)

    with pytest.raises(MandateOver):
        applying.submit(application.pk, PROMISED, by=by, at=AT)

    assert sorted(Case.objects.values_list("status", flat=True)) == ["APPROVED", "DRAFT"]
    assert Application.objects.get().status == Application.Status.DRAFT
    successor = acting_for(by.principal)
    applying.submit(application.pk, PROMISED, by=successor, at=later(minutes=1))
    assert set(Case.objects.values_list("status", flat=True)) == {"APPROVED"}


def test_a_job_that_finds_the_mandate_over_gives_the_rest_back_as_a_draft(city):
    by = acting_for(city.enterprise())
    application = applying.start([STEADY], by=by, at=AT)
    Application.objects.update(status="FILING", submitted_at=AT)
    Mandate.objects.filter(pk=by.mandate).update(ends_on=AT.date() - timedelta(days=1))

    applying.finish(application.pk, at=AT)

    assert Application.objects.get().status == Application.Status.DRAFT
    assert Case.objects.get().status == Case.Status.DRAFT


def test_somebody_elses_application_is_not_found(city):
    application = applying.start([STEADY], by=acting_for(city.enterprise()), at=AT)
    other = acting_for(city.enterprise("深圳市别家有限公司"))

    for verb in (
        lambda: applying.prepare(application.pk, by=other, at=AT),
        lambda: applying.save_answers(application.pk, {}, by=other, at=AT),
        lambda: applying.submit(application.pk, {}, by=other, at=AT),
        lambda: application_queries.view_of(other, application.pk, on=AT.date()),
    ):
        with pytest.raises(application_queries.ApplicationNotFound):
            verb()


def test_a_person_is_told_to_act_for_the_enterprise(city):
    with pytest.raises(cases.WrongStanding):
        applying.start([STEADY], by=parties.acting(parties.person()), at=AT)
    assert not Application.objects.exists()


def test_the_account_is_sealed_shown_by_its_end_and_opened_for_paying_only(city):
    by = acting_for(city.enterprise())
    applied(city, by, [STEADY], {})
    award = Award.objects.get()

    assert awarding.account_of(award.pk, by=awarding.SYSTEM, at=AT) is None
    awarding.confirm_account(award.pk, awarding.Given(BANK, NUMBER), by=by, at=AT)
    awarding.confirm_account(award.pk, awarding.Given(BANK, "9999 9999 9999"), by=by, at=AT)

    award.refresh_from_db()
    assert str(award.account) == f"{BANK} 尾号 3344"
    assert b"6222" not in bytes(award.account.sealed)
    opened = awarding.account_of(award.pk, by=awarding.SYSTEM, at=AT)
    assert (opened.number, opened.bank, opened.holder) == ("6222020011223344", BANK, by.principal.name)
    assert Entry.objects.filter(action="award.account-opened").count() == 1


@pytest.mark.parametrize("number", ["", "12345", "6222abcd0000", "1" * 40, "6222\x00"])
def test_an_account_that_can_be_none_is_refused(city, number):
    by = acting_for(city.enterprise())
    applied(city, by, [STEADY], {})

    with pytest.raises(awarding.BadAccount):
        awarding.confirm_account(Award.objects.get().pk, awarding.Given(BANK, number), by=by, at=AT)


def test_an_officer_who_approves_says_how_much_and_not_more_than_the_cap(city):
    by = acting_for(city.enterprise(abnormal=None))
    applied(city, by, [STEADY], {})
    case, officer = Case.objects.get(), case_officer()

    for amount in (None, Decimal(0), Decimal("0.001"), Decimal(200_001), Decimal("NaN"), Decimal(10) ** 30):
        with pytest.raises((awarding.guarding.AmountMissing, cases.BadAmount)):
            cases.decide(case.pk, approve=True, reason="已核实，符合条件。", amount=amount, by=officer, at=AT)
    cases.decide(case.pk, approve=True, reason="已核实，符合条件。", amount=Decimal(150_000), by=officer, at=AT)
    for _ in range(2):
        following.follow(case.pk, at=AT)

    assert Award.objects.get().amount_yuan == 150_000
