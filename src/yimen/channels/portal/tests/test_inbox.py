"""The inbox, its settings and subscriptions, as a browser without scripts sees them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yimen.notices import services
from yimen.notices.models import Channel, Preference
from yimen.notices.tests.conftest import receiver  # noqa: F401 - a fixture
from yimen.notices.tests.factories import code_in, tell
from yimen.parties.tests import factories as parties
from yimen.policies.models import Subscription

BACKEND = "yimen.config.backends.AccountBackend"


@pytest.fixture
def owner(world):
    return world.person()


@pytest.fixture
def browser(visit, owner):
    return visit(owner)


def test_a_notice_is_read_by_opening_it(browser, owner):
    made = tell(owner, "有一项政策适合您", body="第一行\n<b>第二行</b>", reason="因为您注册在南山。", link="/me/")

    home = browser.get("/").content.decode()
    mine = browser.get("/me/").content.decode()
    inbox = browser.get("/inbox/").content.decode()
    page = browser.get(f"/inbox/{made}/").content.decode()
    after = browser.get("/inbox/").content.decode()

    assert "有 1 条新消息" in home
    assert "1 条未读" in mine
    assert "未读</span>" in inbox
    assert "因为您注册在南山。" in page
    assert "&lt;b&gt;" in page
    assert 'href="/me/"' in page
    assert "未读</span>" not in after
    assert "有 1 条新消息" not in browser.get("/").content.decode()


def test_an_empty_inbox_says_what_would_be_there(browser):
    assert "还没有消息" in browser.get("/inbox/").content.decode()
    assert "没有未读的消息" in browser.get("/inbox/?unread=1").content.decode()


@pytest.mark.parametrize("before", ["", "x", "2026-13-40T00:00", "2026-11-24T10:00:00", "%00", "9" * 500])
def test_a_page_that_begins_nowhere_begins_at_the_newest(browser, owner, before):
    tell(owner, "看得见")

    answer = browser.get(f"/inbox/?before={before}")

    assert answer.status_code == 200
    assert "看得见" in answer.content.decode()


def test_older_notices_are_on_the_next_page(browser, owner):
    start = timezone.now() - timedelta(days=1)
    for number in range(31):
        tell(owner, f"第{number}条", at=start + timedelta(minutes=number))

    first = browser.get("/inbox/")
    address = first.content.decode().split('href="?before=')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(f"/inbox/?before={address}").content.decode()

    assert "第0条" not in first.content.decode()
    assert "第0条" in second
    assert "第1条" not in second


def test_a_representative_sees_that_the_firms_inbox_has_news(world):
    firm = parties.organisation("深圳市澄海微电子有限公司")
    account = parties.representative(firm)
    tell(firm, "给公司的消息")
    browser = Client()
    browser.force_login(account, backend=BACKEND)

    own = browser.get("/inbox/").content.decode()
    browser.post("/me/standing/", {"principal": str(firm.pk)})
    theirs = browser.get("/inbox/").content.decode()

    assert "深圳市澄海微电子有限公司还有 1 条未读" in own
    assert "给公司的消息" not in own
    assert "给公司的消息" in theirs


def test_how_often_when_not_and_of_what_is_kept(browser, owner):
    form = {"cadence": "WEEKLY", "quiet_from": "21:30", "quiet_until": "07:00", "topics": ["rating"]}

    answer = browser.post("/inbox/settings/", form)

    assert (answer.status_code, answer["Location"]) == (303, "/inbox/settings/?saved=1")
    kept = Preference.objects.get(recipient=owner)
    assert (kept.cadence, f"{kept.quiet_from:%H:%M}") == ("WEEKLY", "21:30")
    assert "policy" in kept.topics_off
    assert "rating" not in kept.topics_off
    assert 'value="21:30"' in browser.get("/inbox/settings/?saved=1").content.decode()


def test_a_wrong_setting_is_told_and_what_was_typed_stays(browser):
    answer = browser.post("/inbox/settings/", {"cadence": "WEEKLY", "quiet_from": "21:30", "quiet_until": ""})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "免打扰的起止时间请都填，或都不填。" in page
    assert 'value="21:30"' in page
    assert 'aria-invalid="true"' in page
    assert Preference.objects.count() == 0


def test_a_channel_is_added_confirmed_and_removed(browser, owner, receiver):  # noqa: F811
    added = browser.post("/inbox/settings/channels/", {"kind": "webhook", "address": receiver.webhook})
    channel = Channel.objects.get()
    services.send_code(channel.pk, at=timezone.now())
    waiting = browser.get("/inbox/settings/").content.decode()
    wrong = browser.post(f"/inbox/settings/channels/{channel.pk}/confirm", {"code": "abc"})
    right = browser.post(f"/inbox/settings/channels/{channel.pk}/confirm", {"code": code_in(receiver)})
    active = browser.get("/inbox/settings/").content.decode()
    browser.post(f"/inbox/settings/channels/{channel.pk}/remove")

    assert added.status_code == right.status_code == 303
    assert wrong.status_code == 422
    assert "等待确认" in waiting
    assert "使用中" in active
    assert receiver.webhook not in active
    assert "现在只发到站内" in browser.get("/inbox/settings/").content.decode()


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"kind": "exec", "address": "exec://rm"},
        {"kind": "webhook", "address": "https://127.0.0.1/\x00"},
        {"kind": "webhook", "address": "x" * 100_000},
        {"kind": "mail", "address": "a@b.cn"},
    ],
)
def test_an_address_that_is_none_is_told(browser, form):
    answer = browser.post("/inbox/settings/channels/", form)

    assert answer.status_code == 422
    assert Channel.objects.count() == 0


def test_a_code_too_soon_is_told_on_the_page(browser, receiver):  # noqa: F811
    browser.post("/inbox/settings/channels/", {"kind": "webhook", "address": receiver.webhook})

    answer = browser.post(f"/inbox/settings/channels/{Channel.objects.get().pk}/code")

    assert answer.status_code == 429
    assert "请等一分钟再发" in answer.content.decode()


def test_subscriptions_are_made_and_ended(browser, owner):
    made = browser.post("/inbox/subscriptions/", {"kinds": ["grant"], "keywords": "专精特新 芯片"})
    page = browser.get("/inbox/subscriptions/?saved=1").content.decode()
    kept = Subscription.objects.get()
    ended = browser.post(f"/inbox/subscriptions/{kept.pk}/end")

    assert made.status_code == ended.status_code == 303
    assert "“资金奖补”“专精特新”“芯片”" in page
    assert Subscription.objects.get().ended_at is not None
    assert "还没有订阅" in browser.get("/inbox/subscriptions/").content.decode()


def test_a_subscription_to_nothing_is_told(browser):
    answer = browser.post("/inbox/subscriptions/", {"kinds": ["\x00"], "keywords": ""})

    assert answer.status_code == 422
    assert "请至少选一项" in answer.content.decode()
