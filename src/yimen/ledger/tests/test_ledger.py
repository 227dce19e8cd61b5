"""Rows are added, found again, and never changed: not by the application, not by the owner."""

import hashlib
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import rfc8785
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from yimen.ledger import grants, queries, services
from yimen.ledger.logic import Purpose, digest
from yimen.ledger.models import Entry
from yimen.parties.logic import Actor

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
AGENCY = Actor("system", "cases.resolve", "市人力资源保障局（系统自动核验）", "11440300MB2X00012A")
SELF = Actor("citizen", "7", "您本人")
PURPOSE = Purpose("graduate-reception", "应届毕业生接收（落户）", uuid4())
pytestmark = pytest.mark.django_db


def read(subject, *, actor=AGENCY, **changes):
    values = {"dataset": "population", "fields": ["birth_date"], "purpose": PURPOSE, "result": "OK", "at": NOW}
    return services.record_read(actor=actor, subject=subject, **{**values, **changes})


def test_a_read_is_found_by_the_person_it_concerns():
    subject, other = uuid4(), uuid4()
    number = read(subject)
    read(other)

    (row,) = queries.reads_of(subject)

    assert row.id == number
    assert (row.actor, row.dataset, row.fields) == (AGENCY.label, "population", ("birth_date",))
    assert row.purpose == "办理“应届毕业生接收（落户）”"


def test_ones_own_reads_are_shown_only_on_request():
    subject = uuid4()
    read(subject, actor=SELF)

    assert queries.reads_of(subject) == []
    assert [row.is_own for row in queries.reads_of(subject, with_own=True)] == [True]


def test_a_failed_read_leaves_its_row_too():
    subject = uuid4()
    read(subject, result="SILENT")

    assert queries.reads_of(subject)[0].result_label == "对方没有响应"


def test_an_act_is_found_by_its_case():
    number = services.record_act(
        actor=AGENCY, action="case.decided", subject=uuid4(), purpose=PURPOSE, at=NOW, details={"decision": 3}
    )

    (entry,) = queries.of_case(PURPOSE.case_id)
    assert entry.pk == number
    assert [act.details for act in queries.acts("case.decided")] == [{"decision": 3}]


@pytest.mark.django_db(transaction=True)
def test_a_read_inside_an_open_transaction_is_refused_because_it_could_be_rolled_back():
    with pytest.raises(RuntimeError, match="inside a transaction"), transaction.atomic():
        read(uuid4())


@pytest.mark.parametrize(
    "change",
    [lambda: Entry.objects.update(purpose="x"), lambda: Entry.objects.all()._raw_delete("default")],
    ids=["update", "delete"],
)
def test_not_even_the_owner_changes_or_deletes_a_row(change):
    read(uuid4())

    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        change()

    assert queries.count() == 1


def test_the_applications_role_may_add_and_read_and_nothing_else():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE other_table (id int)")
    grants.apply(connection, "yimen_app")

    for table in ("ledger_entry", "ledger_seal", "ledger_sealedentry"):
        assert rights(table) == {"SELECT", "INSERT"}
    assert rights("other_table") == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def rights(table):
    """What the application's role may do to a table."""
    asked = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r FROM unnest(%s::text[]) AS r WHERE has_table_privilege('yimen_app', %s, r)", [list(asked), table]
        )
        return {right for (right,) in cursor.fetchall()}


texts = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)
plain = st.dictionaries(
    st.from_regex(r"[a-z_]{1,12}", fullmatch=True),
    st.one_of(
        texts,
        st.integers(-(2**53) + 1, 2**53 - 1),
        st.lists(texts, max_size=4),
        st.dictionaries(
            st.from_regex(r"[a-z_]{1,12}", fullmatch=True), st.one_of(texts, st.integers(0, 2**40)), max_size=3
        ),
    ),
    max_size=6,
)


@given(plain)
def test_a_rows_digest_is_that_of_its_canonical_json(content):
    assert digest(content) == hashlib.sha256(rfc8785.dumps(content)).hexdigest()
