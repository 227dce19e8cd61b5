"""`yimen source`: where departments' systems are and how they fare, from the shell; never a secret."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from yimen.config.cli import app
from yimen.datasets.models import SourceSystem
from yimen.datasets.services import breaker, connections
from yimen.datasets.sources import Trouble
from yimen.datasets.tests.service import Department
from yimen.datasets.tests.test_services import put
from yimen.parties import queries as parties_queries
from yimen.parties.tests import factories as parties

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def school(settings, tmp_path):
    """A registered service, with a dataset that is read through it."""
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets-key")
    settings.YIMEN_SOURCES_LOOPBACK = True
    settings.YIMEN_SOURCES = {}
    put("rest", "school", {"path": "/people/{key}"})
    by = parties_queries.desk(parties.desk(code=parties.POLICE), on=NOW.date())
    with Department() as department:
        draft = connections.SourceDraft("学籍系统", "rest", department.url, "API_KEY", secret="a-secret-key")
        connections.register_source("school", draft, by=by, at=NOW)
        yield department


def run(*arguments):
    answer = CliRunner().invoke(app, ["source", *arguments])
    assert "a-secret-key" not in answer.output
    assert answer.exception is None or isinstance(answer.exception, SystemExit)
    return answer


def test_sources_are_listed_with_their_datasets(school):
    (row,) = json.loads(run("list", "--json").output)["sources"]

    assert (row["name"], row["url"], row["datasets"]) == ("school", school.url, ["d"])
    assert "学籍系统" not in run("list").output
    assert "school\t还没有读取过\t公安局" in run("list").output


def test_a_connection_is_tried_and_told_in_sentences(school):
    answer = run("test", "school")

    assert answer.exit_code == 0
    assert "✓ 连上了，密钥被接受。" in answer.output

    SourceSystem.objects.update(url="http://127.0.0.1:9")
    failed = run("test", "school", "--json")
    assert failed.exit_code == 1
    assert "连不上" in json.loads(failed.output)["findings"][0]["sentence"]


def test_a_source_nobody_registered_is_named(school):
    answer = run("test", "nothing")

    assert answer.exit_code == 1
    assert "nothing" in answer.output


def test_health_says_with_its_exit_code_whether_somebody_should_look(school):
    assert run("test", "school").exit_code == 0
    assert run("health").exit_code == 0

    for _ in range(breaker.FAILURES):
        breaker.failed(breaker.Pass("school", is_trial=False), Trouble.TIMED_OUT)

    answer = run("health", "--json")
    assert answer.exit_code == 1
    (row,) = json.loads(answer.output)["sources"]
    assert (row["state"], row["failures"], row["reason"]) == ("暂停访问", breaker.FAILURES, "没有在时限内回答")
    assert "暂停访问" in run("health").output


def test_the_key_is_changed_and_everything_still_opens(school):
    assert json.loads(run("change-key", "--json").output) == {"sealed": 1}

    assert connections.connection_of("school").key == "a-secret-key"
