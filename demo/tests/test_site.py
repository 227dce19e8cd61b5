"""The demo empties its own database each time; it never empties anybody else's."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from demo import site
from yimen.config import database
from yimen.core import postgres


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home whose embedded server runs until the test ends."""
    monkeypatch.setenv("YIMEN_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    database.embedded.cache_clear()
    yield tmp_path
    postgres.stop(tmp_path, force=True)
    database.embedded.cache_clear()


def test_an_empty_database_that_a_check_left_behind_is_taken_over(home: Path) -> None:
    database.embedded()
    server = site._fresh_database(home)
    assert not site._holds_something(server)


def test_a_database_with_somebodys_tables_is_left_alone(home: Path) -> None:
    server = database.embedded()
    with psycopg.connect(server.url(database.NAME, "postgres")) as connection:
        connection.execute("CREATE TABLE somebodys (row int)")
    with pytest.raises(site.SiteDown, match="不能清空"):
        site._fresh_database(home)
    assert site._holds_something(server)


def test_the_demos_own_database_is_emptied(home: Path) -> None:
    server = site._fresh_database(home)
    with psycopg.connect(server.url(database.NAME, "postgres")) as connection:
        connection.execute("CREATE TABLE told_last_time (row int)")
    assert not site._holds_something(site._fresh_database(home))
