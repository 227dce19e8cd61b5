"""Seals: what is committed is sealed once, and whatever is done to it afterwards is found."""

import json
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from yimen.core import signing
from yimen.ledger import merkle, queries, services, verification
from yimen.ledger.logic import Purpose
from yimen.ledger.models import Entry, Seal, SealedEntry
from yimen.parties.logic import Actor

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
AGENCY = Actor("system", "cases.resolve", "市人力资源保障局（系统自动核验）", "11440300MB2X00012A")
PURPOSE = Purpose("graduate-reception", "应届毕业生接收（落户）", uuid4())


@pytest.fixture(autouse=True)
def outside(settings, tmp_path):
    """The key and the heads, which are not in the database."""
    settings.YIMEN_LEDGER_KEY = str(tmp_path / "ledger.pem")
    settings.YIMEN_LEDGER_HEADS = str(tmp_path / "heads.jsonl")
    return tmp_path


def read(subject=None):
    return services.record_read(
        actor=AGENCY, subject=subject or uuid4(), dataset="population", fields=["birth_date"], purpose=PURPOSE,
        result="OK", at=NOW,
    )  # fmt: skip


def sealed(*sizes, settings):
    """So many rows in each batch, sealed a second apart."""
    for place, size in enumerate(sizes):
        for _ in range(size):
            read()
        services.seal(at=NOW + timedelta(seconds=place))
    return Path(settings.YIMEN_LEDGER_HEADS)


def verified(settings, **span):
    key = signing.signer_at(Path(settings.YIMEN_LEDGER_KEY)).public_key
    return verification.verify(heads=Path(settings.YIMEN_LEDGER_HEADS), key=key, **span)


@contextmanager
def behind_the_triggers(*tables):
    """What only the owner of the tables can do, or somebody at the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'ledger_sealedentry'::regclass AND contype = 'f'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE ledger_sealedentry DROP CONSTRAINT "{name}"')
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.django_db
def test_what_is_committed_is_sealed_once_and_the_batches_are_chained(settings):
    heads = sealed(3, 1, settings=settings)

    first, second = Seal.objects.order_by("number")
    assert (first.number, first.count, first.previous) == (1, 3, "")
    assert (second.number, second.count, second.previous) == (2, 1, first.head)
    assert services.seal(at=NOW) is None
    assert [json.loads(line)["head"] for line in heads.read_text().splitlines()] == [first.head, second.head]
    report = verified(settings)
    assert (report.rows, report.seals, report.unsealed, report.problems) == (4, 2, 0, ())


@pytest.mark.django_db
def test_rows_not_sealed_yet_are_counted_and_are_no_problem(settings):
    sealed(2, settings=settings)
    read()

    report = verified(settings)

    assert (report.unsealed, report.problems) == (1, ())


@pytest.mark.django_db
def test_a_row_committed_late_finds_its_way_into_a_later_batch(settings):
    late = read() + 1_000_000
    with connection.cursor() as cursor:  # its number was drawn before those that were sealed long ago
        cursor.execute("SELECT setval(pg_get_serial_sequence('ledger_entry', 'id'), %s)", [late + 10])
    read()
    services.seal(at=NOW)
    read()
    services.seal(at=NOW + timedelta(hours=2))
    with behind_the_triggers("ledger_entry") as cursor:
        cursor.execute("UPDATE ledger_entry SET id = %s WHERE id = (SELECT max(id) FROM ledger_entry)", [late + 500])
    entry = Entry.objects.get(pk=read())
    entry.pk = late
    entry.save(force_insert=True)
    while services.seal(at=NOW + timedelta(hours=4)):
        pass
    assert SealedEntry.objects.filter(entry_id=late).count() == 0

    services.seal(at=NOW + timedelta(hours=4), whole=True)

    assert SealedEntry.objects.filter(entry_id=late).count() == 1


CHANGED, REMOVED = "内容与摘要不符", "可能被删除过"
TAMPERING = {
    "change a row": ("UPDATE ledger_entry SET fields = '{income}' WHERE id = {row}", CHANGED),
    "change a row and its digest": (
        "UPDATE ledger_entry SET digest = repeat('ab', 32), fields = '{income}' WHERE id = {row}", "默克尔根与留痕不符",
    ),
    "delete a row": ("DELETE FROM ledger_entry WHERE id = {row}", REMOVED),
    "delete a row and its place": (
        "DELETE FROM ledger_sealedentry WHERE entry_id = {row}; DELETE FROM ledger_entry WHERE id = {row}", REMOVED,
    ),
    "exchange two rows": (
        "UPDATE ledger_sealedentry SET place = 9 WHERE entry_id = {row}", "缺失或次序不对",
    ),
    "change what a seal says": ("UPDATE ledger_seal SET count = 2 WHERE number = 2", "摘要与其内容不符"),
    "put another head": ("UPDATE ledger_seal SET head = repeat('cd', 32) WHERE number = 1", "没有接在批次 1 之后"),
    "sign it anew with another key": ("UPDATE ledger_seal SET signature = '\\x00' WHERE number = 1", "签名无效"),
    "take a batch out of the middle": ("DELETE FROM ledger_seal WHERE number = 2", "封存批次 2 缺失"),
    "cut the tail": (
        """DELETE FROM ledger_entry WHERE id IN (SELECT entry_id FROM ledger_sealedentry WHERE seal_id = 3);
        DELETE FROM ledger_sealedentry WHERE seal_id = 3; DELETE FROM ledger_seal WHERE number = 3""", "账尾可能被截断",
    ),
    "empty everything": (
        "DELETE FROM ledger_sealedentry; DELETE FROM ledger_seal; DELETE FROM ledger_entry", "账尾可能被截断",
    ),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("statement", "words"), TAMPERING.values(), ids=TAMPERING)
def test_whatever_is_tampered_with_is_found(settings, statement, words):
    sealed(3, 3, 2, settings=settings)
    row = SealedEntry.objects.get(seal_id=2, place=1).entry_id

    with behind_the_triggers("ledger_entry", "ledger_seal", "ledger_sealedentry") as cursor:
        cursor.execute(statement.replace("{row}", str(row)))

    assert any(words in problem for problem in verified(settings).problems)


@pytest.mark.django_db
def test_a_chain_made_anew_with_another_key_is_found(settings, outside):
    heads = sealed(2, settings=settings)
    ours = signing.signer_at(Path(settings.YIMEN_LEDGER_KEY)).public_key
    with behind_the_triggers("ledger_seal", "ledger_sealedentry") as cursor:
        cursor.execute("DELETE FROM ledger_sealedentry")
        cursor.execute("DELETE FROM ledger_seal")
    settings.YIMEN_LEDGER_KEY = str(outside / "theirs.pem")
    services.seal(at=NOW + timedelta(days=1))

    problems = verification.verify(heads=heads, key=ours).problems

    assert any("不是用本平台的封存密钥" in one for one in problems)
    assert any("批次被换过" in one for one in problems)


@pytest.mark.django_db
def test_heads_that_a_killed_process_left_out_are_added_by_the_next(settings):
    heads = sealed(1, 1, settings=settings)
    first = heads.read_text().splitlines()[0]
    heads.write_text(f'{first}\n{{"number": 2, "he')
    assert verified(settings).problems == ()

    read()
    services.seal(at=NOW + timedelta(minutes=1))

    assert [number for line in heads.read_text().splitlines() if (number := _number(line))] == [1, 2, 3]
    assert verified(settings).seals == 3


def _number(line):
    try:
        return json.loads(line)["number"]
    except ValueError:
        return None


@pytest.mark.django_db
def test_a_span_is_verified_by_itself(settings):
    sealed(2, 3, 2, settings=settings)

    report = verified(settings, first=2, last=2)

    assert (report.rows, report.seals, report.unsealed, report.problems) == (3, 1, 0, ())


@pytest.mark.django_db
def test_a_row_is_proven_to_whom_it_concerns_and_to_nobody_else(settings):
    subject = uuid4()
    sealed(2, settings=settings)
    row = read(subject)
    read()
    with pytest.raises(queries.NoProof, match="稍后"):
        queries.proof_of(row, subject=subject)
    services.seal(at=NOW)

    proof = json.loads(json.dumps(queries.proof_of(row, subject=subject)))

    assert verification.is_proven(proof) == []
    assert proof["entry"]["content"]["fields"] == ["birth_date"]
    with pytest.raises(queries.NoProof):
        queries.proof_of(row, subject=uuid4())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda proof: proof["entry"]["content"].update(purpose="别的用途"),
        lambda proof: proof["entry"].update(number=7),
        lambda proof: proof["path"].pop(),
        lambda proof: proof["seal"].update(root="00" * 32),
        lambda proof: proof["seal"].update(head="00" * 32),
        lambda proof: proof["seal"].update(signature="AAAA"),
        lambda proof: proof.pop("seal"),
        lambda proof: proof["path"].append("x"),
        lambda proof: proof["entry"].update(content={"a": float("nan")}),
    ],
)
def test_a_proof_that_was_changed_proves_nothing(settings, change):
    subject = uuid4()
    row = read(subject)
    read()
    services.seal(at=NOW)
    proof = deepcopy(queries.proof_of(row, subject=subject))

    change(proof)

    assert verification.is_proven(proof)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40), st.data())
def test_a_tree_grown_leaf_by_leaf_is_the_tree_built_level_by_level(leaves, data):
    tree = verification.Tree()
    for one in leaves:
        tree.add(one)
    place = data.draw(st.integers(0, len(leaves) - 1))

    hashed = leaves[place]
    for step in merkle.path(leaves, place):
        hashed = merkle.root([step.hash, hashed] if step.is_left else [hashed, step.hash])

    assert tree.root == merkle.root(leaves).hex() == hashed.hex()
