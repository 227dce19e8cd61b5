"""Issuing, withdrawing and retiring: together with their ledger rows or not at all, and once a case."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from yimen.core import signing
from yimen.ledger import queries as ledger
from yimen.licences import queries, services
from yimen.licences.models import Licence, SigningKey
from yimen.licences.tests import factories
from yimen.licences.tests.factories import NOW, OFFICER, SELF, TYPE
from yimen.parties.tests import factories as parties
from yimen.standards import licence_identifier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_file")]


def test_serials_differ_and_every_identifier_is_right():
    issued = [factories.licence() for _ in range(5)]

    assert len({licence_identifier.parse(one.identifier).serial for one in issued}) == 5


def test_the_signature_survives_the_database():
    kept = Licence.objects.select_related("key").get(pk=factories.licence().pk)

    assert signing.is_signed(bytes(kept.document), bytes(kept.signature), kept.key.public_key)


def test_a_verification_code_holds_at_least_128_random_bits():
    codes = {factories.licence().verification_code for _ in range(5)}

    assert len(codes) == 5
    assert all(len(code) * 6 >= 128 for code in codes)


def test_the_day_of_a_licence_is_the_local_one():
    late_in_utc = datetime(2026, 11, 22, 17, tzinfo=UTC)

    assert factories.licence(at=late_in_utc).valid_from.isoformat() == "2026-11-23"


@pytest.mark.django_db(transaction=True)
def test_two_who_issue_for_one_case_at_once_give_one_licence_and_one_act():
    holder, case_id, start = parties.person(), uuid4(), Barrier(2)
    parties.agency()
    services.put_type(TYPE)

    def issue():
        try:
            start.wait(10)
            with transaction.atomic():
                return factories.licence(holder=holder, case_id=case_id).pk
        except services.AlreadyIssued as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = [one.result(30) for one in [pool.submit(issue) for _ in range(2)]]

    licence = Licence.objects.get()
    assert set(said) == {licence.pk, "licences.already-issued"}
    assert [act.details["licence"] for act in ledger.acts("licence.issued")] == [str(licence.pk)]


@pytest.mark.django_db(transaction=True)
def test_the_first_licences_of_a_new_key_may_be_issued_at_once():
    holder, start = parties.person(), Barrier(4)
    parties.agency()
    services.put_type(TYPE)

    def issue():
        try:
            start.wait(10)
            with transaction.atomic():
                return factories.licence(holder=holder).key_id
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        keys = {one.result(30) for one in [pool.submit(issue) for _ in range(4)]}

    assert keys == set(SigningKey.objects.values_list("pk", flat=True))
    assert Licence.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_licence_whose_transaction_fails_leaves_no_act_behind():
    case_id = uuid4()

    def file_twice():
        with transaction.atomic():
            factories.licence(case_id=case_id)
            factories.licence(case_id=case_id)

    with pytest.raises(services.AlreadyIssued):
        file_twice()

    assert not Licence.objects.exists()
    assert list(ledger.acts("licence.issued")) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"type_code": "x"}, "还没有登记"),
        ({"issuer": parties.POLICE}, "还没有登记"),
        ({"face": {"level": "x", "spouse": "y"}}, "spouse"),
    ],
)
def test_a_licence_whose_parts_are_not_in_place_is_not_issued(change, words):
    with pytest.raises(services.CannotIssue) as refused:
        factories.licence(**change)

    assert words in refused.value.detail
    assert not Licence.objects.exists()


def test_a_retired_key_issues_nothing_more_and_what_it_signed_stays_genuine():
    before = factories.licence()

    key = services.retire_key(before.key_id, at=NOW.replace(hour=3))

    assert queries.verify_code(before.verification_code, at=NOW).is_valid
    assert queries.public_keys() == [
        {
            "id": key.pk,
            "algorithm": "Ed25519",
            "public_key": key.public_key,
            "retired_at": "2026-11-22T03:00:00+00:00",
        }
    ]
    with pytest.raises(services.CannotIssue, match="停用"):
        factories.licence(at=NOW.replace(hour=3))


def test_a_key_retires_once_and_an_unknown_one_not_at_all():
    licence = factories.licence()
    first = services.retire_key(licence.key_id, at=NOW.replace(hour=3)).retired_at

    assert services.retire_key(licence.key_id, at=NOW.replace(hour=9)).retired_at == first
    with pytest.raises(services.KeyNotFound):
        services.retire_key("unknown", at=NOW)


def test_after_a_key_is_replaced_licences_of_both_are_genuine(settings, tmp_path):
    old = factories.licence()
    services.retire_key(old.key_id, at=NOW.replace(hour=3))
    settings.YIMEN_SIGNING_KEY = str(tmp_path / "next.pem")

    new = factories.licence(at=NOW.replace(hour=4))

    assert old.key_id != new.key_id == signing.signer_at(tmp_path / "next.pem").key_id
    assert all(queries.verify_code(one.verification_code, at=NOW).is_genuine for one in (old, new))


def test_withdrawing_keeps_the_reason_and_leaves_its_act():
    holder = parties.person()
    licence = factories.licence(holder=holder)

    services.withdraw(licence.pk, reason=" 申请材料不实 ", by=OFFICER, at=NOW)

    licence.refresh_from_db()
    assert (licence.status, licence.status_reason) == (Licence.Status.WITHDRAWN, "申请材料不实")
    (act,) = ledger.acts("licence.withdrawn")
    assert (act.subject, act.item, act.case_id) == (holder.pk, "reception", licence.case_id)
    assert act.details == {"licence": str(licence.pk)}


@pytest.mark.parametrize("reason", ["", "  ", "因" * 301])
def test_nothing_is_withdrawn_without_a_reason_that_can_be_kept(reason):
    licence = factories.licence()

    with pytest.raises(services.ReasonMissing):
        services.withdraw(licence.pk, reason=reason, by=OFFICER, at=NOW)

    assert list(ledger.acts("licence.withdrawn")) == []


def test_a_citizen_withdraws_nothing():
    licence = factories.licence()

    with pytest.raises(queries.LicenceNotFound):
        services.withdraw(licence.pk, reason="不要了", by=SELF, at=NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"signature": b""},
        {"document": b""},
        {"version": "1"},
        {"status": "EXPIRED"},
        {"status": "REVOKED"},
        {"valid_until": "2026-11-21"},
    ],
    ids=["unsigned", "empty", "version", "stored expiry", "no reason", "ends before it begins"],
)
def test_the_database_itself_refuses_a_licence_that_cannot_be(change):
    licence = factories.licence()

    with pytest.raises(IntegrityError), transaction.atomic():
        Licence.objects.filter(pk=licence.pk).update(**change)


def test_every_status_we_name_is_one_the_database_knows():
    licence = factories.licence()

    for status in Licence.Status.values:
        Licence.objects.filter(pk=licence.pk).update(status=status, status_reason="测试")


def test_the_same_type_twice_changes_nothing_and_a_new_wording_replaces_the_old():
    factories.licence()

    services.put_type(TYPE)
    kept = services.put_type(factories.replace(TYPE, name="接收毕业生批复"))

    assert kept.name == "接收毕业生批复"
    assert [one.pk for one in type(kept).objects.all()] == [TYPE.code]


def test_a_type_of_an_agency_nobody_registered_is_refused():
    definition = factories.replace(TYPE, code=f"{parties.POLICE}001", agency=parties.POLICE)

    with pytest.raises(services.BadDefinition, match=parties.POLICE):
        services.put_type(definition)
