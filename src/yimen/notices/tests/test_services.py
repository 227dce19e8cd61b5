from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from yimen.notices import events, queries, services
from yimen.notices.addresses import BadAddress
from yimen.notices.models import Channel, Delivery, Notice
from yimen.notices.services import BadCode, BadPreference, Choice, TooManyChannels
from yimen.notices.services.preferring import CodeTooSoon
from yimen.notices.tests.factories import NOW, channel, code_in, draft, tell
from yimen.parties.logic import Actor
from yimen.parties.queries import Standing
from yimen.parties.tests import factories as parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return parties.acting(parties.person())


def test_the_same_key_is_told_once_for_ever(owner):
    first = services.notify([draft(owner.principal, "一", key="k"), draft(owner.principal, "二", key="k")], at=NOW)
    again = services.notify([draft(owner.principal, "三", key="k")], at=NOW)

    assert (len(first), again) == (1, [])
    with pytest.raises(IntegrityError):
        Notice.objects.create(recipient=owner.principal, key="k", topic="x", title="y", made_at=NOW)


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_notice_leads_nowhere_but_into_this_site(owner, link):
    with pytest.raises(ValueError, match="leads out"):
        services.notify([draft(owner.principal, link=link)], at=NOW)


def test_opening_a_notice_reads_it_once_and_tells_above(owner):
    made = tell(owner.principal, key="policy:1", about="a/m1")
    heard = []

    def hear(sender, **payload):
        heard.append((payload["key"], payload["topic"], payload["about"], payload["at"]))

    events.notice_read.connect(hear)
    try:
        view = services.open_notice(made, by=owner, at=NOW)
        services.open_notice(made, by=owner, at=NOW + timedelta(days=1))
    finally:
        events.notice_read.disconnect(hear)

    assert view.row.is_read
    assert heard == [("policy:1", "policy", "a/m1", NOW)]
    assert Notice.objects.get().read_at == NOW
    assert queries.unread_count(owner) == 0


def test_somebody_elses_notice_is_not_there(owner):
    made = tell(owner.principal)

    with pytest.raises(queries.NoticeNotFound):
        services.open_notice(made, by=parties.acting(parties.person("别人")), at=NOW)

    assert Notice.objects.get().read_at is None


def test_an_agent_for_some_items_sees_what_is_about_those_and_sets_nothing(owner):
    firm = parties.organisation()
    tell(firm, "讲他办的事", about="reception")
    tell(firm, "讲别的事", about="another")
    agent = Standing(owner.person, firm, Actor("citizen", "7", "经办人"), mandate=1, items=("reception",))

    assert [one.title for one in queries.listing(agent)] == ["讲他办的事"]
    with pytest.raises(queries.NotYoursToSet):
        services.prefer(Choice("DAILY"), by=agent, at=NOW)
    with pytest.raises(queries.NotYoursToSet):
        services.add_channel("webhook", "https://example.cn/", by=agent, at=NOW)


def test_the_inbox_is_turned_page_by_page(owner):
    for number in range(queries.PAGE + 5):
        tell(owner.principal, f"第 {number} 条", at=NOW + timedelta(minutes=number))

    first = queries.listing(owner)
    second = queries.listing(owner, before=first[queries.PAGE - 1].made_at)

    assert first[0].title == f"第 {queries.PAGE + 4} 条"
    assert len(first) == queries.PAGE + 1  # one more: there is another page
    assert [one.title for one in second] == [f"第 {number} 条" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    "choice",
    [
        Choice("HOURLY"),
        Choice("DAILY", "22:00", ""),
        Choice("DAILY", "25:00", "08:00"),
        Choice("DAILY", "\x00", "08:00"),
        Choice("DAILY", "x" * 10_000, "08:00"),
    ],
)
def test_a_wrong_choice_changes_nothing(owner, choice):
    services.prefer(Choice("WEEKLY", "21:00", "07:30"), by=owner, at=NOW)

    with pytest.raises(BadPreference):
        services.prefer(choice, by=owner, at=NOW)

    kept = queries.preferences(owner)
    assert (kept.cadence, f"{kept.quiet_from:%H:%M}", f"{kept.quiet_until:%H:%M}") == ("WEEKLY", "21:00", "07:30")


def test_a_channel_is_used_only_after_the_code_sent_there_came_back(owner, receiver):
    made = services.add_channel("webhook", receiver.webhook, by=owner, at=NOW)
    services.send_code(made.pk, at=NOW)
    code = code_in(receiver)

    with pytest.raises(BadCode):
        services.confirm_channel(made.pk, "000000" if code != "000000" else "000001", by=owner, at=NOW)
    assert not queries.in_use().exists()
    services.confirm_channel(made.pk, f" {code} ", by=owner, at=NOW)

    assert queries.in_use().get() == made


def test_a_code_is_good_for_ten_minutes_and_five_tries(owner, receiver):
    made = services.add_channel("webhook", receiver.webhook, by=owner, at=NOW)
    services.send_code(made.pk, at=NOW)
    code = code_in(receiver)

    with pytest.raises(BadCode, match="失效"):
        services.confirm_channel(made.pk, code, by=owner, at=NOW + timedelta(minutes=11))
    for _ in range(5):
        with pytest.raises(BadCode):
            services.confirm_channel(made.pk, "x", by=owner, at=NOW)
    with pytest.raises(BadCode, match="失效"):
        services.confirm_channel(made.pk, code, by=owner, at=NOW)


def test_a_code_is_not_sent_again_within_a_minute(owner, receiver):
    made = services.add_channel("webhook", receiver.webhook, by=owner, at=NOW)

    with pytest.raises(CodeTooSoon):
        services.renew_code(made.pk, by=owner, at=NOW + timedelta(seconds=30))
    services.renew_code(made.pk, by=owner, at=NOW + timedelta(seconds=90))

    assert services.send_code(made.pk, at=NOW + timedelta(seconds=91)).outcome == "ACCEPTED"


def test_a_code_that_could_not_be_sent_is_told_on_the_settings_page(owner, receiver):
    receiver.answers = [404]
    made = services.add_channel("webhook", receiver.webhook, by=owner, at=NOW)

    services.send_code(made.pk, at=NOW)

    (row,) = queries.preferences(owner).channels
    assert (row.state, row.trouble) == ("CODE", "验证码没有发出：对方答复 404")


def test_the_address_is_sealed_and_forgotten_when_it_is_removed(owner, receiver):
    made = channel(owner, "webhook", f"{receiver.webhook}?token=verysecret", receiver)

    assert b"verysecret" not in bytes(Channel.objects.get(pk=made.pk).address)
    assert "verysecret" not in str(queries.preferences(owner))
    services.remove_channel(made.pk, by=owner, at=NOW)

    assert bytes(Channel.objects.get(pk=made.pk).address) == b""
    assert queries.preferences(owner).channels == ()


def test_a_party_has_five_channels_at_most_and_only_kinds_the_city_offers(owner, receiver, settings):
    for _ in range(5):
        services.add_channel("webhook", receiver.webhook, by=owner, at=NOW)
    with pytest.raises(TooManyChannels):
        services.add_channel("webhook", receiver.webhook, by=owner, at=NOW)

    settings.YIMEN_NOTICE_CHANNELS = ("mail",)
    with pytest.raises(BadAddress):
        services.add_channel("webhook", receiver.webhook, by=owner, at=NOW)


def test_somebody_elses_channel_is_not_there(owner, receiver):
    made = channel(owner, "webhook", receiver.webhook, receiver)
    other = parties.acting(parties.person("别人"))

    for verb in (services.remove_channel, services.renew_code):
        with pytest.raises(queries.ChannelNotFound):
            verb(made.pk, by=other, at=NOW)
    with pytest.raises(queries.ChannelNotFound):
        services.confirm_channel(uuid4(), "1", by=owner, at=NOW)


def test_what_is_older_than_the_first_channel_stays_in_the_inbox(owner, receiver):
    tell(owner.principal, at=NOW - timedelta(days=9))
    channel(owner, "webhook", receiver.webhook, receiver)

    assert services.compose_due(at=NOW) == 0
    assert Delivery.objects.count() == 0
