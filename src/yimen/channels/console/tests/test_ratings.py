"""The agency sees how it is rated, never by whom, and answers."""

import pytest
from django.test import Client

from yimen.cases import services as cases
from yimen.cases.tests.factories import NOW
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties
from yimen.ratings.models import Rating
from yimen.ratings.services import Said, rate_case
from yimen.tasks.models import Task

BACKEND = "yimen.config.backends.AccountBackend"


def at_desk(role=Post.Role.DATA_OFFICER, code=parties.HR):
    browser = Client()
    browser.force_login(parties.desk(role, code), backend=BACKEND)
    return browser


@pytest.fixture
def rated(world):
    owner = world.person()
    by = parties.acting(owner)
    case = cases.start("reception", by=by, at=NOW)
    cases.submit(case.pk, {"person.fit": "true", "application.settle": "collective"}, by=by, at=NOW)
    rate_case(case.pk, Said("1", ["slow"], "等了<b>很久</b>"), by=by, at=NOW)
    return owner, Rating.objects.get()


def test_a_bad_rating_is_found_from_its_task_and_answered(rated):
    owner, rating = rated
    browser = at_desk()

    task = browser.get(f"/console/tasks/{Task.objects.get().pk}/").content.decode()
    board = browser.get("/console/ratings/?which=waiting").content.decode()
    page = browser.get(f"/console/ratings/{rating.pk}/").content.decode()
    answer = browser.post(f"/console/ratings/{rating.pk}/", {"words": "核实了，是当天系统故障，已修复。"})

    assert f"/console/ratings/{rating.pk}/" in task
    assert "1 条差评等待答复" in board
    assert "等了&lt;b&gt;很久" in page
    assert owner.name not in board + page
    assert answer.status_code == 303
    assert Task.objects.get().status == "CLOSED"
    assert "已答复" in browser.get("/console/ratings/?which=bad").content.decode()
    assert "没有评价" in browser.get("/console/ratings/?which=waiting").content.decode()


def test_numbers_of_few_ratings_are_not_shown(rated):
    parties.agency(parties.DATA_BUREAU, "市政务服务和数据管理局")

    page = at_desk(Post.Role.AUDITOR, parties.DATA_BUREAU).get("/console/ratings/").content.decode()

    assert "少于 5 条" in page
    assert "各部门平均分" not in page


def test_a_short_answer_is_told_and_kept(rated):
    _, rating = rated

    answer = at_desk().post(f"/console/ratings/{rating.pk}/", {"words": "知道了"})

    assert answer.status_code == 422
    assert "知道了</textarea>" in answer.content.decode()


def test_another_agency_finds_nothing_and_an_auditor_cannot_answer(rated):
    _, rating = rated
    police = at_desk(code=parties.POLICE)
    auditor = at_desk(Post.Role.AUDITOR)

    assert police.get(f"/console/ratings/{rating.pk}/").status_code == 404
    assert police.post(f"/console/ratings/{rating.pk}/", {"words": "不是我们的事，随便写写。"}).status_code == 404
    assert auditor.get(f"/console/ratings/{rating.pk}/").status_code == 200
    assert auditor.post(f"/console/ratings/{rating.pk}/", {"words": "不是我们的事，随便写写。"}).status_code == 403
