"""An agency asks for fields, the owner answers each, the bureau decides disputes; nobody decides on his own request."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.utils import ProgrammingError

from yimen.core import lineage
from yimen.core.errors import DomainError
from yimen.core.settings import SettingError
from yimen.datasets import deadlines, jobs, services
from yimen.datasets.logic import GrantDefinition
from yimen.datasets.models import Dataset, Grant, GrantRequest, GrantStep, RequestedField
from yimen.datasets.services import Said, chasing
from yimen.datasets.tests import city
from yimen.datasets.tests.city import FIELDS, NO, NOW, READ, TODAY, YES, desk, everything, wish
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties
from yimen.tasks.models import Task

pytestmark = pytest.mark.django_db
STEWARD = Post.Role.DATA_STEWARD
State, Answer = GrantRequest.State, RequestedField.Answer


@pytest.fixture(autouse=True)
def known(monkeypatch):
    monkeypatch.setattr(lineage, "_providers", {"test": city.edges})
    city.dataset()


@pytest.fixture
def police():
    return desk(code=parties.POLICE)


@pytest.fixture
def bureau():
    return desk(STEWARD, parties.DATA_BUREAU)


def asked(*, by=None, submission="s1", at=NOW, **changes):
    return services.request_grant(wish(**changes), by=by or desk(), at=at, submission=submission)


def answers_of(request):
    return dict(request.fields.values_list("name", "answer"))


def actions(request):
    return list(request.steps.values_list("action", flat=True))


# --- asking


def test_of_four_fields_asked_the_three_that_the_rules_read_go_on_and_the_fourth_cannot_be_granted(police):
    request = asked(fields=FIELDS)

    assert answers_of(request) == {**everything("PENDING"), "blood_type": "UNUSED"}
    with pytest.raises(services.FieldUnused, match="blood_type"):
        services.answer(request.pk, everything(YES, *FIELDS), by=police, at=NOW)
    services.answer(request.pk, everything(YES), by=police, at=NOW)
    assert Grant.objects.get().fields == list(READ)
    assert actions(request) == ["requested", "unused", "answered", "granted"]


def test_a_request_for_nothing_the_item_reads_is_refused_with_what_it_does_read():
    with pytest.raises(services.OverAsked) as caught:
        asked(fields=["blood_type"])

    assert caught.value.fields["reads"] == list(READ)
    assert "户籍所在地、出生日期、犯罪记录" in caught.value.detail
    assert not GrantRequest.objects.exists()


def test_what_stands_on_the_face_of_the_licence_is_read_too(monkeypatch):
    licence = lineage.Node("licence_type", "001")
    face = [
        lineage.Edge(city.ITEM, licence),
        lineage.Edge(lineage.Node("fact", "person.blood_type", "血型"), licence),
    ]
    monkeypatch.setattr(lineage, "_providers", {"test": lambda: [*city.edges(), *face]})

    assert answers_of(asked(fields=FIELDS)) == everything("PENDING", *FIELDS)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"fields": []}, "fields"),
        ({"fields": ["income"]}, "fields"),
        ({"fields": ["\x00" * 500]}, "fields"),
        ({"dataset": "nowhere"}, "dataset"),
        ({"dataset": "\x00"}, "dataset"),
        ({"item": "no-such-item"}, "item"),
        ({"kind": "POLICY"}, "item"),
        ({"kind": "nonsense"}, "item"),
        ({"purpose": "查"}, "purpose"),
        ({"purpose": "查" * 301}, "purpose"),
        ({"purpose": "核验落户\x00条件"}, "purpose"),
        ({"basis_kind": "BECAUSE"}, "basis_kind"),
        ({"valid_from": TODAY - timedelta(days=1)}, "valid_from"),
        ({"valid_until": TODAY}, "valid_until"),
        ({"valid_from": date(2027, 5, 1), "valid_until": date(2027, 4, 1)}, "valid_until"),
        ({"limit_per_day": 0}, "limit_per_day"),
        ({"limit_per_minute": 10**12}, "limit_per_minute"),
        ({"submission": ""}, "submission"),
        ({"submission": "x" * 65}, "submission"),
        ({"kind": "LEGAL", "item": "Tax Check", "legal_ground": "《税收征收管理法》第六条"}, "item"),
        ({"kind": "LEGAL", "item": "tax-check"}, "legal_ground"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place_and_nothing_is_kept(changes, place):
    with pytest.raises(services.BadRequest) as caught:
        asked(**changes)

    assert place in caught.value.fields["errors"]
    assert not GrantRequest.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [({"status": "DRAFT"}, "草稿"), ({"status": "RETIRED"}, "已停用"), ({"sharing": "WITHHELD"}, "不予共享")],
)
def test_what_is_not_published_or_not_shared_cannot_be_asked_for(change, words):
    Dataset.objects.update(**change)

    with pytest.raises(services.Withheld, match=words):
        asked()


def test_an_auditor_asks_for_nothing():
    with pytest.raises(services.NotYourDesk):
        asked(by=desk(Post.Role.AUDITOR))


def test_another_duty_than_an_item_cannot_borrow_an_items_name():
    request = asked(kind="LEGAL", item="reception", legal_ground="《户口登记条例》第三条", fields=FIELDS)

    assert request.item == "legal:reception"
    assert set(answers_of(request).values()) == {"PENDING"}


def test_the_same_submission_twice_makes_one_request_and_another_for_the_same_purpose_waits_its_turn():
    by = desk()
    first, again = asked(by=by), asked(by=by)

    assert first == again
    with pytest.raises(services.AlreadyAsked):
        asked(by=by, submission="s2")
    with pytest.raises(services.SubmissionUsed):
        asked(by=by, kind="LEGAL", item="other", legal_ground="《户口登记条例》")
    assert GrantRequest.objects.count() == 1


def test_what_is_shared_unconditionally_is_granted_at_once_and_recorded_all_the_same():
    Dataset.objects.update(sharing="UNCONDITIONAL")

    request = asked(fields=FIELDS)

    assert request.state == State.GRANTED
    assert request.due_on is None
    assert request.flow_due_on == date(2026, 12, 23)
    assert Grant.objects.get().fields == list(READ)
    assert actions(request) == ["requested", "unused", "unconditional", "granted"]


def test_what_is_unconditional_is_so_for_every_lawful_duty():
    Dataset.objects.update(sharing="UNCONDITIONAL")

    request = asked(kind="LEGAL", item="census", legal_ground="《统计法》第七条", fields=FIELDS)

    assert request.state == State.GRANTED
    assert Grant.objects.get().fields == list(FIELDS)


def test_a_field_that_is_stricter_than_its_dataset_waits_while_the_others_flow(police):
    Dataset.objects.all().delete()
    city.dataset("UNCONDITIONAL", convicted="CONDITIONAL")

    request = asked()

    assert request.state == State.WAITING
    assert Grant.objects.get().fields == ["household", "birth_date"]
    services.answer(request.pk, {"convicted": YES}, by=police, at=NOW)
    assert Grant.objects.get().fields == list(READ)


# --- answering


def test_the_owner_answers_each_field_and_a_refusal_names_its_law(police):
    request = asked()
    with pytest.raises(services.BadRequest, match="convicted"):
        services.answer(request.pk, {**everything(YES), "convicted": Said(False)}, by=police, at=NOW)
    with pytest.raises(services.BadRequest, match="birth_date"):
        services.answer(request.pk, {"household": YES}, by=police, at=NOW)
    with pytest.raises(services.BadRequest, match="income"):
        services.answer(request.pk, {**everything(YES), "income": YES}, by=police, at=NOW)
    assert set(answers_of(request).values()) == {"PENDING"}

    request = services.answer(request.pk, {**everything(YES), "convicted": NO}, by=police, at=NOW)

    grant = Grant.objects.get()
    assert (request.state, grant.fields, grant.request) == (State.GRANTED, ["household", "birth_date"], request)
    with pytest.raises(services.WrongRequestState):
        services.answer(request.pk, everything(YES), by=police, at=NOW)


def test_nobody_answers_what_is_not_his_to_answer(police, bureau):
    by = desk()
    request = asked(by=by)

    for other, error in (
        (by, services.OwnRequest),
        (desk(), services.OwnRequest),
        (desk(Post.Role.AUDITOR, parties.DATA_BUREAU), services.NotYourDesk),
        (bureau, services.NotYourDesk),
        (desk(code=parties.DATA_BUREAU), services.NoSuchRequest),
    ):
        with pytest.raises(error):
            services.answer(request.pk, everything(YES), by=other, at=NOW)
    assert not Grant.objects.exists()


def test_a_steward_does_not_decide_on_his_own_request(police):
    steward = desk(STEWARD, parties.DATA_BUREAU)
    request = asked(by=steward)
    services.answer(request.pk, everything(NO), by=police, at=NOW)
    services.dispute(request.pk, words="没有这些字段无法核验", by=steward, at=NOW)

    with pytest.raises(services.OwnRequest):
        services.arbitrate(request.pk, everything(YES), words="需要", by=steward, at=NOW)

    other = desk(STEWARD, parties.DATA_BUREAU)
    services.arbitrate(request.pk, everything(YES), words="法定职责需要", by=other, at=NOW)
    assert Grant.objects.get().fields == list(READ)


def test_what_an_agency_asks_of_itself_goes_to_the_bureau(police, bureau):
    request = asked(by=police)

    assert request.state == State.DISPUTED
    with pytest.raises(services.OwnRequest):
        services.answer(request.pk, everything(YES), by=desk(code=parties.POLICE), at=NOW)
    services.arbitrate(request.pk, everything(YES), words="本部门业务需要", by=bureau, at=NOW)
    assert Grant.objects.get().grantee_id == parties.POLICE


def test_a_refusal_is_disputed_and_the_bureau_decides_field_by_field(police, bureau):
    by = desk()
    request = asked(by=by)
    with pytest.raises(services.WrongRequestState):
        services.dispute(request.pk, words="还没有答复", by=by, at=NOW)
    services.answer(request.pk, {**everything(NO), "household": YES}, by=police, at=NOW)
    with pytest.raises(services.WrongRequestState):
        services.arbitrate(request.pk, everything(YES), words="没有争议", by=bureau, at=NOW)
    request = services.dispute(request.pk, words="规则第一条要用出生日期", by=by, at=NOW)
    assert (request.state, request.due_on) == (State.DISPUTED, date(2026, 12, 9))

    services.arbitrate(request.pk, {"birth_date": YES, "convicted": NO}, words="出生日期应当共享", by=bureau, at=NOW)

    assert Grant.objects.get().fields == ["household", "birth_date"]
    with pytest.raises(services.WrongRequestState):  # decided is decided
        services.dispute(request.pk, words="再来一次", by=by, at=NOW)


def test_a_request_is_withdrawn_until_it_is_answered(police):
    by = desk()
    request = asked(by=by)
    with pytest.raises(services.NotYourDesk):
        services.withdraw(request.pk, by=police, at=NOW)

    assert services.withdraw(request.pk, by=by, at=NOW).state == State.WITHDRAWN

    with pytest.raises(services.WrongRequestState):
        services.withdraw(request.pk, by=by, at=NOW)
    with pytest.raises(services.WrongRequestState):
        services.answer(request.pk, everything(YES), by=police, at=NOW)
    assert asked(by=by, submission="s2").state == State.WAITING


def test_a_request_whose_period_is_over_is_not_granted_any_more(police):
    request = asked(valid_until=TODAY + timedelta(days=3))

    with pytest.raises(services.WrongRequestState, match="重新申请"):
        services.answer(request.pk, everything(YES), by=police, at=NOW + timedelta(days=3))


def test_no_step_is_ever_changed_or_dropped():
    asked()

    for change in (lambda: GrantStep.objects.update(words="改过"), lambda: GrantStep.objects.all().delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


# --- deadlines


def test_the_deadlines_of_the_regulation_count_working_days():
    asked_on = date(2025, 9, 26)

    assert deadlines.due("unconditional-answer", after=asked_on) == date(2025, 9, 28)  # a Sunday that is worked
    assert deadlines.due("conditional-answer", after=asked_on) == date(2025, 10, 16)
    assert deadlines.due("data-flow", after=date(2025, 10, 16)) == date(2025, 11, 13)
    with pytest.raises(deadlines.NoDeadline, match="conditional-answer"):
        deadlines.due("conditional-answer", after=date(2025, 7, 31))


def test_a_city_may_have_a_table_of_its_own(settings, tmp_path):
    own = tmp_path / "own.yaml"
    row = "- {code: conditional-answer, title: 答复, working_days: 5, from: 2026-01-01, source: 本市办法}"
    own.write_text(row, encoding="utf-8")
    settings.YIMEN_SHARING_DEADLINES = str(own)

    assert asked().due_on == date(2026, 12, 2)
    assert deadlines.deadline("data-flow", on=TODAY).working_days == 20


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "无法读取"),
        ("a: 1", "列表"),
        ("[1]", "第 1 项"),
        ("- {code: x}", "title"),
        ("- {code: x, title: y, working_days: 0, from: 2026-01-01, source: z}", "working_days"),
    ],
)
def test_a_table_that_makes_no_sense_is_named(settings, tmp_path, text, words):
    own = tmp_path / "own.yaml"
    own.write_text(text, encoding="utf-8")
    settings.YIMEN_SHARING_DEADLINES = str(own)

    with pytest.raises(SettingError, match=words):
        deadlines.every()


def test_the_bureau_extends_the_time_once(bureau, police):
    request = asked()
    assert request.due_on == date(2026, 12, 9)
    with pytest.raises(services.NotYourDesk):
        services.extend(request.pk, words="数据在整理", by=police, at=NOW)

    assert services.extend(request.pk, words="数据在整理", by=bureau, at=NOW).due_on == date(2026, 12, 23)

    with pytest.raises(services.WrongRequestState):
        services.extend(request.pk, words="还要", by=bureau, at=NOW)


def test_an_overdue_request_is_a_task_of_the_owner_then_of_the_bureau(police, bureau):
    request = asked()

    def chase(day):
        return chasing.chase(on=day, at=NOW, bureau=parties.DATA_BUREAU)

    assert chase(date(2026, 12, 9)) == 0  # the last day is not over
    assert chase(date(2026, 12, 10)) == 1
    assert chase(date(2026, 12, 10)) == 0
    first = Task.objects.get()
    assert (first.agency_id, first.due_on) == (parties.POLICE, date(2026, 12, 14))

    assert chase(date(2026, 12, 15)) == 1
    assert chase(date(2026, 12, 15)) == 0
    first.refresh_from_db()
    second = Task.objects.exclude(pk=first.pk).get()
    assert (first.status, second.agency_id) == (Task.Status.CLOSED, parties.DATA_BUREAU)
    services.arbitrate(request.pk, everything(YES), words="提供部门逾期未答复", by=bureau, at=NOW)
    second.refresh_from_db()
    assert second.status == Task.Status.CLOSED
    assert Grant.objects.get().fields == list(READ)


def test_an_answer_after_the_day_closes_the_task_even_where_somebody_closed_it_before(police):
    request = asked()
    chasing.chase(on=date(2026, 12, 10), at=NOW, bureau=None)
    Task.objects.update(status="CLOSED", closed_at=NOW)

    services.answer(request.pk, everything(YES), by=police, at=NOW)

    assert Grant.objects.exists()


def test_a_grant_that_expires_says_so_on_its_time_line_once(police):
    request = asked(valid_until=TODAY + timedelta(days=9))
    services.answer(request.pk, everything(YES), by=police, at=NOW)
    later = NOW + timedelta(days=9)

    assert chasing.expire(on=TODAY + timedelta(days=8), at=NOW + timedelta(days=8)) == 0
    assert chasing.expire(on=TODAY + timedelta(days=9), at=later) == 1
    assert chasing.expire(on=TODAY + timedelta(days=10), at=later) == 0


# --- suspending, resuming, revoking


@pytest.fixture
def grant(police):
    services.answer(asked().pk, everything(YES), by=police, at=NOW)
    return Grant.objects.get()


def test_a_grant_is_suspended_resumed_and_revoked_with_reasons(grant, police, bureau):
    with pytest.raises(services.BadRequest):
        services.suspend(grant.pk, reason=" ", by=police, at=NOW)
    with pytest.raises(services.WrongGrantState):
        services.resume(grant.pk, reason="误会", by=police, at=NOW)

    services.suspend(grant.pk, reason="发现异常调用", by=bureau, at=NOW)
    with pytest.raises(services.NotYourDesk):  # the bureau's word is not the owner's to take back
        services.resume(grant.pk, reason="没有异常", by=police, at=NOW)
    services.resume(grant.pk, reason="已经查清", by=bureau, at=NOW)
    services.revoke(grant.pk, reason="事项已取消", by=police, at=NOW)

    with pytest.raises(services.WrongGrantState):
        services.resume(grant.pk, reason="再用", by=bureau, at=NOW)
    with pytest.raises(services.WrongGrantState):
        services.revoke(grant.pk, reason="再撤", by=bureau, at=NOW)
    assert [one.action for one in grant.steps.all()] == ["granted", "suspended", "resumed", "revoked"]


def test_who_has_no_part_in_a_grant_does_not_find_it_and_an_auditor_changes_nothing(grant):
    with pytest.raises(services.NoSuchGrant):
        services.revoke(grant.pk, reason="不要", by=desk(code=parties.DATA_BUREAU), at=NOW)
    for verb in (services.suspend, services.resume, services.revoke):
        with pytest.raises(services.NotYourDesk):
            verb(grant.pk, reason="不要", by=desk(Post.Role.AUDITOR), at=NOW)


def test_the_grantee_gives_back_what_it_needs_no_more_but_suspends_nothing(grant):
    with pytest.raises(services.NotYourDesk):
        services.suspend(grant.pk, reason="休息", by=desk(), at=NOW)

    assert services.revoke(grant.pk, reason="不再需要", by=desk(), at=NOW).status == Grant.Status.REVOKED


def test_what_was_revoked_no_content_pack_begins_again():
    stated = services.put_grant(stated_grant())
    services.revoke(stated.pk, reason="停用", by=desk(STEWARD, parties.DATA_BUREAU), at=NOW)

    services.put_grant(stated_grant())

    stated.refresh_from_db()
    assert stated.status == Grant.Status.REVOKED


def test_a_content_pack_neither_ends_nor_changes_what_was_given_on_request(grant):
    services.end_grants_but("population", keep=set(), on=TODAY + timedelta(days=30))
    services.put_grant(replace(stated_grant(), fields=("household",)))

    grant.refresh_from_db()
    assert (grant.fields, grant.valid_until) == (list(READ), TODAY + timedelta(days=365))
    assert Grant.objects.count() == 2


def stated_grant():
    return GrantDefinition("population", parties.HR, "reception", READ, "办法", date(2026, 1, 1))


# --- at the same time


@pytest.mark.django_db(transaction=True)
def test_of_many_equal_submissions_at_once_one_request_is_made():
    by = desk()
    made, errors = at_once(lambda: asked(by=by).pk, 8)

    assert errors == []
    assert len(set(made)) == GrantRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts():
    request, officers = asked(), [desk(code=parties.POLICE), desk(code=parties.POLICE)]
    said = iter([everything(YES), everything(NO)])
    who = iter(officers)

    made, errors = at_once(lambda: services.answer(request.pk, next(said), by=next(who), at=NOW).state, 2)

    assert [type(error) for error in errors] == [services.WrongRequestState]
    assert GrantRequest.objects.get().state == made[0]
    assert Grant.objects.exists() == (made[0] == State.GRANTED)


def at_once(call, count):
    """Do it in so many threads at the same time; return what came back and what was raised."""
    gate, made, errors = threading.Barrier(count), [], []

    def work():
        try:
            gate.wait(10)
            made.append(call())
        except DomainError as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.ensure_connection()
    return made, errors


def test_the_nightly_job_chases_and_notes_what_expired(police, bureau):
    services.answer(asked(valid_until=TODAY + timedelta(days=5)).pk, everything(YES), by=police, at=NOW)
    waiting = asked(submission="s2", kind="LEGAL", item="check", legal_ground="《户口登记条例》第三条")

    jobs.chase(int((NOW + timedelta(days=30)).timestamp()))

    assert Grant.objects.get().steps.filter(action="expired").exists()
    waiting.refresh_from_db()
    assert waiting.task_id == Task.objects.get().pk
