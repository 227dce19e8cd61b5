"""Runs are kept whole or not at all; a rule below its threshold is a task until the table is clean."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yimen.core import locks
from yimen.core.errors import Invalid
from yimen.datasets.models import Dataset, DatasetField, QualityFinding, QualityRun
from yimen.datasets.quality import board, expressions
from yimen.datasets.services import SourceSilent, quality
from yimen.ledger import services as ledger
from yimen.parties import queries as parties_queries
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties
from yimen.tasks import errors, queries
from yimen.tasks import services as tasks
from yimen.tasks.models import Task

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
ON = date(2026, 11, 25)
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Lake:
    """Gives a table as a batch exchange would: a Parquet file, and the row in the ledger first."""

    folder: Path
    rows: dict[str, list[object]]
    trouble: Exception | None = None

    def take(self, code, *, fields, purpose, actor, grantee, at):
        entry = ledger.record_read(
            actor=actor, subject=UUID(int=0), dataset=code, fields=fields, purpose=purpose, result="OK", at=at
        )
        if self.trouble:
            raise self.trouble
        path = self.folder / f"{code}-{entry}.parquet"
        kinds = {"born": pa.date32()}
        pq.write_table(
            pa.table({name: pa.array(self.rows[name], kinds.get(name, pa.string())) for name in fields}), path
        )
        return Taken(path, entry)


@dataclass
class Taken:
    path: Path
    entry: int


def put_dataset(code="people", agency=parties.HR, name="人口"):
    parties.agency(agency, "公安局" if agency == parties.POLICE else "市人力资源保障局")
    dataset = Dataset.objects.create(
        code=code, title=name, agency_id=agency, sharing="CONDITIONAL", source_kind="memory", connection=code
    )
    for field, title, kind, more in (
        ("number", "编号", "string", {"is_key": True, "is_required": True}),
        ("name", "姓名", "string", {"is_required": True, "length": 4}),
        ("born", "出生日期", "date", {}),
    ):
        DatasetField.objects.create(dataset=dataset, name=field, title=title, type=kind, source_name=field, **more)
    return dataset


@pytest.fixture
def lake(tmp_path):
    put_dataset()
    rows = {
        "number": [f"C{n:06d}" for n in range(100)],
        "name": ["陈晓雯"] * 95 + [None] * 5,
        "born": [date(1990, 1, 1)] * 100,
    }
    return Lake(tmp_path, rows)


def desk(role=Post.Role.DATA_OFFICER, code=parties.HR):
    parties.agency(code, code)
    return parties_queries.desk(parties.desk(role, code), on=ON)


def run(lake, **options):
    return quality.run_quality("people", by=desk().actor, at=NOW, take=lake.take, **options)


def found(made):
    return {one.rule: one for one in made.findings.all()}


def test_a_run_keeps_scores_counts_and_masked_rows_with_the_ledger_row_it_stands_on(lake):
    made = run(lake)

    one = found(made)["name.required"]
    assert (made.status, made.rows, made.entry != "") == ("DONE", 100, True)
    assert (one.checked, one.failed, one.score, one.is_met) == (100, 5, 95.0, False)
    assert one.samples[0] == {"row": 96, "key": "*****95", "shape": "空", "reason": "没有值"}
    assert made.score == pytest.approx((100 + 95 + 100 + 100 + 100 + 100 * 2) / 7, abs=0.8)


def test_failed_rows_are_shown_even_where_the_threshold_passed(lake):
    lake.rows["name"] = ["陈晓雯"] * 99 + [""]
    lake.rows["name"][0] = "名字比四个字长"

    one = found(run(lake))["name.length"]

    assert (one.is_met, one.failed, len(one.samples)) == (True, 1, 1)


def test_a_rule_below_its_threshold_is_one_task_of_the_owner(lake):
    run(lake)
    run(lake)

    task = Task.objects.get()
    assert (task.kind, task.reference, task.agency_id) == ("quality.rule", "people/name.required", parties.HR)
    assert task.due_on == date(2026, 12, 9)
    assert "5 行不合格" in task.title


def test_said_mended_and_not_it_is_opened_anew_with_the_new_count_and_closed_only_when_clean(lake):
    officer = desk()
    run(lake)
    task = Task.objects.get()

    lake.rows["name"] = ["陈晓雯"] * 98 + [None] * 2
    again = quality.recheck(task.pk, desk=officer, words="补录了三行", at=NOW, take=lake.take)
    task.refresh_from_db()
    assert (task.status, [one.rule for one in again.findings.all()]) == ("OPEN", ["name.required"])
    assert "2 行不合格" in task.steps.last().words

    lake.rows["name"] = ["陈晓雯"] * 100
    quality.recheck(task.pk, desk=officer, words="全部补录", at=NOW + timedelta(1), take=lake.take)
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
    lake.trouble = SourceSilent("稍后再试。")

    with pytest.raises(SourceSilent):
        quality.recheck(Task.objects.get().pk, desk=officer, words="补录了", at=NOW, take=lake.take)

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
        quality.recheck(Task.objects.get().pk, desk=desk(role, code), words="补录了", at=NOW, take=lake.take)


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

    one = quality.try_rule("people", draft, desk=desk(), at=NOW, take=lake.take)

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
        quality.run_quality("nothing", by=desk().actor, at=NOW, take=lake.take)
    with pytest.raises(quality.RuleNotFound):
        run(lake, only="nothing")
    assert issubclass(expressions.BadExpression, Invalid)
