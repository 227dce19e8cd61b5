"""The bureau looks at its base libraries and opens a record with a reason; others cannot."""

import pytest
from django.test import Client
from django.utils import timezone

from yimen.datasets.services import base
from yimen.datasets.tests.factories import TAKER
from yimen.datasets.tests.test_base import city  # noqa: F401 - a fixture
from yimen.ledger.models import Entry
from yimen.parties.models import Person, Post
from yimen.parties.tests import factories as parties

BACKEND = "yimen.config.backends.AccountBackend"
OPEN = "/console/base/population/open"
pytestmark = pytest.mark.django_db


def seat(role=Post.Role.DATA_OFFICER, code=parties.HR):
    client = Client()
    client.force_login(parties.desk(role, code), backend=BACKEND)
    return client


@pytest.fixture
def library(city):  # noqa: F811
    base.take_all("population", by=TAKER, at=timezone.now())
    base.build("population", by=TAKER, at=timezone.now())
    return city


def test_the_page_shows_coverage_and_where_sources_differ(library):
    page = seat().get("/console/base/").content.decode()

    assert "人口基础库" in page
    assert "资源funeral（采用 25.0%）" in page
    assert "是 / 否" in page
    assert library[1] not in page


def test_a_record_is_opened_with_a_reason_and_told_to_whom_it_is_about(library):
    answer = seat().post(OPEN, {"number": library[0], "reason": "核对人口库数据"})

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    page = answer.content.decode()
    assert "陈*雯" in page
    assert "陈晓雯" not in page
    assert library[0] not in page
    row = Entry.objects.get(kind="READ")
    person = Client()
    person.force_login(parties.citizen(Person.objects.get(pk=row.subject)), backend=BACKEND)
    told = person.get("/me/reads/").content.decode()
    assert "核对人口库数据（查看人口基础库）" in told
    assert "姓名、是否在世、银行账户" in told


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"number": "440399200305140011", "reason": ""}, 422, "请写明查看这条记录的事由"),
        ({"number": "", "reason": "核对人口库数据"}, 404, "基础库里没有这条记录"),
        ({"number": "\x00" * 9, "reason": "核对人口库数据\x00"}, 404, "基础库里没有这条记录"),
        ({"number": "9" * 5000, "reason": "核" * 5000}, 422, "200 个字"),
        ({}, 422, "请写明"),
    ],
)
def test_a_form_that_makes_no_sense_is_answered_on_the_page(library, form, status, words):
    answer = seat().post(OPEN, form)

    assert answer.status_code == status
    assert words in answer.content.decode()


def test_an_auditor_sees_the_figures_and_opens_nothing(library):
    auditor = seat(Post.Role.AUDITOR)

    assert "人口基础库" in auditor.get("/console/base/").content.decode()
    assert "查看并留痕" not in auditor.get("/console/base/").content.decode()
    assert auditor.post(OPEN, {"number": library[0], "reason": "核对人口库数据"}).status_code == 403


def test_another_agency_sees_no_library(library):
    parties.agency(parties.POLICE, "南山公安分局")
    other = seat(code=parties.POLICE)

    assert "没有可查看的基础库" in other.get("/console/base/").content.decode()
    assert other.post(OPEN, {"number": library[0], "reason": "核对人口库数据"}).status_code == 403
    assert other.post("/console/base/nothing/open", {"number": "1"}).status_code == 404


def test_the_page_costs_no_more_for_more_records(library, django_assert_max_num_queries):
    client = seat()
    with django_assert_max_num_queries(14):
        client.get("/console/base/")
