"""Digests go out once, over real HTTP to the other end."""

from datetime import timedelta

import pytest

from yimen.notices import queries, senders, services
from yimen.notices.logic import message
from yimen.notices.models import Attempt, Delivery, Digest, Notice
from yimen.notices.services import Choice
from yimen.notices.tests.factories import NOW, channel, tell
from yimen.parties.tests import factories as parties

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def owner():
    return parties.acting(parties.person())


@pytest.fixture
def hook(owner, receiver):
    return channel(owner, "webhook", receiver.webhook, receiver)


def deliver(at=NOW):
    services.recover(at=at)
    services.compose_due(at=at)
    return services.send_due(now=lambda: at)


def test_a_day_is_one_message_with_titles_and_a_link_and_nothing_more(owner, receiver, hook):
    tell(owner.principal, "甲", body="正文里的秘密", at=NOW - DAY - timedelta(minutes=1))
    tell(owner.principal, "乙")

    deliver()
    deliver()

    ((path, key, title, text),) = receiver.came
    assert (path, title) == ("/hook", "一门：您有 2 条新消息")
    assert text == "· 甲\n· 乙\n查看：https://yimen.example.cn/inbox/"
    assert key == str(Delivery.objects.get().pk)
    assert Delivery.objects.get().status == "DELIVERED"


def test_what_comes_after_nine_waits_for_the_next_day(owner, receiver, hook):
    tell(owner.principal, "昨天的")
    deliver()
    tell(owner.principal, "今天的", at=NOW + timedelta(minutes=1))
    deliver(NOW + timedelta(hours=2))

    assert [one[2] for one in receiver.came] == ["一门：昨天的"]
    deliver(NOW + DAY)
    assert [one[2] for one in receiver.came] == ["一门：昨天的", "一门：今天的"]


def test_a_notice_written_late_into_a_period_that_is_out_goes_with_the_next(owner, receiver, hook):
    tell(owner.principal, "甲")
    deliver()
    tell(owner.principal, "迟到的", at=NOW - DAY)

    deliver(NOW + timedelta(hours=1))
    deliver(NOW + DAY)

    assert [one[2] for one in receiver.came] == ["一门：甲", "一门：迟到的"]
    assert Digest.objects.count() == 2


def test_at_once_is_within_the_minute_and_a_minute_is_one_message(owner, receiver, hook):
    services.prefer(Choice("AT_ONCE"), by=owner, at=NOW)
    tell(owner.principal, "甲", at=NOW - timedelta(seconds=2))
    deliver()
    tell(owner.principal, "乙", at=NOW + timedelta(seconds=3))
    deliver(NOW + timedelta(seconds=5))

    assert [one[2] for one in receiver.came] == ["一门：甲"]
    deliver(NOW + timedelta(minutes=1))
    assert [one[2] for one in receiver.came] == ["一门：甲", "一门：乙"]


def test_quiet_hours_are_kept_even_when_they_begin_after_it_was_composed(owner, receiver, hook):
    services.prefer(Choice("AT_ONCE", "22:00", "08:00"), by=owner, at=NOW)
    late = NOW + timedelta(hours=12, minutes=30)  # half past ten at night
    tell(owner.principal, at=late - timedelta(minutes=1))

    deliver(late)
    assert receiver.came == []
    assert Delivery.objects.get().due_at == NOW + timedelta(hours=22)  # eight in the morning
    services.prefer(Choice("AT_ONCE", "07:00", "09:00"), by=owner, at=late)
    deliver(NOW + timedelta(hours=22))
    assert receiver.came == []
    deliver(NOW + timedelta(hours=23))
    assert len(receiver.came) == 1


def test_a_topic_that_is_off_stays_inside_for_good(owner, receiver, hook):
    Notice.objects.all().delete()
    preference = services.prefer(Choice("DAILY"), by=owner, at=NOW)
    preference.topics_off = ["policy"]
    preference.save()
    tell(owner.principal, "不要发的")
    tell(owner.principal, "要发的", topic="case")
    deliver()
    preference.topics_off = []
    preference.save()
    deliver(NOW + DAY)

    assert [one[2] for one in receiver.came] == ["一门：要发的"]
    assert len(queries.listing(owner)) == 2


def test_what_is_busy_is_tried_again_ever_later_with_the_same_key(owner, receiver, hook):
    receiver.answers = [503, 429]
    tell(owner.principal)

    deliver()
    assert deliver(NOW + timedelta(seconds=59)) == 0
    deliver(NOW + timedelta(minutes=1))
    deliver(NOW + timedelta(minutes=6))

    assert len({key for _, key, _, _ in receiver.came}) == 1
    tried = [(one.number, one.result, one.answer) for one in Attempt.objects.all()]
    assert tried == [(1, "BUSY", "对方答复 503"), (2, "BUSY", "对方答复 429"), (3, "ACCEPTED", "已接受")]


def test_a_refusal_is_not_repeated_and_is_told_in_the_inbox(owner, receiver, hook):
    receiver.answers = [404]
    tell(owner.principal)

    deliver()
    tell(owner.principal, "后来的", at=NOW)
    deliver(NOW + DAY)

    assert len(receiver.came) == 1
    assert Delivery.objects.get().status == "FAILED"
    told = Notice.objects.get(topic="channel")
    assert "对方答复 404" in told.body
    assert receiver.webhook not in told.body
    assert told.settled_at is not None  # it is not sent to where it would not arrive
    assert queries.preferences(owner).channels[0].state == "STOPPED"


def test_a_redirect_is_not_followed(owner, receiver, hook):
    receiver.answers = [302]
    tell(owner.principal)

    deliver()

    assert [one[0] for one in receiver.came] == ["/hook"]
    assert Delivery.objects.get().status == "FAILED"


def test_after_the_last_wait_it_is_given_up_and_told(owner, receiver, hook):
    receiver.answers = [500] * 9
    tell(owner.principal)
    at = NOW

    for hours in range(0, 40, 3):
        at = NOW + timedelta(hours=hours)
        deliver(at)

    assert len(receiver.came) == 6
    assert Notice.objects.filter(topic="channel").count() == 1


def test_nobody_at_the_other_end_is_tried_again(receiver):
    said = message(["x"], key="k", address="https://x/")

    answer = senders.AppriseSender().send("json://127.0.0.1:9/", said, is_keyed=True)

    assert (answer.outcome, answer.words) == ("BUSY", "连不上对方")


def test_an_answer_too_slow_is_repeated_only_where_the_other_end_knows_repetitions(owner, receiver, monkeypatch):
    channel(owner, "webhook", receiver.webhook, receiver)
    channel(owner, "bark", receiver.bark, receiver)
    tell(owner.principal)
    monkeypatch.setattr(senders, "ANSWER_S", 0.1)
    receiver.delay_s = 0.3

    deliver()
    receiver.delay_s = 0.0
    deliver(NOW + timedelta(minutes=1))

    paths = sorted(one[0] for one in receiver.came)
    assert paths == ["/hook", "/hook", "/push"]
    assert {one.channel.kind: one.status for one in Delivery.objects.select_related("channel")} == {
        "webhook": "DELIVERED",
        "bark": "UNCLEAR",
    }


def test_a_host_that_moved_into_our_house_is_not_spoken_to(owner, receiver, hook, settings):
    settings.YIMEN_NOTICE_PRIVATE_HOSTS = ()
    tell(owner.principal)

    deliver()

    assert receiver.came == []
    assert Delivery.objects.get().status == "FAILED"


def test_nothing_waits_for_a_channel_that_was_removed(owner, receiver, hook):
    tell(owner.principal)
    services.compose_due(at=NOW)
    services.remove_channel(hook.pk, by=owner, at=NOW)

    assert services.send_due(now=lambda: NOW) == 0
    assert receiver.came == []
    assert Delivery.objects.get().status == "FAILED"


def test_the_notice_says_where_it_went(owner, receiver, hook):
    made = tell(owner.principal)
    deliver()

    assert services.open_notice(made, by=owner, at=NOW).sent == (("网址推送（JSON） 127.0.0.1", "已送达", NOW),)


def test_written_opened_and_delivered_are_counted(owner, receiver, hook):
    made = tell(owner.principal, at=NOW - DAY)
    tell(owner.principal, at=NOW - DAY)
    deliver()
    services.open_notice(made, by=owner, at=NOW)

    counted = queries.figures(since=NOW - 2 * DAY, topics_only=["policy"])

    assert (counted.written, counted.opened, dict(counted.deliveries)) == (2, 1, {("webhook", "DELIVERED"): 1})


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("Failed to send JSON POST notification: Page not found., error=404.", "REFUSED"),
        ("Failed to send WeCom Bot notification: error=503.", "BUSY"),
        ("Failed to send: error=429.", "BUSY"),
        ("Socket Exception: (535, b'authentication failed')", "REFUSED"),
        ("Socket Exception: {'a@b.cn': (450, b'mailbox busy')}", "BUSY"),
        ("Socket Exception: [Errno 111] Connection refused", "BUSY"),
        ("Socket Exception: HTTPSConnectionPool(host='x'): Read timed out. (read timeout=8.0)", "UNCLEAR"),
        ("a line nobody knows", "UNCLEAR"),
    ],
)
def test_what_the_library_writes_is_read_for_its_meaning_and_no_word_of_it_is_kept(said, outcome):
    answer = senders._failure(said)

    assert answer.outcome == outcome
    assert "a@b.cn" not in answer.words


def test_nothing_is_begun_after_the_time_is_over(owner, receiver, hook):
    tell(owner.principal)
    services.compose_due(at=NOW)

    assert services.send_due(now=lambda: NOW, until=NOW) == 0
    assert services.send_due(now=lambda: NOW, until=NOW + timedelta(seconds=1)) == 1
