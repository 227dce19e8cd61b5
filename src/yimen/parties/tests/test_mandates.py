"""Who may act for whom: in which items, until when, and who may say so."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from yimen.parties import queries, services
from yimen.parties.models import Mandate
from yimen.parties.tests import factories
from yimen.standards.credit_code import InvalidCreditCode
from yimen.standards.resident_id import InvalidResidentId

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return factories.organisation()


def founder(company):
    return queries.standing(factories.representative(company), company.pk, on=TODAY)


def give(by, agent, *, items=(), days=30, name=None):
    return services.give_mandate(
        by,
        id_number=agent.id_number,
        name=agent.name if name is None else name,
        items=items,
        ends_on=TODAY + timedelta(days=days),
        at=NOW,
        on=TODAY,
    )


def test_a_representative_acts_for_the_whole_company(company):
    standing = founder(company)

    assert (standing.principal, standing.role, standing.items) == (company, "REPRESENTATIVE", ())
    assert standing.actor.label == "深圳市澄海微电子有限公司 法定代表人（经营者）"
    assert not standing.is_own


def test_a_label_for_the_ledger_never_holds_a_persons_name():
    mother, daughter = factories.person("黄秀英"), factories.person("黄丽娟")
    give(factories.acting(mother), daughter)

    label = queries.standing(factories.citizen(daughter), mother.pk, on=TODAY).actor.label

    assert label == "亲属代办"


def test_several_mandates_add_up_and_one_for_everything_is_for_everything(company):
    by, agent = founder(company), factories.person()
    account = factories.citizen(agent)
    give(by, agent, items=["b"])
    give(by, agent, items=["a"], days=9)

    assert queries.standing(account, company.pk, on=TODAY).items == ("a", "b")
    assert queries.standing(account, company.pk, on=TODAY + timedelta(days=9)).items == ("b",)
    give(by, agent)
    assert queries.standing(account, company.pk, on=TODAY).items == ()


def test_nobody_acts_for_whom_no_mandate_names(company):
    with pytest.raises(queries.NoMandate):
        queries.standing(factories.citizen(), company.pk, on=TODAY)


@pytest.mark.parametrize(("days", "is_good"), [(-1, False), (0, False), (1, True), (731, True), (732, False)])
def test_a_mandate_ends_after_today_and_within_two_years(company, days, is_good):
    if is_good:
        assert give(founder(company), factories.person(), days=days).ends_on == TODAY + timedelta(days=days)
    else:
        with pytest.raises(services.BadMandate, match="两年以内"):
            give(founder(company), factories.person(), days=days)


def test_a_slip_of_a_digit_or_a_name_empowers_nobody(company):
    by, agent = founder(company), factories.person("梁文静")
    with pytest.raises(services.BadMandate, match="姓名和身份号码都一致"):
        give(by, agent, name="梁文净")
    with pytest.raises(InvalidResidentId):
        services.give_mandate(
            by, id_number="440304188501010015", name="甲", items=[], ends_on=TODAY + timedelta(days=3), at=NOW, on=TODAY
        )
    with pytest.raises(services.BadMandate, match="给自己"):
        give(by, by.person)


def test_an_agent_cannot_pass_the_mandate_on(company):
    agent = factories.person()
    give(founder(company), agent)

    with pytest.raises(queries.NoMandate, match="只有本人或法定代表人"):
        give(queries.standing(factories.citizen(agent), company.pk, on=TODAY), factories.person())


def test_a_mandate_taken_back_is_over_at_once_and_stays_on_record(company):
    by, agent = founder(company), factories.person()
    mandate = give(by, agent)

    services.end_mandate(mandate.pk, by, on=TODAY)
    services.end_mandate(mandate.pk, by, on=TODAY)

    with pytest.raises(queries.MandateOver):
        queries.standing(factories.citizen(agent), company.pk, on=TODAY)
    assert [one.is_in_force for one in queries.mandates_given(company, on=TODAY)] == [False, True]


def test_only_the_principals_own_mandates_can_be_taken_back(company):
    mandate = give(founder(company), factories.person())
    other = founder(factories.organisation("别家"))

    with pytest.raises(queries.MandateNotFound):
        services.end_mandate(mandate.pk, other, on=TODAY)
    registered = Mandate.objects.filter(principal=company, role="REPRESENTATIVE").latest("pk")
    with pytest.raises(queries.NoMandate, match="登记信息"):
        services.end_mandate(registered.pk, founder(company), on=TODAY)


def test_the_database_refuses_a_mandate_without_an_end_or_to_oneself(company):
    agent = factories.person()
    for wrong in ({"agent": agent, "ends_on": None}, {"agent": company, "ends_on": date(2027, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.objects.create(principal=company, role="AGENT", starts_on=TODAY, given_at=NOW, **wrong)


def test_an_organisation_with_a_wrong_code_is_not_registered():
    with pytest.raises(InvalidCreditCode):
        services.register_organisation(code="91440399MA5X00010A", name="甲")
