"""How a department's system is reached: again where that helps, not at all while it is down, and what the board tells."""

import logging
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db.models import F
from django.utils import timezone

from yimen.core import memo
from yimen.datasets import services, source_queries
from yimen.datasets.models import Dataset, Freshness, SourceHealth
from yimen.datasets.services import breaker, freshness
from yimen.datasets.sources import Registered, Silent, Trouble, oauth, patience, schema
from yimen.datasets.sources.base import ClientCredentials
from yimen.datasets.tests.service import Department
from yimen.datasets.tests.test_services import exchange, put
from yimen.ledger import queries as ledger
from yimen.parties.tests import factories as parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def education(settings):
    """A department that answers over HTTP."""
    with Department() as department:
        settings.YIMEN_SOURCES = {"education": SimpleNamespace(url=department.url, key="k")}
        put("rest", "education", {"path": "/people/{key}", "as_of": "as_of"}, timeout_s=0.6)
        yield department


def health():
    return SourceHealth.objects.get(pk="education")


def fail(times=breaker.FAILURES):
    for _ in range(times):
        with pytest.raises(services.SourceSilent):
            exchange()


def let_time_pass():
    """As if the pause were over, and this process looked anew."""
    SourceHealth.objects.update(retry_at=F("retry_at") - timedelta(hours=1))
    memo.forget()


def test_a_gateway_that_is_busy_for_a_moment_is_asked_again(education):
    education.answers = [(503, ""), (502, "")]

    assert exchange().values == {"level": "bachelor"}
    assert education.count == 3
    assert health().consecutive_failures == 0


@pytest.mark.parametrize("status", [500, 401, 403])
def test_a_system_that_fails_or_does_not_let_us_in_is_not_asked_again_at_once(education, status):
    education.answers = [(status, "")] * 9

    fail(1)

    assert education.count == 1
    assert health().reason == ("FAILING" if status == 500 else "NOT_LET_IN")


def test_asking_again_stays_within_the_datasets_time(education):
    education.answers = [(503, "")] * 99
    education.delay_s = 0.25
    started = time.monotonic()

    fail(1)

    assert education.count in {2, 3}
    assert time.monotonic() - started < 0.6 + 0.5


def test_after_several_failures_in_a_row_it_is_left_alone_and_nobody_waits(education):
    education.answers = [(500, "")] * 99
    fail()
    asked = education.count
    person = parties.person()

    started = time.monotonic()
    with pytest.raises(services.SourceSilent):
        exchange(person=person)

    assert education.count == asked
    assert time.monotonic() - started < 0.2
    assert health().breaker == "OPEN"
    assert ledger.reads_of(person.pk)[0].result == "SILENT"


def test_when_the_pause_is_over_one_call_tries_and_a_good_answer_closes_it(education):
    education.answers = [(500, "")] * breaker.FAILURES
    fail()
    let_time_pass()

    assert exchange().values == {"level": "bachelor"}

    assert (health().breaker, health().consecutive_failures, health().retry_at) == ("CLOSED", 0, None)


def test_a_trial_that_fails_makes_the_pause_longer(education):
    education.answers = [(500, "")] * 99
    fail()
    first = health().retry_at - health().last_failure_at
    asked = education.count
    let_time_pass()

    fail(1)

    assert education.count == asked + 1
    assert health().breaker == "OPEN"
    assert health().retry_at - health().last_failure_at > first


def test_only_one_call_is_the_trial_whatever_others_ask_meanwhile(education):
    education.answers = [(500, "")] * breaker.FAILURES
    fail()
    let_time_pass()

    assert breaker.enter("education").is_trial
    memo.forget()  # as another process
    with pytest.raises(Silent) as caught:
        breaker.enter("education")

    assert caught.value.why is Trouble.PAUSED


def test_a_trial_whose_process_died_is_made_anew(education):
    education.answers = [(500, "")] * breaker.FAILURES
    fail()
    let_time_pass()
    breaker.enter("education")

    let_time_pass()

    assert breaker.enter("education").is_trial


def test_failures_that_were_under_way_when_it_opened_do_not_lengthen_the_pause(education):
    education.answers = [(500, "")] * breaker.FAILURES
    leave = breaker.enter("education")
    fail()
    before = health().retry_at

    for _ in range(5):
        breaker.failed(leave, Trouble.TIMED_OUT)

    assert health().retry_at == before


def test_nonsense_and_an_unknown_person_are_answers_of_a_system_that_is_well(education):
    education.answers = [(200, "<html>"), (404, "")] * breaker.FAILURES
    for _ in range(breaker.FAILURES):
        with pytest.raises(services.SourceNonsense):
            exchange()
        assert exchange().values == {}

    assert health().breaker == "CLOSED"
    assert health().last_success_at is not None


def test_a_success_is_written_down_now_and_then_and_not_each_time(education, django_assert_max_num_queries):
    exchange()
    first = health().last_success_at
    exchange()

    assert health().last_success_at == first


# --- tokens


@pytest.fixture
def guarded(settings, education):
    """The same department, which wants a token of its own service."""
    oauth.forget()
    education.wants_token = True
    credentials = ClientCredentials(f"{education.url}/token", "yimen 一门", "s:e/c%ret", "read")
    settings.YIMEN_SOURCES = {"education": Registered(education.url, None, credentials)}
    return education


def test_one_token_serves_many_reads(guarded):
    for _ in range(3):
        assert exchange().values == {"level": "bachelor"}

    assert guarded.tokens_given == 1
    assert guarded.client == ("yimen 一门", "s:e/c%ret")


def test_a_token_service_that_reads_only_the_form_is_understood(guarded):
    guarded.reads_only_the_form = True

    assert exchange().values == {"level": "bachelor"}
    assert guarded.client == ("yimen 一门", "s:e/c%ret")


def test_a_token_that_is_not_taken_any_more_is_asked_for_anew_once(guarded):
    exchange()
    guarded.revoke()

    assert exchange().values == {"level": "bachelor"}
    assert guarded.tokens_given == 2


def test_a_service_that_takes_no_token_at_all_is_asked_once_more_and_no_further(guarded):
    guarded.takes_none = True

    fail(1)

    assert guarded.tokens_given == 2
    assert health().reason == "NOT_LET_IN"


def test_a_token_is_given_up_shortly_before_it_ends(guarded, monkeypatch):
    guarded.lasts_s = 40
    exchange()
    now = time.monotonic()
    monkeypatch.setattr(oauth.time, "monotonic", lambda: now + 11)

    credentials = ClientCredentials(f"{guarded.url}/token", "yimen 一门", "s:e/c%ret", "read")
    monkeypatch.setattr(oauth, "_asked", lambda *_: oauth._Token("another", now + 999))
    assert oauth.token(None, credentials, timeout_s=1) == "another"


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"access_token": 1}', '{"access_token": "a\\nb"}', '{"access_token": "t", "expires_in": "soon"}'],
)
def test_an_answer_without_a_token_is_a_failing_system(guarded, body):
    guarded.token_body = body

    fail(1)

    assert health().reason == "FAILING"


def test_secrets_are_in_no_log_and_in_no_words(guarded, caplog):
    guarded.takes_none = True
    with caplog.at_level(logging.DEBUG):
        fail(1)

    connection = Registered("mysql://u:pw@h/d", "key", ClientCredentials("u", "c", "s:e/c%ret"))
    said = caplog.text + repr(connection) + "".join(map(str, SourceHealth.objects.values()))
    for secret in ("s:e/c%ret", "pw@", "'key'"):
        assert secret not in said


def test_a_source_that_raises_at_once_is_not_waited_for():
    class Broken:
        count = 0

        def read(self, keys, fields, *, timeout_s):
            self.count += 1
            raise Silent("x", Trouble.UNREACHABLE, is_passing=True)

    broken, started = Broken(), time.monotonic()
    with pytest.raises(Silent):
        patience.read(broken, {"person": "1"}, [], timeout_s=1, once=False)

    assert broken.count == patience.ATTEMPTS
    assert time.monotonic() - started < 1
    with pytest.raises(Silent):
        patience.read(broken, {"person": "1"}, [], timeout_s=1, once=True)
    assert broken.count == patience.ATTEMPTS + 1


# --- freshness


def test_the_newest_stamp_that_was_seen_says_how_fresh_a_dataset_is(education):
    exchange()
    assert Freshness.objects.get().newest_as_of == datetime(2026, 11, 21, 15, tzinfo=UTC)

    education.as_of = "2026-11-20T00:00:00+08:00"
    exchange()
    memo.forget()
    exchange()
    assert Freshness.objects.get().newest_as_of == datetime(2026, 11, 21, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cycle", "days", "words", "tone"),
    [
        ("DAILY", 1, "按时更新", "good"),
        ("DAILY", 3, "已有 3 天没有更新", "warn"),
        ("MONTHLY", 30, "按时更新", "good"),
        ("MONTHLY", 40, "已有 40 天没有更新", "warn"),
        ("ON_DEMAND", 900, "按需更新", "good"),
        ("DAILY", None, "没有时间戳", "wait"),
    ],
)
def test_data_older_than_its_update_cycle_is_late(cycle, days, words, tone):
    at = datetime(2026, 11, 25, tzinfo=UTC)
    newest = None if days is None else at - timedelta(days=days)

    assert source_queries.freshness_of(cycle, newest, at=at) == (words, tone)


def test_the_board_puts_what_needs_attention_first(education):
    education.answers = [(500, "")] * 99
    fail()

    (row,) = source_queries.board(None, at=timezone.now())

    assert (row.name, row.state, row.tone) == ("education", "暂停访问", "bad")
    assert "对方系统出错" in row.advice
    assert row.needs_attention


# --- changes


@pytest.mark.parametrize(
    ("before", "now", "sentences"),
    [
        ({"xm": "text", "xl": "text"}, {"xm": "text", "xl": "text", "new": "int"}, []),
        ({"xm": "text", "xl": "text"}, {"xm": "text"}, ["列 xl 不见了。"]),
        ({"xm": "text", "xl": "text"}, {"xm": "text", "xlmc": "text"}, ["列 xl 不见了，可能改名为 xlmc。"]),
        ({"xm": "text", "xl": "text"}, {"xm": "text", "xl": "int"}, ["列 xl 的类型由 text 变为 int。"]),
        ({}, {"xm": "text", "xl": "int"}, []),
    ],
)
def test_a_change_of_columns_is_told_in_a_sentence(before, now, sentences):
    assert freshness.differences({"xm", "xl"}, before, now) == sentences


def test_a_change_that_a_read_meets_stands_on_the_board_until_a_read_goes_well(education):
    row = Dataset.objects.get()
    freshness.changed(row.pk, "缺少列 xl")
    memo.forget()
    (shown,) = source_queries.board(None, at=timezone.now())
    assert shown.datasets[0].trouble == "读取时发现：缺少列 xl"
    assert shown.needs_attention

    exchange()

    assert Freshness.objects.get().trouble == ""


def test_a_service_is_asked_for_its_description_and_tells_its_paths(education):
    education.openapi = {
        "paths": {
            "/people/{id}": {
                "get": {
                    "summary": "学历",
                    "responses": {
                        "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/P"}}}}
                    },
                }
            },
            "/all": {"get": {}},
        },
        "components": {
            "schemas": {
                "P": {
                    "required": ["xm"],
                    "properties": {
                        "xm": {"type": "string", "maxLength": 50, "title": "姓名"},
                        "byrq": {"type": "string", "format": "date"},
                    },
                }
            }
        },
    }
    connection = SimpleNamespace(url=education.url, key="k")

    (relation,) = schema.relations("rest", connection, timeout_s=2)
    columns = schema.describe("rest", connection, "/people/{id}", timeout_s=2)

    assert (relation.name, relation.comment) == ("/people/{id}", "学历")
    assert [(one.name, one.type, one.length, one.is_nullable, one.comment) for one in columns] == [
        ("xm", "string", 50, False, "姓名"),
        ("byrq", "date", None, True, ""),
    ]
