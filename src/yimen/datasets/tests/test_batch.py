"""Whole tables are taken under a grant of their own, and everybody in them can prove it."""

import os
import stat
from datetime import UTC, date, datetime

import duckdb
import psycopg
import pytest
from django.db import connection as django_connection
from psycopg.conninfo import make_conninfo

from yimen.core import memo
from yimen.datasets import services, subjects
from yimen.datasets.logic import DatasetDefinition, FieldDefinition, GrantDefinition
from yimen.datasets.models import Dataset
from yimen.datasets.services import batch
from yimen.datasets.tests.factories import Department
from yimen.lake import store
from yimen.ledger import merkle
from yimen.ledger.logic import Purpose
from yimen.ledger.models import Entry
from yimen.parties.logic import Actor
from yimen.parties.tests import factories as parties

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
BY = Actor("system", "lake.take", "市数据局（批量交换）", parties.HR)
PURPOSE = Purpose("base-library", "建设基础库")
FIELDS = (
    FieldDefinition("born_on", "出生日期", "date", "csrq"),
    FieldDefinition("level", "最高学历", "string", "xl", {"21": "bachelor", "11": "doctorate"}),
    FieldDefinition("alive", "是否在世", "boolean", "swbs", {"0": "true", "1": "false"}),
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def police(settings, tmp_path):
    """A department in memory with three people, and a grant for two of its fields."""
    settings.YIMEN_LAKE = str(tmp_path / "lake")
    parties.agency()
    department = Department(
        records={
            "440399200305140011": {"csrq": "20030514", "xl": "21", "swbs": "0"},
            "44039920030514002X": {"csrq": "20190231", "xl": "99", "swbs": "0"},
            "440399200305140033": {"csrq": None, "xl": "", "swbs": "1"},
        }
    )
    settings.YIMEN_SOURCES = {"police": department}
    define("memory", {"relation": "r", "key": "sfz"})
    grant(["born_on", "level"])
    return department


def define(kind, settings):
    services.put_dataset(
        DatasetDefinition("population", "人口", parties.HR, "conditional", "sql", "police", settings, FIELDS)
    )
    Dataset.objects.update(source_kind=kind)
    memo.forget()


def grant(fields, item="base-library"):
    services.put_grant(GrantDefinition("population", parties.HR, item, tuple(fields), "条例", date(2026, 1, 1)))


def take(fields=("born_on", "level"), purpose=PURPOSE, at=NOW, **also):
    return services.take("population", fields=fields, purpose=purpose, actor=BY, grantee=parties.HR, at=at, **also)


def rows_of(taken):
    with duckdb.connect() as connection:
        found = connection.execute("SELECT * FROM read_parquet(?) ORDER BY key_person", [str(taken.path)])
        names = [one[0] for one in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_a_snapshot_holds_our_values_and_says_which_cannot_be_believed(police):
    taken = take()

    assert rows_of(taken) == [
        {"born_on": date(2003, 5, 14), "born_on__invalid": False, "level": "bachelor", "level__invalid": False,
         "key_person": "440399200305140011"},
        {"born_on": None, "born_on__invalid": True, "level": None, "level__invalid": True,
         "key_person": "44039920030514002X"},
        {"born_on": None, "born_on__invalid": False, "level": None, "level__invalid": False,
         "key_person": "440399200305140033"},
    ]  # fmt: skip
    assert (taken.dataset, taken.rows, taken.taken_at) == ("population", 3, NOW)


def test_a_job_leaves_one_row_with_a_root_over_its_subjects(police):
    taken = take()

    row = Entry.objects.get()
    assert (row.pk, row.kind, row.subject, row.result) == (taken.entry, "BATCH", None, "OK")
    assert (row.dataset, row.fields, row.purpose) == ("population", ["born_on", "level"], "建设基础库")
    assert row.details["root"] == taken.root
    assert row.details["subjects"] == 3
    assert not any(number in str(row.details) for number in police.records)


def test_without_a_grant_for_the_purpose_nothing_is_taken_and_the_refusal_stands_in_the_ledger(police):
    grant(["alive"], item="reception")

    for fields, purpose in ((["alive"], PURPOSE), (["born_on"], Purpose("data-quality", "检查数据质量"))):
        with pytest.raises(services.GrantMissing):
            take(fields, purpose)

    assert set(Entry.objects.values_list("kind", "result")) == {("BATCH", "REFUSED")}
    assert store.tables() == []


@pytest.mark.parametrize(
    ("trouble", "error", "result"),
    [("silent", services.SourceSilent, "SILENT"), ("nonsense", services.SourceNonsense, "INVALID")],
)
def test_a_department_in_trouble_leaves_a_row_and_no_snapshot(police, trouble, error, result):
    police.trouble = trouble

    with pytest.raises(error):
        take()

    assert Entry.objects.get().result == result
    assert store.tables() == []
    assert list((store.lake() / store.STAGING).iterdir()) == []


def test_everybody_in_the_run_can_prove_it_and_nobody_else(police):
    taken = take()
    (kept,) = store.history(batch.table_of("population", purpose="base-library", grantee=parties.HR))
    secret = kept.notes["secret"]

    for number in police.records:
        name = subjects.name_of("person", number)
        proof = subjects.inclusion(kept.folder, secret, name)
        hashed = subjects.leaf_of(bytes.fromhex(secret), name)
        for step in proof.path:
            pair = step.hash + hashed if step.is_left else hashed + step.hash
            hashed = merkle.hashlib.sha256(merkle.NODE + pair).digest()
        assert hashed.hex() == taken.root
    assert subjects.inclusion(kept.folder, secret, "person:440399200305149999") is None


def test_a_tree_of_many_chunks_has_the_root_of_one_tree(tmp_path):
    with duckdb.connect() as connection:
        many = "SELECT 'person:' || (i % 5000) AS name FROM range(10000) t(i)"
        written = subjects.write(many, connection, tmp_path)

    secret = bytes.fromhex(written.secret)
    leaves = sorted(subjects.leaf_of(secret, f"person:{one}") for one in range(5000))
    assert written.count == 5000
    assert written.root == merkle.root(leaves).hex() == subjects.root_of(tmp_path)
    for number in (0, 77, 4999):
        name = f"person:{number}"
        place = leaves.index(subjects.leaf_of(secret, name))
        assert subjects.inclusion(tmp_path, written.secret, name).path == merkle.path(leaves, place)


def test_files_of_the_lake_are_for_their_owner_alone(police):
    taken = take()

    assert {stat.S_IMODE(os.stat(one).st_mode) for one in taken.path.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(os.stat(taken.path.parent.parent).st_mode) == 0o700


class Killed(BaseException):
    pass


@pytest.fixture
def dying(monkeypatch):
    """Make the process die at a step of publishing: nothing it left behind is tidied up by it."""

    def at(step):
        def die(*args, **kwargs):
            raise Killed

        monkeypatch.setattr(store.shutil, "rmtree", lambda *_, **__: None)
        monkeypatch.setattr(store.Draft, step, die)
        with pytest.raises(Killed):
            take()
        monkeypatch.undo()

    return at


def test_what_was_recorded_before_the_process_died_is_published_and_can_be_proven(police, dying):
    dying("publish")
    assert store.tables() == []

    batch.recover()

    taken = batch.newest("population", purpose="base-library", grantee=parties.HR)
    row = Entry.objects.get()
    assert (taken.entry, taken.root, taken.rows) == (row.pk, row.details["root"], 3)
    assert batch.recover() == 0


def test_what_was_not_recorded_when_the_process_died_is_thrown_away(police, dying):
    dying("close")

    batch.recover()

    assert (store.tables(), Entry.objects.count()) == ([], 0)
    assert list((store.lake() / store.STAGING).iterdir()) == []


def test_the_newest_snapshot_counts_and_older_ones_keep_only_their_leaves(police):
    taken = [take(at=datetime(2026, 11, day, 2, tzinfo=UTC)) for day in (1, 2, 3)]
    table = batch.table_of("population", purpose="base-library", grantee=parties.HR)

    assert store.prune(table, keep=2) == 1

    assert batch.newest("population", purpose="base-library", grantee=parties.HR) == taken[-1]
    assert [one.has_rows for one in store.history(table)] == [True, True, False]
    oldest = store.history(table)[-1]
    assert subjects.includes(oldest.folder, oldest.notes["secret"], f"person:{next(iter(police.records))}")


class TestPostgres:
    """A real database of a department's."""

    @pytest.fixture
    def table(self, police, settings):
        own = django_connection.get_connection_params()
        url = make_conninfo(
            **{name: own[name] for name in ("host", "port", "user", "dbname", "password") if name in own}
        )
        with psycopg.connect(url, autocommit=True) as line:
            line.execute("DROP TABLE IF EXISTS scanned")
            line.execute(
                "CREATE TABLE scanned (sfz char(20), csrq date, xl text, swbs int, gxsj timestamp, secret text)"
            )
            settings.YIMEN_SOURCES = {"police": Department(url="postgresql:///" + f"?{_query(own)}")}
            define("sql", {"relation": "scanned", "key": "sfz", "as_of": "gxsj"})
            grant(["born_on", "level", "alive"])
            yield line
            line.execute("DROP TABLE scanned")

    def test_a_relation_is_copied_out_and_believed(self, table):
        table.execute(
            "INSERT INTO scanned VALUES ('440399200305140011', '2003-05-14', '21', 0, '2026-11-01 08:00', 's'),"
            " ('440399200305140022', NULL, E'quoted \" and\\nbroken', 7, NULL, 's'), (NULL, 'infinity', '', NULL, NULL, 's')"
        )

        taken = take(["born_on", "level", "alive"])

        assert [(row["born_on"], row["born_on__invalid"], row["level"], row["level__invalid"], row["alive"],
                 row["alive__invalid"], row["key_person"]) for row in rows_of(taken)] == [
            (date(2003, 5, 14), False, "bachelor", False, True, False, "440399200305140011"),
            (None, False, None, True, None, True, "440399200305140022"),
            (None, True, None, False, None, False, None),
        ]  # fmt: skip
        assert rows_of(taken)[0]["as_of"] == datetime(2026, 11, 1, 0, 0, tzinfo=UTC)
        assert Entry.objects.get().details["subjects"] == 2
        assert "secret" not in rows_of(taken)[0]

    def test_an_empty_relation_gives_an_empty_snapshot(self, table):
        taken = take(["born_on"])

        assert (taken.rows, taken.root, rows_of(taken)) == (0, "", [])

    def test_a_column_that_is_gone_is_nonsense(self, table):
        table.execute("ALTER TABLE scanned DROP COLUMN xl")

        with pytest.raises(services.SourceNonsense):
            take(["level"])


def _query(own):
    return "&".join(
        f"{theirs}={own[name]}"
        for name, theirs in (("host", "host"), ("port", "port"), ("user", "user"), ("dbname", "dbname"))
        if own.get(name)
    )
