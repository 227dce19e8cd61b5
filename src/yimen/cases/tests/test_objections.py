"""A wrong value: the person says so, the source corrects it in its own system, the person gets an answer."""

from datetime import date

import pytest

from yimen.cases import services
from yimen.cases.queries import CaseNotFound
from yimen.cases.tests.factories import NOW, OFFICER, World
from yimen.datasets import objections
from yimen.datasets.models import Objection
from yimen.datasets.services import SourceSilent, objecting
from yimen.ledger import queries as ledger
from yimen.parties import queries as parties_queries
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties
from yimen.tasks import errors, queries
from yimen.tasks import services as tasks
from yimen.tasks.models import Task

FACT = "person.graduated_on"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(settings):
    return World(settings)


@pytest.fixture
def applicant(world):
    return world.person()


def desk(role=Post.Role.DATA_OFFICER, code=parties.POLICE):
    parties.agency(code, code)
    return parties_queries.desk(parties.desk(role, code), on=NOW.date())


def draft_of(owner):
    case = services.start("reception", by=parties.acting(owner), at=NOW)
    services.prepare(case.pk, by=parties.acting(owner), at=NOW)
    return case


def objected(owner, *, words="毕业日期是 2025 年，写成了 2026 年", expected="2025-06-30"):
    case = draft_of(owner)
    value = services.value_as_applicant(case.pk, FACT, by=parties.acting(owner), at=NOW)
    by = parties.acting(owner).actor
    raised = objecting.raise_objection(value.disputed, words=words, expected=expected, by=by, at=NOW)
    return raised, Task.objects.get(reference=str(raised.pk))


def test_an_objection_names_the_value_and_opens_a_task_of_its_source_with_ten_working_days(world, applicant):
    case = draft_of(applicant)

    value = services.value_as_applicant(case.pk, FACT, by=parties.acting(applicant), at=NOW)
    raised, task = objected(applicant)

    assert (value.title, value.value) == ("毕业日期", "2026年6月30日")
    assert (raised.dataset_id, raised.field, raised.fact, raised.case_id) == (
        "education",
        "graduated_on",
        FACT,
        case.pk,
    )
    assert (task.kind, task.agency_id, task.due_on) == ("data.objection", parties.POLICE, date(2026, 12, 4))
    assert applicant.id_number not in str(raised.keys) + task.title + str(task.details)


def test_the_source_corrects_it_in_its_own_system_and_the_person_gets_the_answer(world, applicant):
    task = objected(applicant)[1]
    world.change(applicant, graduated_on="20250630")

    objecting.correct(task.pk, desk=desk(), at=NOW)

    row = objections.of_subject(applicant.pk)[0]
    task.refresh_from_db()
    assert (row.status, row.status_label, row.corrected) == ("CORRECTED", "已更正", "2025-06-30")
    assert task.status == "CLOSED"
    assert "2025" not in task.answer
    assert [one.action for one in task.steps.all()] == ["opened", "fixed", "closed"]


def test_said_to_be_corrected_and_not_it_stays_open_and_says_so(world, applicant):
    task = objected(applicant)[1]

    with pytest.raises(objecting.NotCorrected):
        objecting.correct(task.pk, desk=desk(), at=NOW)

    task.refresh_from_db()
    assert task.status == "OPEN"
    assert "与提出异议时相同" in task.steps.last().words
    assert objections.of_subject(applicant.pk)[0].status == "OPEN"


def test_nonsense_in_place_of_the_value_is_no_correction(world, applicant):
    task = objected(applicant)[1]
    world.change(applicant, graduated_on="20250231")

    with pytest.raises(objecting.NotCorrected):
        objecting.correct(task.pk, desk=desk(), at=NOW)

    assert "日期不存在" in Task.objects.get(pk=task.pk).steps.last().words


def test_each_look_at_the_source_leaves_a_row_the_person_can_see(world, applicant):
    task = objected(applicant)[1]
    before = len(ledger.reads_of(applicant.pk))
    officer = desk()

    value = objecting.open_value(task.pk, desk=officer, at=NOW)
    world.change(applicant, graduated_on="20250630")
    objecting.correct(task.pk, desk=officer, at=NOW)

    rows = ledger.reads_of(applicant.pk)
    assert value.text == "2026-06-30"
    assert len(rows) == before + 2
    assert {row.purpose for row in rows[:2]} == {"办理“核实数据异议”"}
    assert rows[0].actor == officer.actor.label


def test_the_source_may_answer_that_it_is_right_with_a_reason(world, applicant):
    task = objected(applicant)[1]

    with pytest.raises(objecting.WordsMissing):
        objecting.confirm(task.pk, reason=" \0 ", desk=desk(), at=NOW)
    objecting.confirm(task.pk, reason="与学校报送的名册一致", desk=desk(), at=NOW)

    row = objections.of_subject(applicant.pk)[0]
    assert (row.status_label, row.answer) == ("核实无误", "与学校报送的名册一致")
    with pytest.raises(errors.TaskClosed):
        objecting.correct(task.pk, desk=desk(), at=NOW)


def test_a_silent_source_leaves_the_objection_open(world, applicant):
    task = objected(applicant)[1]
    world.silence("education")

    with pytest.raises(SourceSilent):
        objecting.correct(task.pk, desk=desk(), at=NOW)

    assert Objection.objects.get().status == "OPEN"
    world.wake("education")
    world.change(applicant, graduated_on="20250630")
    objecting.correct(task.pk, desk=desk(), at=NOW)
    assert Objection.objects.get().status == "CORRECTED"


@pytest.mark.parametrize(
    ("role", "code", "error"),
    [
        (Post.Role.DATA_OFFICER, parties.HR, errors.TaskNotFound),
        (Post.Role.DATA_STEWARD, parties.DATA_BUREAU, errors.NotYourTask),
        (Post.Role.AUDITOR, parties.DATA_BUREAU, errors.NotYourTask),
    ],
)
def test_nobody_but_the_source_opens_corrects_or_answers(world, applicant, role, code, error):
    task = objected(applicant)[1]
    other = desk(role, code)

    for act in (
        lambda: objecting.open_value(task.pk, desk=other, at=NOW),
        lambda: objecting.correct(task.pk, desk=other, at=NOW),
        lambda: objecting.confirm(task.pk, reason="与名册一致", desk=other, at=NOW),
    ):
        with pytest.raises(error):
            act()
    assert Objection.objects.get().status == "OPEN"


@pytest.mark.parametrize(
    ("words", "expected"), [("", ""), ("\0\0\0\0", ""), ("错", ""), ("错" * 1001, ""), ("写错了一年", "x" * 201)]
)
def test_an_objection_without_a_reason_or_too_long_is_refused(world, applicant, words, expected):
    with pytest.raises(objecting.WordsMissing):
        objected(applicant, words=words, expected=expected)

    assert (Objection.objects.count(), Task.objects.count()) == (0, 0)


def test_there_is_one_open_objection_to_a_value(world, applicant):
    objected(applicant)

    with pytest.raises(objecting.ObjectionOpen):
        objected(applicant)

    assert (Objection.objects.count(), Task.objects.count()) == (1, 1)


def test_after_an_answer_one_may_object_again(world, applicant):
    task = objected(applicant)[1]
    objecting.confirm(task.pk, reason="与学校报送的名册一致", desk=desk(), at=NOW)

    objected(applicant)

    assert [row.status for row in objections.of_subject(applicant.pk)] in (["OPEN", "CONFIRMED"], ["CONFIRMED", "OPEN"])


def test_nobody_objects_to_what_is_not_theirs_or_to_their_own_answers(world, applicant):
    case = draft_of(applicant)

    with pytest.raises(CaseNotFound):
        services.value_as_applicant(case.pk, FACT, by=parties.acting(world.person()), at=NOW)
    for fact in ("person.fit", "application.date", "nothing.at_all", "person.convicted\0"):
        with pytest.raises(services.FactNotThere):
            services.value_as_applicant(case.pk, fact, by=parties.acting(applicant), at=NOW)


def test_an_officer_may_object_for_the_case_on_their_desk(world, applicant):
    case = draft_of(applicant)
    answers = {"person.fit": "true", "application.settle": "collective"}
    services.submit(case.pk, answers, by=parties.acting(applicant), at=NOW)

    value = services.value_as_officer(case.pk, FACT, by=OFFICER, at=NOW)
    objecting.raise_objection(
        value.disputed, words="与毕业证原件不一致", expected="", by=OFFICER, at=NOW, is_by_officer=True
    )

    assert objections.of_subject(applicant.pk)[0].raised_by == OFFICER.label
    with pytest.raises(CaseNotFound):
        services.value_as_officer(case.pk, FACT, by=world.officer_elsewhere(), at=NOW)


def test_what_the_source_has_no_value_of_can_be_objected_to_as_missing(world):
    owner = world.person(graduated_on=None)
    task = objected(owner, words="我已经毕业，没有记录")[1]
    world.change(owner, graduated_on="20260630")

    objecting.correct(task.pk, desk=desk(), at=NOW)

    assert objections.of_subject(owner.pk)[0].corrected == "2026-06-30"


def test_from_the_list_of_reads_the_value_is_asked_anew(world, applicant):
    keys = {}
    by = parties.acting(applicant).actor

    disputed = objecting.look_up("education", "graduated_on", subject=applicant, keys=keys, by=by, at=NOW)
    objecting.raise_objection(disputed, words="毕业日期写错了", expected="", by=by, at=NOW)

    assert objecting.said(disputed.value) == "2026-06-30"
    with pytest.raises(objecting.SourceNotObjectable):
        objecting.look_up("cases", "graduated_on", subject=applicant, keys=keys, by=by, at=NOW)


def test_the_desk_of_the_source_sees_it_masked_and_others_see_no_words(world, applicant):
    task = objected(applicant)[1]

    own = objections.of_desk(desk(), queries.one(desk(), task.pk, on=NOW.date()))
    steward = desk(Post.Role.DATA_STEWARD, parties.DATA_BUREAU)
    seen = objections.of_desk(steward, queries.one(steward, task.pk, on=NOW.date()))

    assert applicant.name not in str(own)
    assert applicant.id_number not in str(own)
    assert (own.expected, seen.expected, seen.words) == ("2025-06-30", "", "")
    assert tasks.escalate_late(by=steward.actor, at=NOW, on=date(2026, 12, 31)) == 1
