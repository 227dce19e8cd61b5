"""The street's items over the departments' real systems: what becomes of each of the cast, and why."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from demo import organisations
from demo.tests.conftest import NOW, TODAY
from yimen.cases import queries, services
from yimen.cases.models import Case, CaseFact, Decision, Offer
from yimen.cases.services import offering
from yimen.ledger import queries as ledger
from yimen.licences.models import Licence
from yimen.parties import queries as parties_queries
from yimen.parties import services as parties_services
from yimen.parties.tests import factories as parties

pytestmark = pytest.mark.django_db
DECLARED = {"project.policy_statement_signed": "true"}


def file(slug, by, answers=None, **more) -> Case:
    case = services.start(slug, by=by, at=NOW, **more)
    services.prepare(case.pk, by=by, at=NOW)
    return services.submit(case.pk, answers or {}, by=by, at=NOW)


def acting_for(street, agent, principal, *, on=TODAY):
    return parties_queries.standing(parties.citizen(street.person(agent)), principal.pk, on=on)


def reads_of(case) -> set[str]:
    return {row.dataset for row in ledger.of_case(case.pk) if row.action == "dataset.read"}


def test_the_allowance_is_offered_on_the_eightieth_birthday_and_taken_with_one_tap(street):
    elder = street.own("elder")

    offer = offering.look_into("elderly-allowance", elder.principal, at=NOW)
    case = offering.accept(offer.pk, by=elder, at=NOW)

    assert (offer.status, offer.amount_yuan) == (Offer.Status.OFFERED, Decimal(200))
    assert case.status == Case.Status.APPROVED
    assert Licence.objects.get(case_id=case.pk).face["amount"] == "200.00 元"
    assert queries.ledger_gaps() == []


def test_nobody_is_offered_the_same_thing_twice_whatever_they_answered(street):
    elder = street.own("elder")
    offer = offering.look_into("elderly-allowance", elder.principal, at=NOW)
    offering.decline(offer.pk, by=elder, at=NOW)
    before = len(ledger.reads_of(elder.principal.pk))

    again = offering.look_into("elderly-allowance", elder.principal, at=NOW + timedelta(days=400))

    assert (again.pk, again.status) == (offer.pk, Offer.Status.DECLINED)
    assert len(ledger.reads_of(elder.principal.pk)) == before  # and nobody looked
    with pytest.raises(offering.OfferAnswered):
        offering.accept(offer.pk, by=elder, at=NOW)


def test_mother_and_daughter_both_tap_and_one_allowance_comes_of_it(street):
    elder = street.own("elder")
    offer = offering.look_into("elderly-allowance", elder.principal, at=NOW)
    daughter = street.person("daughter")
    parties_services.give_mandate(
        elder,
        id_number=daughter.id_number,
        name=daughter.name,
        items=["elderly-allowance"],
        ends_on=TODAY + timedelta(days=30),
        at=NOW,
        on=TODAY,
    )

    by_daughter = offering.accept(offer.pk, by=acting_for(street, "daughter", elder.principal), at=NOW)
    by_mother = offering.accept(offer.pk, by=elder, at=NOW)

    assert by_daughter == by_mother
    assert Licence.objects.filter(holder=elder.principal).count() == 1


def test_those_who_come_of_age_are_the_candidates_and_no_one_younger(street):
    born = {one.username: one.birth_date for one in street.departments.people if one.username}
    for username in ("elder", "contradicted", "senior"):
        street.person(username)

    today = [one.number for one in offering.candidates("elderly-allowance", on=TODAY)]
    yesterday = [one.number for one in offering.candidates("elderly-allowance", on=TODAY - timedelta(days=1))]

    assert born["elder"] == date(1946, 11, 22)
    assert street.invented("elder").id_number in today
    assert street.invented("elder").id_number not in yesterday
    assert street.invented("senior").id_number not in today


def test_departments_that_contradict_each_other_are_shown_and_not_guessed(street):
    he = street.own("contradicted")

    offer = offering.look_into("elderly-allowance", he.principal, at=NOW)
    case = file("elderly-allowance", he)

    assert offer.status == Offer.Status.WATCHED
    assert case.status == Case.Status.REVIEW
    fact = CaseFact.objects.get(case=case, fact="person.alive")
    assert (fact.state, fact.value) == ("CONTRADICTED", None)
    assert fact.says == [["市公安局", True], ["市民政局", False]]


def test_the_founder_files_a_project_of_which_the_city_knows_everything_but_the_declaration(street):
    company = street.organisation("founder")
    founder = acting_for(street, "founder", company)
    case = services.start("investment-project-filing", by=founder, at=NOW)
    first = services.prepare(case.pk, by=founder, at=NOW)
    services.save_answers(case.pk, {"project.code": organisations.READY}, by=founder, at=NOW)
    second = services.prepare(case.pk, by=founder, at=NOW)

    case = services.submit(case.pk, DECLARED, by=founder, at=NOW)

    assert [one.fact for one in first.asked] == ["project.code", "project.policy_statement_signed"]
    filled = {one.fact: one.filled_by for one in second.asked if one.filled_by}
    assert filled["project.name"] == "市发展和改革委员会"
    assert case.status == Case.Status.APPROVED
    licence = Licence.objects.get(case_id=case.pk)
    assert (licence.holder_id, licence.face["name"]) == (company.pk, "高可靠封装测试生产线")
    assert reads_of(case) == {"projects", "enterprises", "construction", "secrecy"}
    assert "project.name" not in case.answers  # it came back as it was filled in: the department's word, not hers


def test_a_project_of_the_eliminated_class_is_refused_with_its_condition(street):
    founder = acting_for(street, "founder", street.organisation("founder"))

    case = file("investment-project-filing", founder, {**DECLARED, "project.code": organisations.ELIMINATED})

    assert case.status == Case.Status.REFUSED
    assert case.decisions.get().failing == ["c5"]


def test_a_department_that_answers_after_the_deadline_leaves_the_fact_open(street):
    founder = acting_for(street, "founder", street.organisation("founder"))

    case = file("investment-project-filing", founder, {**DECLARED, "project.code": organisations.SLOW})

    assert case.status == Case.Status.REVIEW
    assert CaseFact.objects.get(case=case, fact="project.started").state == "SILENT"
    assert case.decisions.get().missing == ["project.started"]


def test_another_companys_project_is_not_there(street):
    starter = acting_for(street, "starter", street.organisation("starter"))
    answers = {
        **DECLARED,
        "project.code": organisations.READY,
        "project.name": "别人的项目",
        "project.content": "不是我的",
        "project.total_investment": "1",
        "project.location_division": "440305",
    }

    case = file("investment-project-filing", starter, answers)

    assert case.status == Case.Status.REVIEW
    assert CaseFact.objects.get(case=case, fact="project.is_fixed_asset").state == "ABSENT"


def test_an_agent_files_under_a_mandate_and_no_longer_after_its_end(street):
    company = street.organisation("founder")
    agent = street.person("agent")
    parties_services.give_mandate(
        acting_for(street, "founder", company),
        id_number=agent.id_number,
        name=agent.name,
        items=["investment-project-filing"],
        ends_on=TODAY + timedelta(days=10),
        at=NOW,
        on=TODAY,
    )
    hers = acting_for(street, "agent", company)
    case = services.start("investment-project-filing", by=hers, at=NOW)
    services.save_answers(case.pk, {"project.code": organisations.READY}, by=hers, at=NOW)
    late = NOW + timedelta(days=10)

    with pytest.raises(parties_queries.MandateOver, match="已填写的内容都还在"):
        acting_for(street, "agent", company, on=TODAY + timedelta(days=10))
    with pytest.raises(parties_queries.MandateOver):  # even if she slipped in before midnight
        services.submit(case.pk, DECLARED, by=hers, at=late)

    case.refresh_from_db()
    assert (case.status, case.answers) == (Case.Status.DRAFT, {"project.code": organisations.READY})
    founder = acting_for(street, "founder", company)
    assert services.submit(case.pk, DECLARED, by=founder, at=NOW).status == Case.Status.APPROVED


def test_a_mandate_for_one_item_opens_no_other(street):
    company = street.organisation("founder")
    agent = street.person("agent")
    parties_services.give_mandate(
        acting_for(street, "founder", company),
        id_number=agent.id_number,
        name=agent.name,
        items=["startup-grant"],
        ends_on=TODAY + timedelta(days=10),
        at=NOW,
        on=TODAY,
    )
    founders = file(
        "investment-project-filing",
        acting_for(street, "founder", company),
        {"project.code": "x", "project.policy_statement_signed": "false"},
    )

    with pytest.raises(services.WrongStanding):
        services.start("investment-project-filing", by=acting_for(street, "agent", company), at=NOW)
    with pytest.raises(queries.CaseNotFound):
        services.open_as_applicant(founders.pk, by=acting_for(street, "agent", company), at=NOW)


def test_a_start_up_eleven_days_short_of_six_months_is_told_so(street):
    street.organisation("starter")

    case = file("startup-grant", street.own("starter"))

    decision = case.decisions.get()
    assert (case.status, decision.failing) == (Case.Status.REFUSED, ["c3"])
    assert "还差 11 天" in decision.near_miss


def test_a_start_up_of_eight_months_gets_its_grant(street):
    company = street.organisation("granted")

    case = file("startup-grant", street.own("granted"))

    assert case.status == Case.Status.APPROVED
    assert case.decisions.get().amount_yuan == 10000
    assert case.organisation_id == company.pk
    assert "poverty" not in reads_of(case)  # a graduate is entitled as such: who is poor is nobody's business


def test_two_people_of_one_company_get_one_grant(street):
    company = street.organisation("granted")
    partner = street.person("starter")
    parties_services.name_representative(company, partner, starts_on=TODAY, at=NOW)
    waiting = services.start("startup-grant", by=street.own("starter"), at=NOW, organisation=company.credit_code)

    first = file("startup-grant", street.own("granted"))

    assert first.status == Case.Status.APPROVED
    with pytest.raises(services.OrganisationServed, match="每家单位只办一次"):
        services.submit(waiting.pk, {}, by=street.own("starter"), at=NOW)
    with pytest.raises(services.OrganisationServed):
        services.start("startup-grant", by=street.own("starter"), at=NOW, organisation=company.credit_code)
    waiting.refresh_from_db()
    assert waiting.status == Case.Status.DRAFT


def test_while_an_officer_has_one_persons_case_for_the_company_another_waits(street):
    company, he, she = street.organisation("granted"), street.own("starter"), street.own("granted")
    parties_services.name_representative(company, street.person("starter"), starts_on=TODAY, at=NOW)
    case = services.start("startup-grant", by=he, at=NOW, organisation=company.credit_code)
    Case.objects.filter(pk=case.pk).update(status="REVIEW", number="1", query_code="1", submitted_at=NOW)

    with pytest.raises(services.OrganisationServed):
        services.start("startup-grant", by=she, at=NOW)

    Case.objects.filter(pk=case.pk).update(status="REFUSED", concluded_at=NOW)
    assert file("startup-grant", she).status == Case.Status.APPROVED
    with pytest.raises(services.OrganisationServed):  # what was hers is not reviewed for him
        _as_refused_by_rules(case, he)


def _as_refused_by_rules(case, he):
    rule = Decision.objects.latest("pk").rule_version
    Decision.objects.create(
        case=case, made_by="RULES", verdict="reject", rule_version=rule, actor_id="x", actor_label="x", decided_at=NOW
    )
    services.request_review(case.pk, reason="", by=he, at=NOW)


def test_who_represents_several_organisations_says_for_which(street):
    person = street.person("granted")
    first, second = street.organisation("granted"), parties.organisation("第二家")
    parties_services.name_representative(second, person, starts_on=TODAY, at=NOW)

    with pytest.raises(services.OrganisationMissing) as caught:
        services.start("startup-grant", by=street.own("granted"), at=NOW)

    assert {one["code"] for one in caught.value.fields["organisations"]} == {first.credit_code, second.credit_code}
    case = services.start("startup-grant", by=street.own("granted"), at=NOW, organisation=first.credit_code)
    assert case.organisation_id == first.pk


def test_a_noodle_shop_is_registered_and_its_owner_represents_it_from_then_on(street):
    owner = street.own("stallholder")

    case = file("individual-business-registration", owner, {"org.business_scope": "餐饮服务"})

    assert case.status == Case.Status.APPROVED
    licence = Licence.objects.get(case_id=case.pk)
    assert (licence.holder_name, licence.holder.kind) == ("深圳市福田区小满面馆", "ORGANISATION")
    assert [one.pk for one in parties_queries.represented_by(owner.person, on=TODAY)] == [licence.holder_id]


def test_a_senior_from_elsewhere_with_a_residence_permit_gets_the_card(street):
    case = file("senior-preferential-card", street.own("senior"))

    assert case.status == Case.Status.APPROVED
    assert "kin" not in reads_of(case)  # the permit was enough


def test_no_department_is_asked_before_the_insured_agrees(street):
    she = street.own("graduate")
    case = services.start("social-insurance-certificate", by=she, at=NOW)

    draft = services.prepare(case.pk, by=she, at=NOW)
    asked_before = reads_of(case)
    case = services.submit(case.pk, {"application.data_authorised": "true"}, by=she, at=NOW)

    assert asked_before == set()
    assert draft.readings["person.social_insurance_status"].state == "UNASKED"
    assert case.status == Case.Status.APPROVED
    assert reads_of(case) == {"social-insurance"}
    assert services.start("social-insurance-certificate", by=she, at=NOW).pk != case.pk  # as often as needed


def test_a_refused_applicant_asks_for_a_person_and_both_decisions_stay(street):
    street.organisation("starter")
    he = street.own("starter")
    case = file("startup-grant", he)
    officer = parties_queries.officer(parties.officer(case.agency_code), on=TODAY)

    services.request_review(case.pk, reason="公司实际经营已满六个月", by=he, at=NOW)
    services.request_review(case.pk, reason="再点一次", by=he, at=NOW)
    row = next(one for one in queries.queue(officer) if one.id == case.pk)
    services.decide(case.pk, approve=False, reason="登记日期以营业执照为准，维持。", by=officer, at=NOW)

    case.refresh_from_db()
    assert row.is_review
    assert (case.status, case.review_reason) == (Case.Status.REFUSED, "公司实际经营已满六个月")
    assert [one.made_by for one in case.decisions.all()] == [Decision.Maker.RULES, Decision.Maker.OFFICER]
    with pytest.raises(services.NotReviewable):
        services.request_review(case.pk, reason="", by=he, at=NOW)
    assert queries.ledger_gaps() == []
