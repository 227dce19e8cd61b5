"""An exchange holds its grant to the letter: state, day, fields, grantee, purpose, consent, rate; its answer is signed."""

import base64
import threading
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connections

from yimen.core import signing
from yimen.core.errors import DomainError
from yimen.datasets import answers, services
from yimen.datasets.models import DatasetField, Grant, GrantRequest
from yimen.datasets.tests import city
from yimen.datasets.tests.city import NOW, desk
from yimen.datasets.tests.factories import Department
from yimen.ledger.logic import Purpose
from yimen.ledger.models import Entry
from yimen.parties.logic import Actor
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties

pytestmark = pytest.mark.django_db
BY = Actor("system", "cases.resolve", "市人力资源保障局（系统自动核验）", parties.HR)
PURPOSE = Purpose("reception", "毕业生接收", uuid4())
SECRET = "430102"


@pytest.fixture
def somebody(settings, tmp_path):
    """Somebody of whom the police know something, with a grant to read it."""
    settings.YIMEN_EXCHANGE_KEY = str(tmp_path / "exchange.pem")
    settings.YIMEN_SOURCES = {"population": Department()}
    city.dataset()
    person = parties.person()
    settings.YIMEN_SOURCES["population"].records[person.number] = {
        "household": SECRET,
        "convicted": "0",
        "birth_date": None,
    }
    give()
    return person


def give(**changes):
    fields = {"valid_from": date(2026, 1, 1), "fields": list(city.READ), **changes}
    return Grant.objects.create(dataset_id="population", grantee_id=parties.HR, item="reception", **fields)


def exchange(person, *fields, **changes):
    call = {"purpose": PURPOSE, "actor": BY, "grantee": parties.HR, "at": NOW, **changes}
    return services.exchange(
        "population", subject=person, keys={"person": person.number}, fields=fields or ["household"], **call
    )


def refused(person, error, **changes):
    """Ask and be refused; return the ledger row that tells of it. Nothing was read."""
    with pytest.raises(error):
        exchange(person, **changes)
    row = Entry.objects.latest("pk")
    assert row.result == "REFUSED"
    return row


def asked(settings):
    return settings.YIMEN_SOURCES["population"].asked


def test_the_answer_is_signed_and_the_ledger_keeps_its_digest_and_no_value(somebody, settings):
    record = exchange(somebody, "household", "convicted")

    row = Entry.objects.get(pk=record.entry)
    assert row.details == {"grant": record.grant, "basis": "STATUTORY", "digest": record.digest}
    assert SECRET not in str(row.details)
    assert answers.digest(record.values, [], record.salt) == record.digest
    assert answers.is_genuine(said(record), signature(record), public_key=record.public_key)


@pytest.mark.parametrize("change", [{"entry": 1}, {"grant": 1}, {"dataset": "other"}, {"fields": ["blood_type"]}])
def test_an_answer_that_was_altered_is_not_genuine(somebody, change):
    record = exchange(somebody)

    assert not answers.is_genuine(said(record, **change), signature(record), public_key=record.public_key)


def test_an_answer_signed_by_somebody_else_is_not_genuine(somebody, tmp_path):
    record = exchange(somebody)
    other = signing.signer_at(tmp_path / "other.pem")
    forged = answers.Signature(base64.b64encode(other.sign(said(record))).decode(), other.public_key)

    assert not answers.is_genuine(said(record), forged, public_key=record.public_key)
    assert not answers.is_genuine(said(record), answers.Signature("!", record.public_key), public_key=record.public_key)


def test_the_digest_of_a_yes_does_not_tell_that_it_was_one(somebody):
    first, second = exchange(somebody, "convicted"), exchange(somebody, "convicted")

    assert first.values == second.values
    assert first.digest != second.digest


def said(record, **changes):
    return answers.statement(
        **{
            "dataset": record.dataset,
            "fields": record.fields,
            "digest": record.digest,
            "as_of": record.as_of,
            "grant": record.grant,
            "entry": record.entry,
            "at": record.at,
            **changes,
        }
    )


def signature(record):
    return answers.Signature(record.signature, record.public_key)


# --- refusals


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"status": "SUSPENDED", "halted_at": NOW, "halt_reason": "核查"}, services.GrantSuspended),
        ({"status": "REVOKED", "halted_at": NOW, "halt_reason": "取消"}, services.GrantRevoked),
        ({"valid_until": date(2026, 11, 25)}, services.GrantExpired),
        ({"valid_from": date(2026, 11, 26)}, services.GrantExpired),
        ({"fields": ["birth_date"]}, services.GrantMissing),
        ({"item": "another"}, services.GrantMissing),
        ({"needs_consent": True}, services.ConsentMissing),
        ({"limit_per_day": 0}, services.RateExceeded),
    ],
)
def test_each_reason_to_refuse_has_a_name_of_its_own_and_a_row(somebody, settings, change, error):
    Grant.objects.update(**change)

    assert refused(somebody, error).details["why"] == error.code
    assert asked(settings) == []


def test_another_purpose_or_another_agency_does_not_read_on_this_grant(somebody, settings):
    refused(somebody, services.GrantMissing, purpose=Purpose("subsidy", "补贴"))
    refused(somebody, services.GrantMissing, purpose=Purpose("", "看看"))
    refused(
        somebody,
        services.GrantMissing,
        actor=Actor("officer", "1", "公安局 审批人员", parties.POLICE),
        grantee=parties.POLICE,
    )
    refused(somebody, services.NotTheGrantee, actor=Actor("officer", "1", "公安局 审批人员", parties.POLICE))

    assert asked(settings) == []


def test_a_granted_field_that_the_dataset_has_no_more_is_refused_by_name(somebody):
    DatasetField.objects.filter(name="household").delete()

    assert refused(somebody, services.FieldGone).details["why"] == "datasets.field-gone"


@pytest.mark.parametrize("changes", [{"grantee": "\x00"}, {"purpose": Purpose("a\x00", "x")}, {"grantee": "\ud800"}])
def test_names_that_no_database_keeps_are_refused(somebody, changes):
    with pytest.raises(services.BadCall):
        exchange(somebody, **changes)


def test_a_grant_that_expires_in_the_middle_of_a_run_is_refused_from_that_midnight_on(somebody):
    Grant.objects.update(valid_until=date(2026, 11, 26))
    last = datetime(2026, 11, 25, 15, 59, 59, tzinfo=UTC)  # a second before midnight in Shenzhen

    assert exchange(somebody, at=last).values == {"household": SECRET}
    refused(somebody, services.GrantExpired, at=last + timedelta(seconds=1))


def test_with_consent_given_the_row_says_by_what(somebody):
    Grant.objects.update(needs_consent=True, basis_kind="CONSENT")

    record = exchange(somebody, consent="application.data_authorised=true")

    details = Entry.objects.get(pk=record.entry).details
    assert (details["basis"], details["consent"]) == ("CONSENT", "application.data_authorised=true")


def test_of_two_grants_one_that_lets_the_read_through_counts(somebody):
    Grant.objects.update(status="REVOKED", halted_at=NOW, halt_reason="换发")
    give(request=request_for())

    assert exchange(somebody).values == {"household": SECRET}


def request_for():
    return GrantRequest.objects.create(
        dataset_id="population",
        grantee_id=parties.HR,
        purpose_kind="ITEM",
        item="reception",
        item_title="毕业生接收",
        purpose="核验",
        basis_kind="STATUTORY",
        valid_from=date(2026, 1, 1),
        valid_until=date(2027, 1, 1),
        state="GRANTED",
        requested_by="1",
        requested_by_label="数据专员",
        requested_at=NOW,
        submission="s",
        closed_at=NOW,
    )


# --- once, and not too often


def test_a_call_from_outside_is_answered_once(somebody, settings):
    record = exchange(somebody, number="2026-0001")
    assert Entry.objects.get(pk=record.entry).details["number"] == "2026-0001"

    refused(somebody, services.Replayed, number="2026-0001")

    assert len(asked(settings)) == 1
    assert exchange(somebody, number="2026-0002").values == {"household": SECRET}


@pytest.mark.parametrize("number", ["x" * 81, "a\x00b", "换\n行"])
def test_a_number_that_cannot_be_kept_is_refused(somebody, number):
    with pytest.raises(services.BadNumber):
        exchange(somebody, number=number)


def test_a_limit_holds_for_its_minute_and_its_day(somebody):
    Grant.objects.update(limit_per_minute=2, limit_per_day=3)

    assert [exchange(somebody).entry for _ in range(2)]
    with pytest.raises(services.RateExceeded, match="下一分钟"):
        exchange(somebody)
    exchange(somebody, at=NOW + timedelta(minutes=1))
    with pytest.raises(services.RateExceeded, match="明天"):
        exchange(somebody, at=NOW + timedelta(minutes=2))
    exchange(somebody, at=NOW + timedelta(days=1))


def in_threads(call, count):
    made, errors = [], []

    def work():
        try:
            made.append(call())
        except DomainError as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return made, errors


@pytest.mark.django_db(transaction=True)
def test_callers_at_once_do_not_exceed_the_limit(somebody):
    Grant.objects.update(limit_per_minute=5)

    made, errors = in_threads(lambda: exchange(somebody), 12)

    assert len(made) == 5
    assert {type(error) for error in errors} == {services.RateExceeded}
    assert Entry.objects.filter(result="REFUSED").count() == 7


@pytest.mark.django_db(transaction=True)
def test_of_equal_calls_at_once_one_is_answered(somebody):
    made, errors = in_threads(lambda: exchange(somebody, number="once"), 8)

    assert len(made) == 1
    assert {type(error) for error in errors} == {services.Replayed}


@pytest.mark.django_db(transaction=True)
def test_once_a_revocation_is_committed_no_exchange_begins(somebody):
    """Reads go on in several threads while the grant is revoked; those begun after it returned are all refused."""
    bureau = desk(Post.Role.DATA_STEWARD, parties.DATA_BUREAU)
    grant, revoked, late = Grant.objects.get(), threading.Event(), []

    def read():
        for _ in range(200):
            begun_after = revoked.is_set()
            try:
                exchange(somebody)
            except services.GrantRevoked:
                if begun_after:
                    return "refused"
            else:
                if begun_after:
                    late.append(1)
        return "never refused"

    threads = [threading.Thread(target=lambda: (results.append(read()), connections.close_all())) for _ in range(4)]
    results: list[str] = []
    for one in threads:
        one.start()
    services.revoke(grant.pk, reason="立即停止", by=bureau, at=NOW)
    revoked.set()
    for one in threads:
        one.join()

    assert late == []
    assert results == ["refused"] * 4
    rows = Entry.objects.filter(dataset="population").order_by("pk")
    assert {one.result for one in rows} <= {"OK", "REFUSED"}
