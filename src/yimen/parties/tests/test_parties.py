"""Who is known, and who may act as what."""

from datetime import date

import pytest

from yimen.parties import queries, services
from yimen.parties.logic import AgencyDefinition
from yimen.parties.models import Agency, Person, Post
from yimen.parties.tests import factories
from yimen.standards.resident_id import InvalidResidentId

TODAY = date(2026, 11, 22)
pytestmark = pytest.mark.django_db


def test_an_agency_put_twice_is_one_and_brought_up_to_date():
    factories.agency()
    services.put_agency(AgencyDefinition(factories.HR, "新名称", "新简称", "440300"))

    assert [one.short_name for one in Agency.objects.all()] == ["新简称"]


def test_an_agency_below_one_nobody_knows_is_refused():
    with pytest.raises(services.UnknownParent, match="请先登记上级部门"):
        services.put_agency(AgencyDefinition(factories.POLICE, "某分局", "分局", "440304", parent=factories.HR))


def test_a_person_is_registered_once_whatever_the_case_of_the_x():
    number = next(n for n in iter(factories.id_number, None) if n.endswith("X"))

    assert services.register_person(id_number=number, name="甲") == services.register_person(
        id_number=number.lower(), name="乙"
    )


def test_a_wrong_id_number_registers_nobody():
    with pytest.raises(InvalidResidentId):
        services.register_person(id_number="440304188501010015", name="甲")
    with pytest.raises(InvalidResidentId):
        services.register_people([(factories.id_number(), "甲"), ("1", "乙")])

    assert Person.objects.count() == 0


def test_many_people_are_registered_at_once_and_those_known_stay_as_they_are():
    known = factories.person("甲")

    services.register_people([(known.id_number, "乙"), (factories.id_number(), "丙")])

    assert sorted(Person.objects.values_list("name", flat=True)) == ["丙", "甲"]


def test_a_person_shown_in_a_log_is_a_number_that_means_nothing():
    person = factories.person("甲")

    assert person.id_number not in str(person)
    assert person.name not in str(person)


def test_an_account_without_a_password_cannot_sign_in_by_one():
    assert not services.open_account("a").has_usable_password()
    assert services.open_account("b", password="correct horse battery").check_password("correct horse battery")


def test_a_citizen_acts_for_themselves():
    person = factories.person()

    standing = queries.citizen(factories.citizen(person))

    assert standing.person == standing.principal == person
    assert standing.is_own
    actor = standing.actor
    assert (actor.kind, actor.label, actor.agency_code) == ("citizen", "您本人", None)


def test_an_account_without_a_person_is_no_citizen():
    factories.agency()
    with pytest.raises(queries.NotACitizen):
        queries.citizen(factories.officer())


def test_an_officer_acts_for_the_agency_of_the_post():
    factories.agency()

    actor = queries.officer(factories.officer(), on=TODAY)

    assert (actor.kind, actor.agency_code) == ("officer", factories.HR)
    assert actor.label == "市人力资源保障局 审批人员"


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_officer"),
    [
        (date(2020, 1, 1), None, True),
        (TODAY, None, True),
        (date(2026, 11, 23), None, False),
        (date(2020, 1, 1), TODAY, False),  # a period ends exclusively
        (date(2020, 1, 1), date(2026, 11, 23), True),
    ],
)
def test_a_post_counts_from_its_first_day_to_the_day_before_its_end(starts_on, ends_on, is_officer):
    factories.agency()
    account = factories.officer(starts_on=starts_on)
    Post.objects.update(ends_on=ends_on)

    if is_officer:
        assert queries.officer(account, on=TODAY).agency_code == factories.HR
    else:
        with pytest.raises(queries.NotAnOfficer):
            queries.officer(account, on=TODAY)


def test_a_citizen_is_no_officer():
    with pytest.raises(queries.NotAnOfficer):
        queries.officer(factories.citizen(), on=TODAY)
