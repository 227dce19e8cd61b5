"""The bureau finds a fact and says where it comes from; others only look."""

import pytest
from django.test import Client

from yimen.facts.tests.test_sources import bureau  # noqa: F401 - a fixture
from yimen.parties.models import Account, Post
from yimen.parties.tests import factories as parties

BACKEND = "yimen.config.backends.AccountBackend"
ADDRESS = "/console/facts/person.birth_date/"
pytestmark = pytest.mark.django_db


def seat(role):
    client = Client()
    client.force_login(parties.desk(role), backend=BACKEND)
    return client


def test_a_steward_adds_a_source_and_takes_it_back(bureau):  # noqa: F811
    client = seat(Post.Role.DATA_STEWARD)

    assert "person.birth_date" in client.get("/console/facts/?q=出生").content.decode()
    added = client.post(f"{ADDRESS}add", {"source": "population.born"}, follow=True)
    assert added.redirect_chain == [(ADDRESS, 303)]
    assert "population.born" in added.content.decode()

    dropped = client.post(f"{ADDRESS}drop", {"source": "population.born"}, follow=True)
    assert "数据管理员 添加" not in dropped.content.decode()


@pytest.mark.parametrize("source", ["population.name", "population.", "nothing", "\x00.\x00", ""])
def test_a_source_that_does_not_fit_is_told_on_the_page(bureau, source):  # noqa: F811
    answer = seat(Post.Role.DATA_STEWARD).post(f"{ADDRESS}add", {"source": source})

    assert answer.status_code == 422
    assert "数据项定义有误" in answer.content.decode()


def test_whoever_only_looks_is_offered_no_form_and_refused(bureau):  # noqa: F811
    client = seat(Post.Role.AUDITOR)

    assert "添加来源" not in client.get(ADDRESS).content.decode()
    assert client.post(f"{ADDRESS}add", {"source": "population.born"}).status_code == 403


def test_an_account_without_a_post_is_told_so(bureau):  # noqa: F811
    client = Client()
    client.force_login(Account.objects.create(username="nobody"), backend=BACKEND)

    assert client.get("/console/facts/").status_code == 403
