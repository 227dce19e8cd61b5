"""A citizen sees that their record was in a run over many, and can prove it to anybody."""

import pytest
from django.utils import timezone

from yimen.datasets.tests.factories import taken
from yimen.ledger import services as ledger
from yimen.ledger import verification
from yimen.parties.tests import factories as parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(world, settings, tmp_path):
    """Two people of three were in a batch; the third was not."""
    inside, also, outside = (parties.person(name) for name in ("陈晓雯", "黄丽娟", "欧阳不相干"))
    records = {one.id_number: {"xm": one.name, "csrq": "20030514"} for one in (inside, also)}
    snapshot = taken(settings, tmp_path / "lake", records, at=timezone.now())
    return snapshot, inside, outside


def test_who_was_in_the_run_sees_it_and_who_was_not_does_not(run, visit):
    _, inside, outside = run

    seen = visit(inside).get("/me/reads/").content.decode()
    unseen = visit(outside).get("/me/reads/").content.decode()

    assert "为了建设基础库，批量读取了 <strong>姓名、出生日期</strong>" in seen
    assert "您的记录在其中" in seen
    assert "建设基础库" not in unseen


def test_the_proof_holds_without_any_database_and_shows_nobody_else(run, visit):
    snapshot, inside, outside = run
    early = visit(inside).get(f"/me/reads/{snapshot.entry}.json")
    ledger.seal(at=timezone.now())

    proof = visit(inside).get(f"/me/reads/{snapshot.entry}.json").json()
    other = visit(outside).get(f"/me/reads/{snapshot.entry}.json")

    assert early.status_code == 404
    assert other.status_code == 404
    assert verification.is_proven(proof) == []
    assert proof["subject"]["name"] == f"person:{inside.id_number}"
    assert proof["entry"]["content"]["details"]["root"] == snapshot.root


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: proof["subject"].update(name="person:440399200305140011"),
        lambda proof: proof["subject"].update(salt="00" * 32),
        lambda proof: proof["subject"]["path"].clear(),
        lambda proof: proof["entry"]["content"]["details"].update(root="00" * 32),
        lambda proof: proof.pop("subject"),
        lambda proof: proof.update(subject=7),
    ],
)
def test_a_proof_that_was_changed_proves_nothing(run, visit, change):
    snapshot, inside, _ = run
    ledger.seal(at=timezone.now())
    proof = visit(inside).get(f"/me/reads/{snapshot.entry}.json").json()

    change(proof)

    assert verification.is_proven(proof)


def test_a_number_that_is_no_batch_proves_nothing(run, visit):
    _, inside, _ = run

    assert visit(inside).get(f"/me/reads/{10**30}.json").status_code == 404
    assert visit(inside).get("/me/reads/0.json").status_code == 404
