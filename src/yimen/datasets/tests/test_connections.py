"""Where a department's system is: what the operator set goes first, what was registered is kept sealed and looked at."""

import logging
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from yimen.core import memo
from yimen.datasets import jobs, source_queries
from yimen.datasets.models import Dataset, Freshness, SourceHealth, SourceSystem
from yimen.datasets.services import SourceNonsense, checking, connections, reaching
from yimen.datasets.services.connecting import Choice, Words, connect
from yimen.datasets.sources import Silent, Trouble, addresses, mysql, schema
from yimen.datasets.tests.mariadb import mariadb  # noqa: F401 - a fixture
from yimen.datasets.tests.test_services import exchange, put
from yimen.parties import queries as parties_queries
from yimen.parties.tests import factories as parties

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
NUMBER = "440399194611220028"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets-key")
    settings.YIMEN_DROPS = str(tmp_path / "drops")
    settings.YIMEN_SOURCES_LOOPBACK = True
    settings.YIMEN_SOURCES = {}


def desk(code=parties.POLICE):
    parties.agency(code, "公安局" if code == parties.POLICE else "市人力资源保障局")
    return parties_queries.desk(parties.desk(code=code), on=NOW.date())


def draft(**changes):
    said = {"title": "人口库", "kind": "sql", "url": "postgresql://127.0.0.1:9/police", "auth": "PASSWORD"}
    return connections.SourceDraft(**{**said, "login": "reader", "secret": "p@ss", **changes})


def register(name="people", *, by=None, **changes):
    return connections.register_source(name, draft(**changes), by=by or desk(), at=NOW)


def test_a_secret_is_sealed_and_opened_only_to_connect():
    source = register()

    assert b"p@ss" not in bytes(source.secret)
    assert connections.connection_of("people").url == "postgresql://reader:p%40ss@127.0.0.1:9/police"
    assert "p@ss" not in repr(connections.connection_of("people")) + repr(draft())


def test_what_the_operator_set_goes_before_what_is_registered(settings):
    register()
    settings.YIMEN_SOURCES = {"people": SimpleNamespace(url="postgresql://operator@/x", key=None)}

    assert connections.connection_of("people").url == "postgresql://operator@/x"


def test_nobody_registers_a_name_the_operator_or_another_agencys_dataset_has(settings):
    settings.YIMEN_SOURCES = {"people": SimpleNamespace(url="x", key=None)}
    with pytest.raises(connections.SourceNameTaken):
        register()
    put("sql", "schools", {"relation": "a", "key": "b"})
    with pytest.raises(connections.SourceNameTaken):
        register("schools", by=desk(parties.HR))
    register("schools")
    with pytest.raises(connections.SourceNameTaken):
        register("schools")


@pytest.mark.parametrize("change", [{"is_active": False}, {"secret_key_id": "gone"}, {"secret": b"changed"}])
def test_a_source_switched_off_or_whose_secret_does_not_open_is_silent_and_not_a_fault(change):
    register()
    SourceSystem.objects.update(**change)
    memo.forget()

    with pytest.raises(Silent) as caught:
        connections.connection_of("people")

    assert caught.value.why is Trouble.NOT_SET


def test_after_a_change_of_keys_every_secret_still_opens_with_the_new_one_alone(settings):
    before = register().secret_key_id
    register("other", secret="another")

    assert connections.change_key() == 2

    assert before not in SourceSystem.objects.values_list("secret_key_id", flat=True)
    assert connections.connection_of("people").url == "postgresql://reader:p%40ss@127.0.0.1:9/police"
    assert connections.connection_of("other").url.endswith(":another@127.0.0.1:9/police")


def test_only_the_data_officer_of_its_agency_changes_a_source():
    register()

    with pytest.raises(source_queries.SourceNotFound):
        connections.change_source("people", draft(title="我的"), by=desk(parties.HR), at=NOW)

    assert SourceSystem.objects.get().title == "人口库"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://127.0.0.1/d?host=/var/run",
        "postgresql://127.0.0.1/d?passfile=/etc/passwd",
        "postgresql://127.0.0.1/d?service=x",
        "mysql://127.0.0.1/d?unix_socket=/run/mysqld.sock",
        "mysql://127.0.0.1/d?read_default_file=/etc/passwd",
        "mysql://u:p@127.0.0.1/d",
        "sqlite:///etc/passwd",
        "postgresql:///d",
        "postgresql://[::ffff:169.254.169.254]/d",
        "postgresql://224.0.0.1/d",
        "postgresql://2852039166/d",
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(url):
    with pytest.raises(connections.BadSource):
        register(url=url)

    assert SourceSystem.objects.count() == 0


@pytest.mark.parametrize("url", ["file:///etc", "file://host/drops", "file:{drops}/../..", "http://127.0.0.1/x"])
def test_a_folder_outside_the_one_for_drops_is_refused(url, settings):
    with pytest.raises(connections.BadSource):
        register(kind="file", auth="NONE", secret="", url=url.replace("{drops}", settings.YIMEN_DROPS))


def test_a_folder_for_drops_is_taken(settings):
    source = register(kind="file", auth="NONE", secret="", url=f"file://{settings.YIMEN_DROPS}/{parties.POLICE}/a")

    assert source.secret is None
    with pytest.raises(connections.BadSource):  # another agency's
        register("x-y", kind="file", auth="NONE", secret="", url=f"file://{settings.YIMEN_DROPS}/{parties.HR}/a")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:p@db:5432/police?sslmode=require", "postgresql://db:5432/police"),
        ("https://user@h/x?key=1#y", "https://h/x"),
    ],
)
def test_an_address_is_shown_without_user_password_and_options(url, shown):
    assert addresses.shown(url) == shown


# --- a real table, connected, changed by its department, and read through it all


@pytest.fixture
def connected(mariadb):  # noqa: F811
    mariadb.run(
        "DROP DATABASE IF EXISTS police",
        "CREATE DATABASE police",
        f"GRANT SELECT ON police.* TO '{mariadb.reader}'@'127.0.0.1'",
    )
    mariadb.run("CREATE TABLE hj (gmsfhm CHAR(18) PRIMARY KEY, xl CHAR(2), gxsj DATETIME)", database="police")
    by = desk()
    register(by=by, url=mariadb.url("police"), login=mariadb.reader, secret=mariadb.reader_password)
    columns = schema.describe("sql", connections.connection_of("people"), "hj", timeout_s=3)
    choice = Choice(
        "people", "sql", "hj", tuple(columns), {"gmsfhm": "id_number", "xl": "education"}, "person", "gmsfhm", "gxsj"
    )
    words = Words("police-hj", "户籍", "摘要", "conditional", "daily", "用于办事")
    yield mariadb, connect(choice, words, by=by, at=NOW)
    mysql.hang_up()


def read(person):
    return reaching.read(Dataset.objects.get(pk="police-hj"), {"person": person}, ["xl"])


def test_a_connected_table_is_read_with_its_stamp(connected):
    server, _ = connected
    server.run(f"INSERT INTO hj VALUES ('{NUMBER}', '21', '2026-11-20 10:00:00')", database="police")

    assert read(NUMBER)["xl"] == "21"
    assert Freshness.objects.get().newest_as_of == datetime(2026, 11, 20, 2, tzinfo=UTC)
    (row,) = source_queries.board(None, at=NOW)
    assert (row.state, row.datasets[0].freshness) == ("正常", "已有 5 天没有更新")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("ALTER TABLE hj RENAME COLUMN xl TO xueli", "列 xl 不见了，可能改名为 xueli。"),
        ("ALTER TABLE hj DROP COLUMN xl", "列 xl 不见了。"),
        ("ALTER TABLE hj MODIFY xl INT", "列 xl 的类型由 char(2) 变为"),
        ("RENAME TABLE hj TO hj_old", "关系不存在"),
    ],
)
def test_a_change_at_the_source_is_recognised_before_a_case_meets_it_and_goes_when_it_is_undone(
    connected, change, sentence
):
    server, dataset = connected
    server.run(change, database="police")

    jobs.check_sources(0)

    assert sentence in Freshness.objects.get().trouble
    (row,) = source_queries.board(None, at=NOW)
    assert (row.datasets[0].freshness, row.datasets[0].tone) == ("结构有变化", "bad")
    server.run("DROP TABLE IF EXISTS hj, hj_old", database="police")
    server.run("CREATE TABLE hj (gmsfhm CHAR(18) PRIMARY KEY, xl CHAR(2), gxsj DATETIME)", database="police")
    checking.check_datasets([dataset], at=NOW)
    assert Freshness.objects.get().trouble == ""


def test_a_column_that_is_gone_is_contained_and_told(connected):
    server, _ = connected
    server.run(f"INSERT INTO hj VALUES ('{NUMBER}', '21', NULL)", "ALTER TABLE hj DROP COLUMN xl", database="police")
    person = parties.person()
    put("sql", "people", {"relation": "hj", "key": "gmsfhm"})

    with pytest.raises(SourceNonsense):
        exchange(person=person)

    assert "关系或字段不存在" in Freshness.objects.get(pk="d").trouble
    assert SourceHealth.objects.get().breaker == "CLOSED"


def test_two_datasets_of_a_dead_connection_cost_one_time_out():
    register(url="postgresql://127.0.0.1:9/x")
    for code in ("a", "b", "c"):
        Dataset.objects.create(
            code=code,
            agency_id=parties.POLICE,
            sharing="CONDITIONAL",
            source_kind="sql",
            connection="people",
            settings={"relation": "x", "key": "y"},
        )

    checking.check_datasets(source_queries.datasets_of("people"), at=NOW)

    assert SourceHealth.objects.get().consecutive_failures == 1


def test_a_secret_is_in_no_log_whatever_goes_wrong(mariadb, caplog):  # noqa: F811
    source = register(url=mariadb.url("nowhere"), login=mariadb.reader, secret="s3cret-pass")
    with caplog.at_level(logging.DEBUG):
        report = checking.try_source(source)
        jobs.check_sources(0)

    assert not report.is_good
    assert "s3cret-pass" not in caplog.text + repr(report)


def test_a_report_names_the_columns_of_the_relation_asked_for(connected):
    report = checking.try_source(SourceSystem.objects.get(), relation="hj")

    assert [one.sentence for one in report.findings] == ["连上了，登录成功。", "看到 1 张表或视图。", "hj 有 3 列。"]
    missing = checking.try_source(SourceSystem.objects.get(), relation="gone")
    assert "关系不存在" in missing.findings[-1].sentence
    assert not missing.is_good
