"""A snapshot is whole or not there."""

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yimen.lake import engine, store

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def lake(settings, tmp_path):
    settings.YIMEN_LAKE = str(tmp_path / "lake")
    return tmp_path / "lake"


def put(table="numbers", rows=(1, 2), at=NOW, beside="", **notes):
    with store.draft(table, at=at) as draft:
        pq.write_table(pa.table({"n": list(rows)}), draft.path)
        if beside:
            draft.beside("leaves").write_text(beside)
        draft.close(notes)
        return draft.publish({"published": True})


def test_what_is_published_is_found_with_its_schema_digest_and_notes():
    made = put(rows=[1, 2, 3], entry=7)

    found = store.newest("numbers")

    assert found == made
    assert (found.rows, found.schema, found.taken_at) == (3, (("n", "int64"),), NOW)
    assert found.sha256 == store.digest_of(found.path)
    assert found.notes == {"entry": 7, "published": True}


def test_what_is_not_published_is_never_seen_and_leaves_nothing(lake):
    with store.draft("numbers", at=NOW) as draft:
        pq.write_table(pa.table({"n": [1]}), draft.path)
        draft.close({})

    assert store.tables() == []
    assert list((lake / store.STAGING).iterdir()) == []
    with pytest.raises(store.NoSnapshot):
        store.newest("numbers")


def test_the_newest_counts_and_half_written_folders_do_not(lake):
    for day in range(3):
        newest = put(rows=[day], at=NOW + timedelta(days=day))
    half = lake / "numbers" / "20990101T000000000000-00000000"
    half.mkdir()
    (half / store.MANIFEST).write_text('{"format": "yimen-snap')

    assert store.newest("numbers") == newest
    assert [one.taken_at for one in store.history("numbers")] == [NOW + timedelta(days=day) for day in (2, 1, 0)]


def test_old_rows_are_pruned_and_what_lies_beside_them_stays():
    for day in range(4):
        put(at=NOW + timedelta(days=day), beside="kept" if day < 3 else "")

    assert store.prune("numbers", keep=1) == 3

    assert [(one.has_rows, one.attachments != {}) for one in store.history("numbers")] == [
        (True, False), (False, True), (False, True), (False, True),
    ]  # fmt: skip


def test_a_snapshot_with_nothing_beside_is_pruned_whole():
    put(at=NOW)
    put(at=NOW + timedelta(days=1))

    store.prune("numbers", keep=1)

    assert len(store.history("numbers")) == 1


def test_files_and_folders_are_their_owners_alone(lake):
    made = put(beside="x")

    assert {stat.S_IMODE(os.stat(one).st_mode) for one in made.folder.iterdir()} == {0o600}
    assert {stat.S_IMODE(os.stat(one).st_mode) for one in (lake, made.folder, made.folder.parent)} == {0o700}


@pytest.mark.parametrize("name", ["", "..", "../x", "A", "a/b", "a\0b", ".staging", "x" * 200])
def test_a_table_is_called_what_a_folder_may_be_called(name):
    with pytest.raises(store.BadTableName):
        put(table=name)
    with pytest.raises(store.BadTableName):
        store.history(name)


DIES = """
import sys, pyarrow as pa, pyarrow.parquet as pq
from datetime import UTC, datetime
from pathlib import Path
from yimen.lake import store
with store.draft("numbers", at=datetime(2026, 1, 1, tzinfo=UTC), root=Path(sys.argv[1])) as draft:
    pq.write_table(pa.table({"n": [1]}), draft.path)
    if sys.argv[2] == "closed":
        draft.close({"run": "x"})
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize(("how", "is_wanted", "seen"), [("half", True, 0), ("closed", False, 0), ("closed", True, 1)])
def test_what_a_killed_process_left_is_published_only_where_it_was_whole_and_is_wanted(lake, how, is_wanted, seen):
    child = subprocess.Popen(
        [sys.executable, "-c", DIES, str(lake), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with child:
        assert child.stdout.readline() == "ready\n"
        alive = store.sweep(lambda *_: {})
        child.kill()
    swept = store.sweep(lambda _, said: {"by": said["notes"]["run"]} if is_wanted else None)

    assert (alive, swept) == (0, 1)
    assert len(store.history("numbers")) == seen
    assert list((lake / store.STAGING).iterdir()) == []


def test_the_engine_reads_snapshots_by_sql_and_through_ibis(lake):
    made = put(rows=[3, 4])

    with engine.connected({"a": made, 'weird "name': made}) as connection:
        total = connection.execute('SELECT sum(a.n + b.n) FROM a, "weird ""name" b').fetchone()

    assert total == (28,)
    assert engine.table(made).n.sum().to_pyarrow().as_py() == 7
    assert list((lake / store.STAGING).iterdir()) == []
