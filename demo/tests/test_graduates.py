"""The city's own pack over the departments' real systems: what becomes of each of the cast, and what was read for it."""

import pytest

from demo.tests.conftest import NOW
from yimen.cases import queries, services
from yimen.cases.models import Case
from yimen.ledger import queries as ledger

ANSWERS = {"application.settle_address_type": "collective", "person.health_declared_fit": "true"}
EVERY_FIELD = {
    ("household", "division"),
    ("population", "birth_date"),
    ("criminal-record", "has_record"),
    ("education", "level"),
    ("education", "degree"),
    ("education", "mode"),
    ("education", "graduated_on"),
    ("education", "verified"),
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def apply(street):
    """Return how somebody of the cast applies and submits; the answer is their case."""

    def submitted(username) -> Case:
        case = services.start("graduate-reception", by=street.own(username), at=NOW)
        return services.submit(case.pk, ANSWERS, by=street.own(username), at=NOW)

    return submitted


def read_for(case):
    return {
        (row.dataset, name) for row in ledger.of_case(case.pk) if row.action == "dataset.read" for name in row.fields
    }


@pytest.mark.parametrize(
    ("username", "status", "failing", "missing"),
    [
        ("graduate", "APPROVED", [], []),
        ("master", "APPROVED", [], []),
        ("resident", "REFUSED", ["c5"], []),
        ("late", "REFUSED", ["c3"], []),
        ("convicted", "REFUSED", ["c7"], []),
        ("overseas", "REFUSED", ["c2"], []),
        ("unverified", "REFUSED", ["c4"], []),
        ("garbled", "REVIEW", [], ["person.graduated_on"]),
        ("silent", "REVIEW", [], 5),
    ],
)
def test_each_of_the_cast_gets_the_outcome_their_part_says(apply, username, status, failing, missing):
    case = apply(username)

    decision = case.decisions.get()
    assert case.status == status
    assert decision.failing == failing
    assert decision.missing == missing or len(decision.missing) == missing
    assert queries.ledger_gaps() == []


def test_the_ledger_shows_every_field_read_for_the_graduate_and_none_her_rule_did_not_need(apply):
    assert read_for(apply("graduate")) == EVERY_FIELD


def test_the_same_rule_with_an_early_false_reads_fewer(apply):
    read_early = read_for(apply("overseas"))

    assert read_early == {("education", "mode")}
    assert ("criminal-record", "has_record") not in read_for(apply("resident"))


def test_the_most_sensitive_fact_is_read_last(apply):
    rows = [row for row in ledger.of_case(apply("graduate").pk) if row.action == "dataset.read"]

    assert rows[-1].dataset == "criminal-record"


def test_a_department_that_is_really_paused_is_silent_and_nothing_is_lost(apply, departments):
    departments.pause("education")
    try:
        case = apply("master")
    finally:
        departments.resume("education")

    assert case.status == Case.Status.REVIEW
    assert case.answers == ANSWERS
    assert {row.result for row in ledger.of_case(case.pk) if row.dataset == "education"} == {"SILENT"}
    assert sum(row.dataset == "education" for row in ledger.of_case(case.pk)) == 1  # asked once, not five times
