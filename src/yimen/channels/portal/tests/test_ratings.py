"""Rating what one had, and reading the answer."""

from datetime import timedelta

import pytest

from yimen.cases import services as cases
from yimen.cases.tests.factories import NOW
from yimen.parties import queries as parties_queries
from yimen.parties.tests import factories as parties
from yimen.ratings import services
from yimen.ratings.models import Rating


@pytest.fixture
def owner(world):
    return world.person()


@pytest.fixture
def browser(visit, owner):
    return visit(owner)


@pytest.fixture
def case(owner):
    by = parties.acting(owner)
    made = cases.start("reception", by=by, at=NOW)
    cases.submit(made.pk, {"person.fit": "true", "application.settle": "collective"}, by=by, at=NOW)
    return made.pk


def test_the_result_leads_to_the_rating_and_shows_it_afterwards(browser, case):
    before = browser.get(f"/cases/{case}/").content.decode()
    answer = browser.post(f"/cases/{case}/rating/", {"score": "2", "tags": ["slow"], "words": "等了很久"})
    after = browser.get(f"/cases/{case}/").content.decode()

    assert "这次办理您满意吗？" in before
    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{case}/rating/?saved=1")
    assert "您评价为“不满意”" in after
    page = browser.get(f"/cases/{case}/rating/?saved=1").content.decode()
    assert "已经交给办理部门整改" in page
    assert "办得慢" in page


def test_the_answer_is_in_the_inbox_and_on_the_page_and_one_may_say_more(browser, case):
    browser.post(f"/cases/{case}/rating/", {"score": "1"})
    desk = parties_queries.desk(parties.desk(), on=NOW.date())
    services.answer(Rating.objects.get().pk, "已核实，是系统故障，已经修好。", by=desk, at=NOW + timedelta(days=1))

    inbox = browser.get("/inbox/").content.decode()
    page = browser.get(f"/cases/{case}/rating/").content.decode()
    again = browser.post(f"/cases/{case}/rating/", {"again": "1", "score": "4", "words": "确实好了"})

    assert "市人力资源保障局答复了您的评价" in inbox
    assert "已核实，是系统故障，已经修好。" in page
    assert again.status_code == 303
    assert "确实好了" in browser.get(f"/cases/{case}/rating/").content.decode()
    assert browser.post(f"/cases/{case}/rating/", {"again": "1", "score": "4"}).status_code == 409


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "请选择满意的程度"),
        ({"score": "9"}, "请选择满意的程度"),
        ({"score": "4", "words": "好" * 1001}, "最多写 1000 个字"),
    ],
)
def test_a_wrong_rating_is_told_and_what_was_typed_stays(browser, case, form, said):
    answer = browser.post(f"/cases/{case}/rating/", {"tags": ["slow"], **form})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert 'value="slow" checked' in page
    assert Rating.objects.count() == 0


def test_a_case_without_a_result_cannot_be_rated_yet(browser, owner):
    draft = cases.start("reception", by=parties.acting(owner), at=NOW)

    assert "还不能评价" in browser.get(f"/cases/{draft.pk}/rating/").content.decode()
    assert browser.post(f"/cases/{draft.pk}/rating/", {"score": "1"}).status_code == 409


def test_another_persons_case_is_not_found(visit, world, case):
    other = visit(world.person())

    assert other.get(f"/cases/{case}/rating/").status_code == 404
    assert other.post(f"/cases/{case}/rating/", {"score": "1"}).status_code == 404
