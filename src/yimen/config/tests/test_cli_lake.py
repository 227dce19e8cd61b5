"""`yimen lake`: what is taken, built, listed, pruned and verified."""

import json

import pytest

from yimen.config.tests.test_cli import run
from yimen.datasets.tests.test_base import city  # noqa: F401 - a fixture
from yimen.lake import store
from yimen.ledger.models import Entry
from yimen.parties.tests import factories as parties

pytestmark = pytest.mark.django_db


def asked(*arguments):
    answer = run("lake", *arguments, "--json")
    return answer.exit_code, json.loads(answer.stdout)


def test_a_table_is_taken_with_the_fields_of_its_grant_and_listed(city):  # noqa: F811
    code, said = asked("take", "police")

    assert (code, said["rows"], said["entry"]) == (0, 3, Entry.objects.get().pk)
    assert Entry.objects.get().fields == ["name", "alive", "bank_account", "disease"]
    listed = asked("list")[1]["tables"]
    assert [(one["table"], one["rows"]) for one in listed] == [(f"police.base-library.{parties.HR.lower()}", 3)]
    assert asked("show", listed[0]["table"])[1]["snapshots"][0]["entry"] == said["entry"]
    assert "3 行" in run("lake", "list").stdout


def test_without_a_grant_nothing_is_taken_and_the_remedy_is_told(city):  # noqa: F811
    code, said = asked("take", "police", "--purpose", "data-quality")

    assert (code, said["type"]) == (1, "/problems/datasets.no-batch-grant")
    assert store.tables() == []


def test_a_library_is_built_and_what_could_not_be_taken_is_told(city, settings):  # noqa: F811
    settings.YIMEN_SOURCES["funeral"].trouble = "silent"

    code, said = asked("build", "population")

    assert (code, said["records"], list(said["not_taken"])) == (0, 3, ["funeral"])
    assert asked("build", "nothing")[0] == 1


def test_a_lake_that_was_touched_does_not_verify(city):  # noqa: F811
    run("lake", "take", "police")
    clean = asked("verify")
    (table,) = store.tables()
    store.newest(table).path.write_bytes(b"PAR1")

    code, said = asked("verify")

    assert (clean[0], clean[1]["clean"]) == (0, True)
    assert (code, said["clean"]) == (1, False)
    assert "可能被改动过" in run("lake", "verify").stdout


def test_old_rows_are_pruned(city):  # noqa: F811
    for _ in range(3):
        run("lake", "take", "police")

    assert asked("prune", "--keep", "1") == (0, {"pruned": 2, "swept": 0})
    assert run("lake", "prune", "--keep", "0").exit_code == 2


def test_a_table_there_is_none_of_is_told(city):  # noqa: F811
    assert asked("show", "nothing")[1]["type"] == "/problems/lake.no-snapshot"
    assert asked("show", "../x")[1]["type"] == "/problems/lake.bad-table-name"
