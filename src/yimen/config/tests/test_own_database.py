"""DATABASE_URL replaces the embedded server: the same commands on somebody's own PostgreSQL, with its two roles."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from yimen.core import postgres

PACK = Path(__file__).resolve().parents[4] / "content" / "shenzhen"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A server of somebody's own with a database, an owner and an application role; and how to reach it."""
    with postgres.ensure(tmp_path_factory.mktemp("theirs"), durable=False) as server:
        server.ensure_role("chief")
        server.ensure_role("clerk")
        server.ensure_database("city", owner="chief")
        yield {
            **os.environ,
            "DATABASE_OWNER_URL": server.url("city", "chief"),
            "DATABASE_URL": server.url("city", "clerk"),
            "YIMEN_HOME": str(tmp_path_factory.mktemp("home")),
        }


def yimen(environment, *arguments):
    program = [sys.executable, "-m", "yimen.config.cli", *map(str, arguments)]
    return subprocess.run(program, capture_output=True, text=True, env=environment, check=False)


def test_migrate_load_and_verify_on_ones_own_server(environment):
    assert yimen(environment, "migrate").returncode == 0
    assert "elderly-allowance" in json.loads(yimen(environment, "pack", "load", PACK, "--json").stdout)["items"]
    assert json.loads(yimen(environment, "ledger", "verify", "--json").stdout)["clean"] is True

    with psycopg.connect(environment["DATABASE_URL"]) as clerk, pytest.raises(psycopg.errors.InsufficientPrivilege):
        clerk.execute("UPDATE ledger_entry SET purpose = 'x'")
    with psycopg.connect(environment["DATABASE_URL"]) as clerk, pytest.raises(psycopg.errors.InsufficientPrivilege):
        clerk.execute("TRUNCATE ledger_entry")
    with (
        psycopg.connect(environment["DATABASE_OWNER_URL"]) as chief,
        pytest.raises(psycopg.Error, match="only ever added"),
    ):
        chief.execute("TRUNCATE ledger_entry")
    assert not (Path(environment["YIMEN_HOME"]) / "postgres").exists()


def test_a_database_without_tables_says_what_to_do(environment, tmp_path):
    server = environment["DATABASE_OWNER_URL"].replace("/city?", "/postgres?")

    done = yimen({**environment, "DATABASE_URL": server}, "ledger", "verify")

    assert done.returncode == 1
    assert "yimen migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_one_role_for_both_is_warned_of(environment):
    alone = {name: value for name, value in environment.items() if name != "DATABASE_OWNER_URL"}

    done = yimen({**alone, "DATABASE_URL": environment["DATABASE_OWNER_URL"]}, "migrate")

    assert done.returncode == 0
    assert "DATABASE_OWNER_URL" in done.stderr


@pytest.mark.parametrize(
    ("url", "words"), [("sqlite:///x", "postgresql://"), ("postgresql://nobody@/nothing?host=/nowhere", "connection")]
)
def test_a_database_that_cannot_be_reached_is_a_sentence(environment, url, words):
    done = yimen({**environment, "DATABASE_URL": url, "DATABASE_OWNER_URL": url}, "ledger", "verify")

    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
