"""A policy on its way to publication, as the officers see it."""

from dataclasses import replace

import pytest
from django.test import Client

from yimen.parties.models import Post
from yimen.parties.queries import desk as desk_of
from yimen.parties.tests import factories as parties
from yimen.policies import comparing, queries, services
from yimen.policies.tests.factories import AT, RULES, measure, policy, published

pytestmark = pytest.mark.django_db
BACKEND = "yimen.config.backends.AccountBackend"


@pytest.fixture(autouse=True)
def _agencies():
    parties.agency(parties.HR)
    parties.agency(parties.POLICE, "公安局")


def officer(code=parties.HR, role=Post.Role.POLICY_OFFICER):
    account = parties.desk(role, code)
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client, desk_of(account, on=AT.date())


def test_a_draft_is_submitted_agreed_to_by_two_others_and_public_at_once():
    author, desk = officer()
    services.draft(policy(), {"m1": RULES}, by=desk, at=AT)

    assert "提交审核" in author.get("/console/policies/steady-reward/").content.decode()
    author.post("/console/policies/steady-reward/submit")
    for client in (officer()[0], officer()[0]):
        assert "同意发布" in client.get("/console/policies/steady-reward/").content.decode()
        assert client.post("/console/policies/steady-reward/agree").status_code == 303

    assert "稳健经营奖励" in Client().get("/policies/steady-reward/").content.decode()
    assert "同意发布" in author.get("/console/policies/steady-reward/").content.decode()  # what the two said stays


def test_the_drafter_finds_no_button_to_agree_and_is_told_when_they_try():
    author, desk = officer()
    services.draft(policy(), {"m1": RULES}, by=desk, at=AT)
    services.submit("steady-reward", by=desk)

    assert "同意发布</button>" not in author.get("/console/policies/steady-reward/").content.decode()
    answer = author.post("/console/policies/steady-reward/agree")

    assert (answer.status_code, "起草人以外" in answer.content.decode()) == (422, True)


def test_another_agency_sees_nothing_of_a_draft_and_an_auditor_only_looks():
    _, desk = officer()
    services.draft(policy(), {"m1": RULES}, by=desk, at=AT)
    stranger, _ = officer(parties.POLICE)
    auditor, _ = officer(parties.POLICE, Post.Role.AUDITOR)

    assert stranger.get("/console/policies/steady-reward/").status_code == 404
    assert "提交审核" not in auditor.get("/console/policies/steady-reward/").content.decode()
    assert stranger.post("/console/policies/steady-reward/submit").status_code in {403, 404}


def test_what_would_change_is_told_in_sentences():
    published()
    author, desk = officer()
    new = policy(summary="新的说明", measures=(measure(amount="一次性30万元"), measure(id="m2", name="新增奖励")))
    services.draft(new, {"m1": RULES, "m2": RULES}, by=desk, at=AT)

    page = author.get("/console/policies/steady-reward/").content.decode()

    assert "新增奖补项“新增奖励”。" in page
    assert "“稳健经营奖励”的标准由“一次性20万元”改为“一次性30万元”。" in page


def test_each_difference_of_two_versions_has_its_sentence():
    old = policy()
    without = replace(old.measures[0], conditions=old.measures[0].conditions[:1])

    assert comparing.changes(old, old) == []
    assert comparing.changes(old, policy(measures=(without,))) == ["“稳健经营奖励”取消条件“未列入经营异常名录”。"]
    assert comparing.changes(old, policy(measures=())) == ["取消奖补项“稳健经营奖励”。"]


def test_rules_with_a_gap_are_told_to_the_reviewer():
    author, desk = officer()
    unused = RULES.replace("c1 and c2", "c1")
    services.draft(policy(), {"m1": unused}, by=desk, at=AT)

    assert "规则检查" in author.get("/console/policies/steady-reward/").content.decode()
    assert queries.under_way("steady-reward", by=desk).definition.slug == "steady-reward"
