from datetime import UTC, datetime, time

import pytest

from yimen.notices.logic import LOCAL, after_quiet, identity, is_quiet, message, period, wait_after


def here(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("cadence", "at", "name", "until"),
    [
        ("DAILY", "2026-11-25T10:00", "2026-11-25", "2026-11-25T09:00"),
        ("DAILY", "2026-11-25T09:00", "2026-11-25", "2026-11-25T09:00"),
        ("DAILY", "2026-11-25T08:59", "2026-11-24", "2026-11-24T09:00"),
        ("WEEKLY", "2026-11-25T10:00", "2026-W48", "2026-11-23T09:00"),
        ("WEEKLY", "2026-11-23T08:00", "2026-W47", "2026-11-16T09:00"),
        ("WEEKLY", "2027-01-02T12:00", "2026-W53", "2026-12-28T09:00"),  # the ISO year, not the calendar's
        ("AT_ONCE", "2026-11-25T03:07", "2026-11-25T03:07", "2026-11-25T03:07"),
    ],
)
def test_a_period_begins_at_nine_in_shenzhen(cadence, at, name, until):
    assert period(cadence, here(at).astimezone(UTC)) == (name, here(until))


@pytest.mark.parametrize(
    ("start", "end", "at", "quiet"),
    [
        (time(22), time(8), "23:00", True),
        (time(22), time(8), "07:59", True),
        (time(22), time(8), "08:00", False),
        (time(22), time(8), "21:59", False),
        (time(12), time(14), "13:00", True),
        (time(12), time(14), "14:00", False),
        (time(9), time(9), "09:00", False),
        (None, None, "03:00", False),
    ],
)
def test_quiet_hours_may_go_over_midnight(start, end, at, quiet):
    assert is_quiet(here(f"2026-11-25T{at}").astimezone(UTC), start, end) is quiet


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("2026-11-25T23:30", "2026-11-26T08:00"),
        ("2026-11-25T02:00", "2026-11-25T08:00"),
        ("2026-11-25T12:00", "2026-11-25T12:00"),
    ],
)
def test_what_falls_into_quiet_hours_waits_for_their_end(at, then):
    assert after_quiet(here(at), time(22), time(8)) == here(then)


def test_waiting_grows_and_ends():
    waits = [wait_after(number) for number in range(1, 7)]

    assert waits[:5] == sorted(waits[:5])
    assert waits[5] is None


def test_one_notice_is_its_own_title_and_many_are_listed_up_to_ten():
    one = message(["专精特新奖励可以申请"], key="k", address="https://x/inbox/1/")
    many = message([f"第 {number} 条" for number in range(12)], key="k", address="https://x/inbox/")

    assert (one.title, one.text) == ("一门：专精特新奖励可以申请", "查看：https://x/inbox/1/")
    assert many.title == "一门：您有 12 条新消息"
    assert many.text.splitlines()[9:] == ["· 第 9 条", "· 还有 2 条", "查看：https://x/inbox/"]


def test_the_same_key_is_the_same_notice():
    assert identity("a:1") == identity("a:1") != identity("a:2")
