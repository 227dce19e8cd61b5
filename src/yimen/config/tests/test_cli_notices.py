"""`yimen notice` and what is pushed, from the shell."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from yimen.config.cli import app
from yimen.notices.models import Notice
from yimen.notices.tests.factories import tell
from yimen.parties.tests import factories as parties
from yimen.policies.delivering.pushing import push
from yimen.policies.delivering.wording import Found
from yimen.policies.models import Push
from yimen.policies.tests.factories import published

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(app, words)


def test_the_inbox_of_an_account_is_listed_without_opening_it():
    account = parties.citizen()
    tell(account.person, "有一项政策适合您", at=timezone.now())

    listed = run("notice", "list", account.username, "--unread", "--json")

    assert listed.exit_code == 0
    assert [one["title"] for one in json.loads(listed.stdout)["notices"]] == ["有一项政策适合您"]
    assert Notice.objects.get().read_at is None
    assert "未读" in run("notice", "list", account.username).stdout


def test_an_account_there_is_not_is_a_sentence():
    refused = run("notice", "list", "nobody")

    assert refused.exit_code == 1
    assert "没有这个账号" in refused.output


def test_what_is_due_is_sent_and_counted():
    tell(parties.person(), at=timezone.now() - timedelta(days=2))

    sent = run("notice", "send-due", "--json")
    counted = run("notice", "figures", "--json")

    assert json.loads(sent.stdout) == {"recovered": 0, "composed": 0, "attempts": 0}
    assert json.loads(counted.stdout) == {"written": 1, "opened": 0, "deliveries": []}
    assert "站内消息 1 条" in run("notice", "figures").stdout


def test_how_far_pushes_came_is_told_and_a_wrong_dimension_is_a_sentence():
    published()
    push([Found(parties.organisation().pk, "steady-reward/m1", Push.Kind.MATCH)], at=timezone.now())

    told = run("policy", "funnel", "--by", "measure", "--json")
    refused = run("policy", "funnel", "--by", "party")

    assert json.loads(told.stdout)["stages"][0]["pushed"] == 1
    assert "送达 1" in run("policy", "funnel").stdout
    assert refused.exit_code == 1
    assert "不是统计项" in refused.output


def test_nothing_is_pushed_before_anything_was_matched():
    refused = run("policy", "push")

    assert refused.exit_code == 1
    assert "请先执行 yimen policy match" in refused.output
