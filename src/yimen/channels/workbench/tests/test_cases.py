"""What an officer meets: the queue, the case, the decision with its reason."""

import pytest
from django.test import Client

from yimen.cases import services
from yimen.cases.models import Case
from yimen.cases.tests.factories import NOW
from yimen.ledger import queries as ledger
from yimen.parties.tests import factories as parties

BACKEND = "yimen.config.backends.AccountBackend"
ANSWERS = {"person.fit": "true", "application.settle": "collective", "person.convicted": "false"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(world):
    """A signed-in officer's browser, and a case that waits."""
    client = Client()
    client.force_login(parties.officer(), backend=BACKEND)
    person = world.person(convicted=None)
    case = services.start("reception", by=parties.acting(person), at=NOW)
    services.prepare(case.pk, by=parties.acting(person), at=NOW)
    return client, services.submit(case.pk, ANSWERS, by=parties.acting(person), at=NOW)


def test_the_queue_shows_masked_names(desk):
    client, case = desk

    page = client.get("/workbench/").content.decode()

    assert f"/workbench/cases/{case.pk}/" in page
    assert "陈*雯" in page
    assert "陈晓雯" not in page


def test_the_case_shows_facts_with_their_states_conditions_and_trace(desk):
    client, case = desk

    page = client.get(f"/workbench/cases/{case.pk}/").content.decode()

    assert "本人填写，待核实（部门没有这项记录）" in page
    assert "待核实" in page
    assert "要求不晚于2028年6月30日（毕业日期 + 2 年）" in page
    assert "<code>eligible</code> = <strong>未知</strong>" in page
    assert case.applicant.number not in page


def test_opening_a_case_leaves_a_row_the_citizen_sees(desk):
    client, case = desk
    client.get(f"/workbench/cases/{case.pk}/")

    assert ledger.reads_of(case.applicant_id)[0].actor == "市人力资源保障局 审批人员"


@pytest.mark.parametrize(("approve", "status"), [("true", Case.Status.APPROVED), ("false", Case.Status.REFUSED)])
def test_a_decision_with_a_reason_concludes_the_case(desk, approve, status):
    client, case = desk

    answer = client.post(f"/workbench/cases/{case.pk}/decide", {"approve": approve, "reason": "已函询公安机关核实。"})

    assert answer.status_code == 303
    assert Case.objects.get(pk=case.pk).status == status
    assert "已函询公安机关核实。" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"approve": "true", "reason": "同意"}, "请写明决定的理由"),
        ({"reason": "已函询公安机关核实。"}, "请选择批准或不予批准"),
        ({"approve": "maybe", "reason": "已函询公安机关核实。"}, "请选择批准或不予批准"),
    ],
)
def test_an_incomplete_decision_is_not_made_and_keeps_what_was_typed(desk, form, words):
    client, case = desk

    answer = client.post(f"/workbench/cases/{case.pk}/decide", form)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert form["reason"] in answer.content.decode()
    assert Case.objects.get(pk=case.pk).status == Case.Status.REVIEW


def test_a_case_decided_meanwhile_is_not_decided_again(desk):
    client, case = desk
    form = {"approve": "true", "reason": "已函询公安机关核实。"}
    client.post(f"/workbench/cases/{case.pk}/decide", form)

    assert client.post(f"/workbench/cases/{case.pk}/decide", form).status_code == 409


def test_a_citizen_is_kindly_turned_away(desk, visit, world):
    answer = visit(world.person()).get("/workbench/")

    assert answer.status_code == 403
    assert "没有审批岗位" in answer.content.decode()


def test_the_board_costs_the_same_for_one_case_and_for_ten(desk, world, django_assert_max_num_queries):
    client, _ = desk
    for _ in range(9):
        person = world.person(convicted=None)
        case = services.start("reception", by=parties.acting(person), at=NOW)
        services.submit(case.pk, ANSWERS, by=parties.acting(person), at=NOW)

    with django_assert_max_num_queries(8):
        page = client.get("/workbench/").content.decode()

    assert "待办 10 件" in page
