"""A department's MariaDB is read like any other: one row, by its key, and nothing else."""

import contextlib
import socket
import time
from datetime import date
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from yimen.datasets.sources import Changed, MySqlSource, Nonsense, Silent, Trouble, mysql, schema
from yimen.datasets.sources.addresses import with_login
from yimen.datasets.tests.mariadb import mariadb  # noqa: F401 - a fixture

NUMBER, OTHER = "440399194611220028", "440399194611220029"


@pytest.fixture
def people(mariadb):  # noqa: F811
    """A department's table in its own encoding, which the reader may only read."""
    mariadb.run(
        "DROP DATABASE IF EXISTS police",
        "CREATE DATABASE police CHARACTER SET gbk",
        f"GRANT SELECT ON police.* TO '{mariadb.reader}'@'127.0.0.1'",
    )
    mariadb.run(
        "CREATE TABLE `户籍 people` (gmsfhm VARCHAR(18) PRIMARY KEY COMMENT '公民身份号码', xm VARCHAR(50) NOT NULL,"
        " csrq DATE, sfyx TINYINT(1), sr DECIMAL(10,2), bh BIGINT, secret TEXT, `select` VARCHAR(9), KEY (bh))",
        f"INSERT INTO `户籍 people` VALUES ('{NUMBER}', '林晓', '1946-11-22', 1, 3200.50, {NUMBER}, 'x', '`;--')",
        f"INSERT INTO `户籍 people` VALUES ('{OTHER}', '陈', NULL, 0, NULL, {OTHER}, 'x', NULL)",
        database="police",
    )
    yield mariadb
    mysql.hang_up()


def connection(server, database="police", password=None):
    url = with_login(server.url(database), server.reader, password or server.reader_password)
    return SimpleNamespace(url=url, key=None)


def read(server, *fields, key="gmsfhm", number=NUMBER, relation="户籍 people", timeout_s=2.0, **more):
    source = MySqlSource(connection(server, **more), {"relation": relation, "key": key})
    return source.read({"person": number}, list(fields), timeout_s=timeout_s)


def test_a_row_is_read_by_its_key_with_the_columns_asked_for_and_no_other(people):
    assert read(people, "xm", "csrq", "sfyx") == {"xm": "林晓", "csrq": date(1946, 11, 22), "sfyx": 1}
    assert read(people, "select") == {"select": "`;--"}
    assert read(people, "xm", number="440399194611220036") is None


def test_two_long_numbers_that_floating_point_confuses_are_told_apart(people):
    assert read(people, "xm", key="bh") == {"xm": "林晓"}
    assert read(people, "xm", key="bh", number=OTHER) == {"xm": "陈"}
    assert read(people, "xm", key="bh", number=f"{NUMBER} OR 1=1") is None
    assert read(people, "xm", key="bh", number="一") is None


def test_what_is_not_there_any_more_is_a_change(people):
    with pytest.raises(Changed):
        read(people, "gone")
    with pytest.raises(Changed):
        read(people, "xm", relation="gone")


def test_two_rows_for_one_key_are_nonsense(people):
    people.run("CREATE TABLE twice (sfz VARCHAR(18), xm VARCHAR(9))", database="police")
    people.run(*[f"INSERT INTO twice VALUES ('{NUMBER}', '{one}')" for one in "ab"], database="police")

    with pytest.raises(Nonsense, match="多条"):
        read(people, "xm", key="sfz", relation="twice")


def test_a_wrong_password_is_not_let_in(people):
    with pytest.raises(Silent) as caught:
        read(people, "xm", password="wrong")

    assert caught.value.why is Trouble.NOT_LET_IN
    assert not caught.value.is_passing


def test_nothing_can_be_written_over_our_lines_even_by_a_user_who_may(people):
    people.run(f"GRANT ALL ON police.* TO '{people.reader}'@'127.0.0.1'", database="police")
    lines = mysql.engine(connection(people).url)

    with lines.connect() as line, pytest.raises(Exception, match="READ ONLY"):
        line.exec_driver_sql("DELETE FROM `户籍 people`")

    assert read(people, "xm") == {"xm": "林晓"}


def test_a_locked_table_is_silence_not_a_wait(people):
    read(people, "xm")
    with contextlib.closing(people.connect("police")) as other, other.cursor() as cursor:
        cursor.execute("LOCK TABLES `户籍 people` WRITE")
        started = time.monotonic()
        with pytest.raises(Silent) as caught:
            read(people, "xm", timeout_s=0.5)
        took_s = time.monotonic() - started

    assert caught.value.why is Trouble.TIMED_OUT
    assert took_s < 2
    assert read(people, "xm") == {"xm": "林晓"}


def test_a_line_the_server_hung_up_is_opened_anew(people):
    read(people, "xm")
    with contextlib.closing(people.connect()) as other, other.cursor() as cursor:
        cursor.execute("SELECT id FROM information_schema.processlist WHERE user = %s", [people.reader])
        for (line,) in cursor.fetchall():
            cursor.execute(f"KILL {line}")

    assert read(people, "xm") == {"xm": "林晓"}


def test_a_server_that_is_gone_is_silent():
    gone = SimpleNamespace(url="mysql://nobody@127.0.0.1:9/police", key=None)

    with pytest.raises(Silent) as caught:
        MySqlSource(gone, {"relation": "t", "key": "k"}).read({"person": NUMBER}, ["xm"], timeout_s=1)

    assert caught.value.why is Trouble.UNREACHABLE
    assert caught.value.is_passing


def test_a_server_that_takes_the_call_and_says_nothing_is_not_waited_for_longer_than_the_read():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        dumb = SimpleNamespace(url=f"mysql://nobody@127.0.0.1:{mute.getsockname()[1]}/police", key=None)
        started = time.monotonic()
        with pytest.raises(Silent) as caught:
            MySqlSource(dumb, {"relation": "t", "key": "k"}).read({"person": NUMBER}, ["xm"], timeout_s=0.5)

    assert caught.value.why is Trouble.TIMED_OUT
    assert time.monotonic() - started < 1.5


def test_a_database_says_itself_what_it_holds(people):
    people.run("CREATE VIEW 在册 AS SELECT gmsfhm FROM `户籍 people`", database="police")
    here = connection(people)

    relations = schema.relations("sql", here, timeout_s=3)
    columns = {one.name: one for one in schema.describe("sql", here, "户籍 people", timeout_s=3)}

    assert {(one.name, one.kind) for one in relations} == {("在册", "视图"), ("户籍 people", "表")}
    key = columns["gmsfhm"]
    assert (key.type, key.length, key.is_key, key.is_nullable, key.comment) == (
        "string",
        18,
        True,
        False,
        "公民身份号码",
    )
    assert {name: columns[name].type for name in ("csrq", "sr", "xm")} == {
        "csrq": "date",
        "sr": "number",
        "xm": "string",
    }
    with pytest.raises(Changed):
        schema.describe("sql", here, "gone", timeout_s=3)


def test_a_password_with_every_kind_of_character_survives_the_address():
    assert with_login("mysql://db/police", "读者", "p@ss:/w?rd#%") == (
        f"mysql://{quote('读者')}:p%40ss%3A%2Fw%3Frd%23%25@db/police"
    )
