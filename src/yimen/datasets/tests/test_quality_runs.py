"""Runs are kept whole or not at all; a rule below its threshold is a task until the table is clean."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from yimen.core import locks
from yimen.core.errors import Invalid
from yimen.datasets import jobs
from yimen.datasets.models import Dataset, DatasetField, Grant, QualityFinding, QualityRun
from yimen.datasets.quality import board, expressions
from yimen.datasets.services import GrantMissing, SourceSilent, quality
from yimen.datasets.tests.factories import Department
from yimen.ledger.models import Entry
from yimen.parties import queries as parties_queries
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties
from yimen.tasks import errors, queries
from yimen.tasks import jobs as task_jobs
from yimen.tasks import services as tasks
from yimen.tasks.models import Task

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
ON = date(2026, 11, 25)
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Office:
    """A department with its table, by column."""

    department: Department
    rows: dict[str, list[object]]

    def save(self):
        names = [name for name in self.rows if name != "number"]
        columns = zip(self.rows["number"], *(self.rows[name] for name in names), strict=True)
        self.department.records = {key: dict(zip(names, values, strict=True)) for key, *values in columns}


def put_dataset(code="people", agency=parties.HR, name="人口"):
    parties.agency(agency, "公安局" if agency == parties.POLICE else "市人力资源保障局")
    dataset = Dataset.objects.create(
        code=code,
        title=name,
        agency_id=agency,
        sharing="CONDITIONAL",
        source_kind="memory",
        connection=code,
        settings={"relation": code, "key": "number"},
        keyed_by=["project.code"],
    )
    for field, title, kind, more in (
        ("number", "编号", "string", {"is_key": True, "is_required": True}),
        ("name", "姓名", "string", {"is_required": True, "length": 4}),
        ("born", "出生日期", "date", {}),
    ):
        DatasetField.objects.create(dataset=dataset, name=field, title=title, type=kind, source_name=field, **more)
    fields = ["number", "name", "born"]
    Grant.objects.create(
        dataset=dataset,
        grantee_id=agency,
        item="data-quality",
        fields=fields,
        basis="条例",
        valid_from=date(2026, 1, 1),
    )
    return dataset


@pytest.fixture
def lake(settings, tmp_path):
    settings.YIMEN_LAKE = str(tmp_path / "lake")
    department = Department()
    settings.YIMEN_SOURCES = {"people": department}
    put_dataset()
    rows = {
        "number": [f"C{n:06d}" for n in range(100)],
        "name": ["陈晓雯"] * 95 + [None] * 5,
        "born": ["1990-01-01"] * 100,
    }
    return Office(department, rows)


def desk(role=Post.Role.DATA_OFFICER, code=parties.HR):
    parties.agency(code, code)
    return parties_queries.desk(parties.desk(role, code), on=ON)


def run(lake, **options):
    lake.save()
    return quality.run_quality("people", by=desk().actor, at=NOW, **options)


def found(made):
    return {one.rule: one for one in made.findings.all()}


def test_a_run_keeps_scores_counts_and_masked_rows_with_the_ledger_row_it_stands_on(lake):
    made = run(lake)

    one = found(made)["name.required"]
    assert (made.status, made.rows, made.entry != "") == ("DONE", 100, True)
    assert (one.checked, one.failed, one.score, one.is_met) == (100, 5, 95.0, False)
    assert one.samples[0] == {"row": 96, "key": "*****95", "shape": "空", "reason": "没有值"}
    rules = {one.rule: (one.score, one.weight) for one in made.findings.all()}
    assert made.score == pytest.approx(
        sum(score * weight for score, weight in rules.values()) / sum(weight for _, weight in rules.values())
    )
    entry = Entry.objects.get(pk=made.entry)
    assert (entry.item, entry.dataset, entry.result) == ("data-quality", "people", "OK")


def test_without_a_grant_for_it_nothing_is_read_and_the_run_says_so(lake):
    Grant.objects.all().delete()

    with pytest.raises(GrantMissing):
        run(lake)

    assert QualityRun.objects.get().status == "FAILED"


def test_what_a_snapshot_could_not_believe_is_a_row_that_breaks_the_rule_of_its_type(lake):
    lake.rows["born"] = ["1990-02-30", "一九九零年"] + ["1990-01-01"] * 98

    one = found(run(lake))["born.type"]

    assert (one.checked, one.failed) == (100, 2)
    assert one.samples[0] == {"row": 1, "key": "*****00", "shape": "没有采信", "reason": "不是日期"}


def test_whose_record_it_is_is_checked_though_it_is_no_field(lake):
    Dataset.objects.update(keyed_by=["person"])
    DatasetField.objects.filter(name="born").update(element="birth_date")
    lake.rows["number"] = ["440399199001010015", "440399199001010016"] + [f"C{n:06d}" for n in range(98)]

    codes = found(run(lake))

    assert codes["key_person.resident_id"].failed == 100
    assert codes["born.id"].checked == 2


def test_failed_rows_are_shown_even_where_the_threshold_passed(lake):
    lake.rows["name"] = ["陈晓雯"] * 100
    lake.rows["name"][0] = "名字比四个字长"

    one = found(run(lake))["name.length"]

    assert (one.is_met, one.failed, len(one.samples)) == (True, 1, 1)


def test_a_rule_below_its_threshold_is_one_task_of_the_owner(lake):
    run(lake)
    run(lake)

    task = Task.objects.get()
    assert (task.kind, task.reference, task.agency_id) == ("quality.rule", "people/name.required", parties.HR)
    assert task.due_on == date(2026, 12, 9)
    assert "5 行不合格" in task.steps.get().words


def test_said_mended_and_not_it_is_opened_anew_with_the_new_count_and_closed_only_when_clean(lake):
    officer = desk()
    run(lake)
    task = Task.objects.get()

    lake.rows["name"] = ["陈晓雯"] * 98 + [None] * 2
    lake.save()
    again = quality.recheck(task.pk, desk=officer, words="补录了三行", at=NOW)
    task.refresh_from_db()
    assert (task.status, [one.rule for one in again.findings.all()]) == ("OPEN", ["name.required"])
    assert "2 行不合格" in task.steps.last().words

    lake.rows["name"] = ["陈晓雯"] * 100
    lake.save()
    quality.recheck(task.pk, desk=officer, words="全部补录", at=NOW + timedelta(1))
    task.refresh_from_db()
    assert task.status == "CLOSED"
    assert [one.action for one in task.steps.all()] == ["opened", "fixed", "reopened", "fixed", "closed"]


def test_a_run_of_one_rule_does_not_stand_for_the_dataset(lake):
    whole = run(lake)
    run(lake, only="name.length")

    assert board.newest("people") == whole


def test_a_source_that_does_not_answer_leaves_the_run_failed_and_the_task_said_to_be_mended(lake):
    officer = desk()
    run(lake)
    lake.department.trouble = "silent"

    with pytest.raises(SourceSilent):
        quality.recheck(Task.objects.get().pk, desk=officer, words="补录了", at=NOW)

    newest = QualityRun.objects.order_by("pk").filter(status="FAILED").get()
    assert "暂未响应" in newest.error
    assert Task.objects.get().status == "FIXED"


@pytest.mark.parametrize(
    ("role", "code", "error"),
    [
        (Post.Role.DATA_OFFICER, parties.POLICE, errors.TaskNotFound),
        (Post.Role.DATA_STEWARD, parties.DATA_BUREAU, errors.NotYourTask),
        (Post.Role.AUDITOR, parties.DATA_BUREAU, errors.NotYourTask),
    ],
)
def test_nobody_but_the_owner_says_that_it_is_mended(lake, role, code, error):
    run(lake)

    with pytest.raises(error):
        quality.recheck(Task.objects.get().pk, desk=desk(role, code), words="补录了", at=NOW)


def test_a_run_that_died_is_marked_and_one_that_goes_on_is_not(lake):
    dead = QualityRun.objects.create(dataset_id="people", source="批量取数", started_at=NOW, actor_label="x")

    assert quality.mark_died(at=NOW) == 1
    dead.refresh_from_db()
    assert (dead.status, dead.findings.count()) == ("DIED", 0)
    assert quality.mark_died(at=NOW) == 0


def test_a_lock_held_elsewhere_is_not_had(lake):
    with locks.attempted("quality.run", 1) as first:
        assert first is True


def test_a_written_rule_is_run_with_the_others_and_a_switched_off_one_is_not(lake):
    officer = desk()
    draft = quality.Draft("born-late", "出生不早于 1995 年", "born >= date '1995-01-01'")
    quality.write_rule("people", draft, desk=officer, at=NOW)
    quality.switch_rule("people", "name.required", is_active=False, desk=officer, at=NOW)

    codes = found(run(lake))

    assert codes["born-late"].failed == 100
    assert "name.required" not in codes


def test_a_rule_can_be_tried_before_it_is_kept(lake):
    draft = quality.Draft("c", "编号以 C0 开头", "starts_with(number, 'C00009')")

    lake.save()
    one = quality.try_rule("people", draft, desk=desk(), at=NOW)

    assert (one.checked, one.failed) == (100, 90)
    assert board.table("people").rules[-1].kind != "written"
    assert QualityFinding.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code": "大写"}, quality.BadRule),
        ({"code": "name.required"}, quality.RuleExists),
        ({"title": " "}, quality.BadRule),
        ({"title": "x" * 121}, quality.BadRule),
        ({"title": "x\0"}, quality.BadRule),
        ({"threshold": float("nan")}, quality.BadRule),
        ({"threshold": 101.0}, quality.BadRule),
        ({"weight": 0}, quality.BadRule),
        ({"dimension": "NICE"}, quality.BadRule),
        ({"expression": "born > 3"}, expressions.BadExpression),
        ({"expression": "born"}, expressions.BadExpression),
        ({"expression": "delete from people"}, expressions.BadExpression),
    ],
)
def test_a_rule_badly_written_is_refused_and_nothing_kept(lake, change, error):
    draft = quality.Draft(**{"code": "c", "title": "编号", "expression": "number <> ''", **change})

    with pytest.raises(error):
        quality.write_rule("people", draft, desk=desk(), at=NOW)

    assert Dataset.objects.get().quality_rules.count() == 0


def test_an_auditor_writes_no_rule_and_another_agency_finds_no_dataset(lake):
    draft = quality.Draft("c", "编号", "number <> ''")

    with pytest.raises(board.RulesNotYours):
        quality.write_rule("people", draft, desk=desk(Post.Role.AUDITOR, parties.DATA_BUREAU), at=NOW)
    with pytest.raises(board.DatasetNotFound):
        quality.write_rule("people", draft, desk=desk(code=parties.POLICE), at=NOW)


def test_the_board_shows_an_officer_their_own_and_a_steward_all(lake):
    put_dataset("other", parties.POLICE, "车辆")
    run(lake)

    own = board.scores(desk())
    all_of_them = board.scores(desk(Post.Role.DATA_STEWARD, parties.DATA_BUREAU))

    assert [row.code for row in own.rows] == ["people"]
    assert {row.code: row.score is None for row in all_of_them.rows} == {"people": False, "other": True}
    assert own.rows[0].below == 1


def test_a_written_rule_whose_field_is_gone_stops_no_run(lake):
    quality.write_rule("people", quality.Draft("c", "出生", "born is not null"), desk=desk(), at=NOW)
    DatasetField.objects.filter(name="born").delete()

    assert "c" not in found(run(lake))


def test_tasks_are_reminded_of_once_and_escalated_once(lake):
    run(lake)
    by, due = desk().actor, Task.objects.get().due_on

    assert tasks.remind_due(by=by, at=NOW, on=due - timedelta(days=10)) == 0
    assert [tasks.remind_due(by=by, at=NOW, on=due) for _ in range(2)] == [1, 0]
    assert tasks.escalate_late(by=by, at=NOW, on=due) == 0
    assert [tasks.escalate_late(by=by, at=NOW, on=due + timedelta(days=1)) for _ in range(2)] == [1, 0]
    row = queries.listing(desk(Post.Role.DATA_STEWARD, parties.DATA_BUREAU), on=due + timedelta(days=1))[0]
    assert (row.is_escalated, row.days_left) == (True, -1)


def test_a_dataset_that_is_not_there_is_not_found(lake):
    with pytest.raises(board.DatasetNotFound):
        quality.run_quality("nothing", by=desk().actor, at=NOW)
    with pytest.raises(quality.RuleNotFound):
        run(lake, only="nothing")
    assert issubclass(expressions.BadExpression, Invalid)


def test_every_night_what_there_is_a_grant_for_is_run_by_the_worker(lake):
    lake.save()
    put_dataset("away", parties.POLICE, "车辆")
    Grant.objects.filter(dataset_id="away").update(valid_until=ON)

    jobs.look_into_quality(timestamp=int(NOW.timestamp()))
    assert [(one.task_name, one.args) for one in ProcrastinateJob.objects.all()] == [
        ("datasets.quality_of", {"code": "people"})
    ]
    jobs.look_into_quality_of(code="people")

    made = QualityRun.objects.get()
    assert (made.status, made.actor_label) == ("DONE", "系统（数据质量检查）")


def test_a_department_that_is_away_at_night_is_asked_again_the_next(lake):
    lake.department.trouble = "silent"

    jobs.look_into_quality_of(code="people")

    assert QualityRun.objects.get().status == "FAILED"


def test_the_clock_reminds_and_escalates(lake):
    run(lake)
    task = Task.objects.get()

    for on in (task.due_on - timedelta(days=1), task.due_on + timedelta(days=1)):
        task_jobs.watch(timestamp=int(datetime(on.year, on.month, on.day, 4, tzinfo=UTC).timestamp()))

    assert [step.action for step in task.steps.all()] == ["opened", "reminded", "escalated"]


def test_what_a_data_element_lays_down_is_a_rule_of_the_field(lake):
    elements = {"number": "place.division", "name": "person.sex", "born": "person.birth-date"}
    for name, element in elements.items():
        DatasetField.objects.filter(name=name).update(element=element, length=None)
    lake.rows = {"number": ["440304", "44030A", "4403"], "name": ["1", "7", "2"], "born": ["1990-01-01"] * 3}

    codes = found(run(lake))

    assert {code: codes[code].failed for code in ("number.form", "name.list")} == {"number.form": 2, "name.list": 1}
    assert "不在今天之后" in codes["born.range"].title
    assert codes["name.list"].samples[0]["reason"] == "不在标准代码集中"


def test_a_name_may_be_as_long_as_its_data_element_says(lake):
    DatasetField.objects.filter(name="name").update(element="person.name", length=None)

    assert {one.title for one in run(lake).findings.all()} >= {"姓名不超过 100 个字"}
