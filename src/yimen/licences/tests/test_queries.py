"""What a holder's list and the public check say, and that neither says more than it should."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from yimen.core import signing
from yimen.ledger import queries as ledger
from yimen.licences import documents, queries, services
from yimen.licences.models import Licence, LicenceType
from yimen.licences.tests import factories
from yimen.licences.tests.factories import LONG_AGO, NOW, SELF
from yimen.parties.models import Agency
from yimen.parties.tests import factories as parties

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_file")]


def file_of(licence):
    return documents.export(document=bytes(licence.document), signature=bytes(licence.signature), key_id=licence.key_id)


def failing(seen):
    return [check.name for check in seen.checks if not check.is_ok]


def test_the_holders_list_is_his_own_newest_first_and_names_nobody():
    holder = parties.person("陈晓雯")
    old, new = factories.licence(holder=holder, expired=True), factories.licence(holder=holder)
    factories.licence()

    rows = queries.held_by(holder, at=NOW)

    assert [(row.id, row.status_label, row.is_valid) for row in rows] == [
        (new.pk, "有效", True),
        (old.pk, "已过期", False),
    ]
    assert holder.id_number not in repr(rows)
    assert holder.name not in repr(rows)


def test_the_list_costs_the_same_however_long(django_assert_num_queries):
    holder = parties.person()
    for _ in range(5):
        factories.licence(holder=holder)

    with django_assert_num_queries(1):
        assert len(queries.held_by(holder, at=NOW)) == 5


def test_a_check_costs_one_query(django_assert_num_queries):
    licence = factories.licence()

    with django_assert_num_queries(1):
        queries.verify_code(licence.verification_code, at=NOW)


def test_expiry_is_never_stored():
    licence = factories.licence(expired=True)

    queries.verify_code(licence.verification_code, at=NOW)

    licence.refresh_from_db()
    assert licence.status == Licence.Status.ISSUED


def test_a_withdrawn_licence_says_withdrawn_even_after_its_last_day():
    licence = factories.licence(expired=True, withdrawn=True)

    seen = queries.verify_code(licence.verification_code, at=NOW)

    assert (seen.is_genuine, seen.is_valid, seen.status_label) == (True, False, "撤销")


def test_a_long_term_licence_stays_valid():
    licence = factories.licence(long_term=True)

    seen = queries.verify_code(licence.verification_code, at=NOW + timedelta(days=36500))

    assert (seen.is_valid, seen.valid_until) == (True, "长期")


def test_checking_tells_the_least_and_each_check_in_a_sentence():
    holder = parties.person("欧阳晓雯")
    licence = factories.licence(holder=holder)

    seen = queries.verify_code(licence.verification_code, at=NOW)

    assert (seen.name, seen.issuer, seen.holder) == ("接收批复", "深圳市人力资源保障局（演示）", "欧阳**")
    assert (seen.issued_on, seen.valid_until) == ("2026-11-22", "2027-05-21")
    assert [(check.name, check.is_ok) for check in seen.checks] == [
        ("signature", True),
        ("record", True),
        ("status", True),
    ]
    assert all(check.sentence.endswith("。") for check in seen.checks)
    assert not any(secret in repr(seen) for secret in (holder.id_number, holder.name, "大学本科", str(holder.pk)))


@pytest.mark.parametrize("code", ["", "x", "\x00" * 32, "a" * 32, "' OR 1=1 --", "核" * 32, "a" * 5000])
def test_a_code_nobody_was_given_is_not_found(code):
    factories.licence()

    with pytest.raises(queries.LicenceNotFound) as refused:
        queries.verify_code(code, at=NOW)

    assert "不能采信" in refused.value.detail


@pytest.mark.parametrize(
    "change",
    [
        {"identifier": "1.2.156.3005.2.other"},
        {"holder_name": "张三"},
        {"issued_at": LONG_AGO},
        {"valid_from": date(2026, 1, 1)},
        {"valid_until": None},
        {"item": "other"},
        {"face": {"level": "博士研究生"}},
        {"document": b"\xff not json"},
        {"document": b"[]"},
        {"signature": b"forged"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_record_changed_behind_our_back_is_not_believed(change):
    licence = factories.licence()
    Licence.objects.filter(pk=licence.pk).update(**change)

    seen = queries.verify_code(licence.verification_code, at=NOW)

    assert not seen.is_genuine
    assert not seen.is_valid
    assert failing(seen)
    assert (seen.name, seen.holder) == ("", "")


def test_a_record_moved_to_somebody_else_is_not_believed():
    licence = factories.licence()
    Licence.objects.filter(pk=licence.pk).update(holder=parties.person())

    assert failing(queries.verify_code(licence.verification_code, at=NOW)) == ["record"]


def test_a_new_name_of_holder_type_or_agency_does_not_spoil_what_was_issued():
    holder = parties.person("陈晓雯")
    licence = factories.licence(holder=holder)
    type(holder).objects.filter(pk=holder.pk).update(name="陈小文")
    LicenceType.objects.update(name="改名后的批复")
    Agency.objects.update(name="改名后的部门")

    seen = queries.verify_code(licence.verification_code, at=NOW)

    assert seen.is_valid
    assert seen.holder == "陈*雯"
    assert services.show(licence.pk, holder=holder, by=SELF, at=NOW).holder == "陈晓雯"


def test_an_uploaded_file_tells_how_the_licence_stands_today():
    licence = factories.licence()
    data = file_of(licence)
    assert queries.verify_file(data, at=NOW).is_valid

    services.withdraw(licence.pk, reason="错发", by=factories.OFFICER, at=NOW)

    seen = queries.verify_file(data, at=NOW)
    assert (seen.is_genuine, seen.is_valid, failing(seen)) == (True, False, ["status"])


def signed_by_us(statement, key_file):
    """What somebody could make who once held the key: rightly signed, but not what was issued."""
    signer = signing.signer_at(key_file)
    document = statement.canonical()
    return documents.export(document=document, signature=signer.sign(document), key_id=signer.key_id)


def test_a_file_rightly_signed_that_we_never_issued_is_not_believed(key_file):
    factories.licence()

    seen = queries.verify_file(signed_by_us(factories.STATEMENT, key_file), at=NOW)

    assert (seen.is_genuine, failing(seen)) == (False, ["record"])


def test_a_file_rightly_signed_under_the_identifier_of_another_licence_is_not_believed(key_file):
    licence = factories.licence()
    better = factories.replace(queries.statement(licence), face={"level": "博士研究生"})

    seen = queries.verify_file(signed_by_us(better, key_file), at=NOW)

    assert (seen.is_genuine, failing(seen), seen.holder) == (False, ["record"], "")


def test_a_file_whose_identifier_no_database_can_hold_is_answered(key_file):
    factories.licence()

    seen = queries.verify_file(
        signed_by_us(factories.replace(factories.STATEMENT, identifier="\x00"), key_file), at=NOW
    )

    assert failing(seen) == ["identifier"]


def test_checking_in_public_leaves_no_row_but_showing_does():
    holder = parties.person()
    licence = factories.licence(holder=holder)

    queries.verify_code(licence.verification_code, at=NOW)
    assert ledger.reads_of(holder.pk, with_own=True) == []

    services.show(licence.pk, holder=holder, by=SELF, at=NOW)
    (row,) = ledger.reads_of(holder.pk, with_own=True)
    assert (row.dataset, row.is_own) == ("licences", True)


def test_a_stranger_is_told_the_same_of_anothers_licence_as_of_none_and_leaves_no_row():
    holder, stranger = parties.person(), parties.person()
    licence = factories.licence(holder=holder)

    said = []
    for licence_id in (licence.pk, uuid4()):
        with pytest.raises(queries.LicenceNotFound) as refused:
            services.show(licence_id, holder=stranger, by=SELF, at=NOW)
        said.append((refused.value.detail, refused.value.fields))

    assert said[0] == said[1]
    assert ledger.reads_of(holder.pk, with_own=True) == ledger.reads_of(stranger.pk, with_own=True) == []


def test_the_holder_sees_the_whole_face_in_the_order_of_the_type():
    holder = parties.person()
    licence = factories.licence(holder=holder, face={"settle": "集体户", "level": "大学本科"})

    view = services.show(licence.pk, holder=holder, by=SELF, at=NOW)

    assert view.face == (("学历", "大学本科"), ("落户方式", "集体户"))
    assert queries.verify_file(view.file, at=NOW).is_valid


def test_the_licence_of_a_case_is_found_for_its_holder_only():
    holder = parties.person()
    licence = factories.licence(holder=holder)

    found = queries.of_case(licence.case_id, holders=[holder.pk], at=NOW)

    assert found is not None
    assert found.id == licence.pk
    assert queries.of_case(licence.case_id, holders=[parties.person().pk], at=NOW) is None
