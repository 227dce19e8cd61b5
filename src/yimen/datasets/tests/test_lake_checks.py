"""What was done to the lake behind the ledger's back is found."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from yimen.datasets import lake_checks, subjects
from yimen.datasets.tests.factories import taken
from yimen.lake import store
from yimen.parties.tests import factories as parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def snapshot(settings, tmp_path):
    records = {parties.id_number(): {"xm": "陈晓雯", "csrq": "20030514"} for _ in range(3)}
    taken(settings, tmp_path / "lake", records, at=timezone.now())
    (table,) = store.tables()
    return store.newest(table)


def problems():
    return "".join(lake_checks.verify().problems)


def manifest(one, **changes):
    path = one.folder / store.MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_an_untouched_lake_is_clean_and_stays_so_when_rows_are_pruned(snapshot):
    whole = lake_checks.verify()
    snapshot.path.unlink()
    pruned = lake_checks.verify()

    assert (whole.snapshots, whole.runs, whole.gone, whole.problems) == (1, 1, 0, ())
    assert pruned.problems == ()


def test_a_changed_value_is_found(snapshot):
    table = pq.read_table(snapshot.path)
    pq.write_table(table.set_column(0, "name", pa.array(["张三"] * table.num_rows)), snapshot.path)

    assert "数据与清单中的摘要不符" in problems()


def test_a_changed_value_with_its_manifest_brought_into_line_is_found_by_the_ledger(snapshot):
    table = pq.read_table(snapshot.path)
    pq.write_table(table.slice(1), snapshot.path)
    manifest(snapshot, sha256=store.digest_of(snapshot.path), rows=2)

    assert "中的摘要不符：数据或清单被改动过" in problems()


def test_a_subject_struck_out_of_the_leaves_is_found(snapshot):
    leaves = snapshot.folder / subjects.LEAVES
    leaves.write_bytes(leaves.read_bytes()[32:])
    manifest(snapshot, attachments={**snapshot.attachments, subjects.LEAVES: store.digest_of(leaves)})

    assert "默克尔根不符" in problems()


def test_a_snapshot_the_ledger_knows_nothing_of_is_found(snapshot):
    other = snapshot.folder.with_name(f"{snapshot.id[:-8]}{'0' * 8}")
    snapshot.folder.rename(other)

    assert "没有对应的批量读取" in problems()


def test_a_run_whose_leaves_are_gone_is_counted_and_is_no_problem(snapshot):
    store.drop(snapshot)

    report = lake_checks.verify()

    assert (report.snapshots, report.gone, report.problems) == (0, 1, ())
