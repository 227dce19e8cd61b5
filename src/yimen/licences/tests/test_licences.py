"""Issued, signed, shown, verified by anybody; forged and withdrawn ones are found out."""

import json
import stat
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from yimen.core import signing
from yimen.core.settings import SettingError
from yimen.ledger import queries as ledger
from yimen.ledger.logic import Purpose
from yimen.licences import documents, qr, queries, services
from yimen.licences.logic import FaceField, LicenceTypeDefinition, last_valid_day
from yimen.parties.logic import Actor
from yimen.parties.tests import factories as parties
from yimen.standards import licence_identifier

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=400)
OFFICER = Actor("officer", "9", "市人力资源保障局 审批人员", parties.HR)
SELF = Actor("citizen", "7", "您本人")
TYPE = LicenceTypeDefinition(f"{parties.HR}001", "接收批复", parties.HR, 6, (FaceField("level", "学历"),))
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key(settings, tmp_path):
    settings.YIMEN_SIGNING_KEY = str(tmp_path / "key.pem")
    parties.agency()
    services.put_type(TYPE)
    return tmp_path / "key.pem"


def issue(holder=None, *, case_id=None):
    return services.issue(
        type_code=TYPE.code,
        holder=holder or parties.person(),
        issuer=parties.HR,
        face={"level": "大学本科"},
        item="reception",
        case_id=case_id or uuid4(),
        by=OFFICER,
        at=NOW,
        purpose=Purpose("reception", "毕业生接收"),
    )


def test_a_licence_has_a_right_identifier_and_leaves_its_act():
    licence = issue()

    parsed = licence_identifier.parse(licence.identifier)
    assert (parsed.type_code, parsed.authority, parsed.version) == (TYPE.code, parties.HR, "001")
    assert [act.details["licence"] for act in ledger.acts("licence.issued")] == [str(licence.pk)]


def test_anybody_verifies_it_by_its_code_and_learns_the_least():
    holder = parties.person("陈晓雯")
    licence = issue(holder)

    seen = queries.verify_code(licence.verification_code, at=NOW)

    assert seen.is_valid
    assert seen.holder == "陈*雯"
    assert holder.id_number not in repr(seen)


def test_an_unknown_code_is_not_found():
    with pytest.raises(queries.LicenceNotFound):
        queries.verify_code("no-such-code", at=NOW)


def test_a_licence_expires_when_it_is_read_not_by_a_job():
    licence = issue()

    assert licence.valid_until == date(2027, 5, 21)
    assert queries.verify_code(licence.verification_code, at=datetime(2027, 5, 21, 15, tzinfo=UTC)).is_valid
    late = queries.verify_code(licence.verification_code, at=datetime(2027, 5, 21, 16, 1, tzinfo=UTC))
    assert (late.is_genuine, late.is_valid, late.status_label) == (True, False, "已过期")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 11, 22), 6, date(2027, 5, 21)),
        (date(2026, 8, 31), 6, date(2027, 2, 27)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 1, 1), None, None),
    ],
)
def test_the_last_valid_day(start, months, end):
    assert last_valid_day(start, months) == end


def file_of(licence, holder):
    return services.show(licence.pk, holder=holder, by=SELF, at=NOW).file


def test_the_file_is_verified_with_the_published_keys_alone():
    holder = parties.person()
    data = file_of(issue(holder), holder)

    assert documents.check_offline(data, queries.public_keys()).is_genuine
    assert queries.verify_file(data, at=NOW).is_valid


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("document", "face", "level"), "博士研究生"),
        (("document", "holder", "name"), "张三"),
        (("document", "valid_until"), "2099-12-31"),
        (("document", "extra"), "x"),
        (("signature",), "AAAA"),
        (("key",), "unknown"),
    ],
)
def test_a_forged_file_is_found_out(path, value):
    holder = parties.person()
    content = json.loads(file_of(issue(holder), holder))
    at = content
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value

    seen = queries.verify_file(json.dumps(content).encode(), at=NOW)

    assert not seen.is_genuine
    assert not seen.is_valid
    assert seen.holder == ""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b'{"format": "other"}',
        b"\xff",
        b"[" * 100_000,
        b" " * (documents.LARGEST_FILE + 1),
    ],
)
def test_what_is_no_licence_file_is_refused_kindly(data):
    with pytest.raises(documents.NotALicence):
        queries.verify_file(data, at=NOW)


def test_a_withdrawn_licence_stays_genuine_but_is_no_longer_valid():
    licence = issue()
    services.withdraw(licence.pk, reason="错发", by=OFFICER, at=NOW)

    seen = queries.verify_code(licence.verification_code, at=NOW)

    assert (seen.is_genuine, seen.is_valid, seen.status_label) == (True, False, "撤销")
    with pytest.raises(services.NotInForce):
        services.withdraw(licence.pk, reason="再次", by=OFFICER, at=NOW)


def test_another_agency_withdraws_nothing():
    licence = issue()

    with pytest.raises(queries.LicenceNotFound):
        services.withdraw(licence.pk, reason="x", by=Actor("officer", "1", "公安局", parties.POLICE), at=NOW)


def test_only_its_holder_is_shown_a_licence_and_that_leaves_a_row():
    holder = parties.person()
    licence = issue(holder)

    view = services.show(licence.pk, holder=holder, by=SELF, at=NOW)

    assert view.face == (("学历", "大学本科"),)
    assert [row.dataset for row in ledger.reads_of(holder.pk, with_own=True)] == ["licences"]
    with pytest.raises(queries.LicenceNotFound):
        services.show(licence.pk, holder=parties.person(), by=SELF, at=NOW)


def test_a_case_gives_one_licence_and_the_database_says_so():
    case_id = uuid4()
    issue(case_id=case_id)

    with pytest.raises(services.AlreadyIssued), transaction.atomic():
        issue(case_id=case_id)


def test_a_row_changed_behind_our_back_no_longer_agrees_with_its_document():
    licence = issue()
    type(licence).objects.update(valid_until=date(2099, 1, 1))

    seen = queries.verify_code(licence.verification_code, at=LATER)

    assert not seen.is_genuine


def test_the_key_is_made_once_and_only_its_owner_reads_it(key):
    issue()

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    first = signing.signer_at(key).key_id
    signing.signer_at.cache_clear()
    assert signing.signer_at(key).key_id == first


@pytest.mark.parametrize(("content", "mode", "words"), [(b"x", 0o600, "PEM"), (b"x", 0o644, "权限过宽")])
def test_a_key_that_cannot_be_trusted_is_refused(tmp_path, content, mode, words):
    path = tmp_path / "bad.pem"
    path.write_bytes(content)
    path.chmod(mode)

    with pytest.raises(SettingError, match=words):
        signing.signer_at(path)


def test_the_qr_code_needs_no_style_of_its_own():
    picture = qr.svg("https://example.org/verify/x/", title="核验 <b>")

    assert "style=" not in picture
    assert "<b>" not in picture
    assert 'class="qr"' in picture
    assert 'role="img"' in picture
    assert "viewBox=" in picture
    assert "width=" not in picture


@pytest.mark.parametrize(
    "change", [{"code": "x"}, {"agency": parties.POLICE}, {"colour": "pink"}, {"valid_months": -1}]
)
def test_a_licence_type_that_makes_no_sense_is_refused(change):
    values = {name: getattr(TYPE, name) for name in ("code", "name", "agency", "valid_months", "face", "colour")}

    with pytest.raises(services.BadDefinition):
        services.put_type(LicenceTypeDefinition(**{**values, **change}))
