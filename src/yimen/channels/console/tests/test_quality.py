"""The console's pages on quality and tasks: each post sees what it is for, and nothing written is lost."""

import re
from datetime import date

import pytest
from django.test import Client

from yimen.datasets.models import Dataset, DatasetField, Grant, QualityRun
from yimen.datasets.tests.factories import Department
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties
from yimen.tasks.models import Task

BACKEND = "yimen.config.backends.AccountBackend"
RULE = {
    "code": "name-short",
    "title": "姓名不超过三个字",
    "expression": "length(name) <= 3",
    "dimension": "NORMALITY",
    "threshold": "99",
    "weight": "1",
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def people(settings, tmp_path):
    """A register of fifty people, five of them without a name, and the owner's grant to look into it."""
    settings.YIMEN_LAKE = str(tmp_path / "lake")
    records = {parties.id_number(): {"name": None if n < 5 else "陈晓雯"} for n in range(50)}
    settings.YIMEN_SOURCES = {"people": Department(records=records)}
    parties.agency()
    parties.agency(parties.DATA_BUREAU, "市政务服务和数据管理局")
    dataset = Dataset.objects.create(
        code="people",
        title="人口基本信息",
        agency_id=parties.HR,
        sharing="CONDITIONAL",
        source_kind="memory",
        connection="people",
        settings={"relation": "people", "key": "sfz"},
    )
    DatasetField.objects.create(
        dataset=dataset, name="name", title="姓名", type="string", source_name="name", is_required=True, length=10
    )
    Grant.objects.create(
        dataset=dataset,
        grantee_id=parties.HR,
        item="data-quality",
        fields=["name"],
        basis="条例",
        valid_from=date(2020, 1, 1),
    )
    return dataset


def seat(role=Post.Role.DATA_OFFICER, code=parties.HR):
    client = Client()
    parties.agency(code, code)
    client.force_login(parties.desk(role, code), backend=BACKEND)
    return client


def text(answer):
    return answer.content.decode()


def test_an_officer_runs_the_rules_and_sees_what_failed_masked(people):
    officer = seat()

    made = officer.post("/console/quality/people/run", follow=True)

    assert made.redirect_chain == [(f"/console/quality/runs/{QualityRun.objects.get().pk}/", 303)]
    assert "<strong>5</strong> 行不合格，共检查 50 行" in text(made)
    assert not re.search(r"440399\d{12}", text(made))
    assert "人口基本信息" in text(officer.get("/console/quality/"))
    assert "不合格" in text(officer.get("/console/quality/people/"))


def test_the_owner_says_it_is_mended_and_it_is_closed_only_when_it_is(people, settings):
    officer = seat()
    officer.post("/console/quality/people/run")
    address = f"/console/tasks/{Task.objects.get().pk}/"

    assert "姓名不为空" in text(officer.get("/console/tasks/"))
    back = officer.post(f"{address}fixed", {"words": "补录了"}, follow=True)
    assert "复查仍有 5 行不合格" in text(back)

    for record in settings.YIMEN_SOURCES["people"].records.values():
        record["name"] = "陈晓雯"
    closed = officer.post(f"{address}fixed", {"words": "全部补录"}, follow=True)
    assert "复查 50 行，全部合格" in text(closed)
    assert "处理好了" not in text(closed)
    assert "已办结" in text(officer.get("/console/tasks/?closed=1"))


def test_a_source_that_is_away_is_told_on_the_page_and_the_words_are_kept(people, settings):
    officer = seat()
    officer.post("/console/quality/people/run")
    settings.YIMEN_SOURCES["people"].trouble = "silent"

    answer = officer.post(f"/console/tasks/{Task.objects.get().pk}/fixed", {"words": "补录了五行"})
    run = officer.post("/console/quality/people/run")

    assert answer.status_code == 503
    assert "补录了五行" in text(answer)
    assert run.status_code == 503
    assert "没有完成" in text(officer.get("/console/quality/people/"))


def test_without_a_grant_the_page_says_what_is_missing(people):
    Grant.objects.all().delete()

    answer = seat().post("/console/quality/people/run")

    assert answer.status_code == 403
    assert "授权" in text(answer)


def test_a_rule_is_tried_and_then_kept(people):
    officer = seat()

    tried = officer.post("/console/quality/people/rules/new", {**RULE, "do": "try"})
    assert "规则还没有保存" in text(tried)
    assert "length(name) &lt;= 3" in text(tried)
    assert Dataset.objects.get().quality_rules.count() == 0

    kept = officer.post("/console/quality/people/rules/new", {**RULE, "do": "save"}, follow=True)
    assert kept.redirect_chain == [("/console/quality/people/", 303)]
    assert "姓名不超过三个字" in text(kept)


@pytest.mark.parametrize(
    "change",
    [
        {"expression": "read_text('/etc/passwd') = name"},
        {"expression": "name = '\x00'"},
        {"expression": "x" * 5000},
        {"code": "中文"},
        {"title": ""},
        {"threshold": "nan"},
        {"threshold": "很高"},
        {"threshold": "1e999"},
        {"weight": "-1"},
        {"weight": "1.5"},
        {"dimension": "\x00"},
    ],
)
def test_a_rule_badly_written_is_told_and_what_was_typed_stays(people, change):
    answer = seat().post("/console/quality/people/rules/new", {**RULE, **change})

    assert answer.status_code == 422
    assert Dataset.objects.get().quality_rules.count() == 0
    if "title" not in change:
        assert RULE["title"] in text(answer)


def test_a_rule_is_switched_off_and_on_again(people):
    officer = seat()
    address = "/console/quality/people/rules/switch"

    off = officer.post(address, {"rule": "name.required", "active": "0"}, follow=True)
    assert "已停用" in text(off)
    on = officer.post(address, {"rule": "name.required", "active": "1"}, follow=True)
    assert "已停用" not in text(on)
    assert officer.post(address, {"rule": "nothing\x00"}).status_code == 404


def test_an_auditor_looks_and_changes_nothing(people):
    seat().post("/console/quality/people/run")
    auditor, task = seat(Post.Role.AUDITOR, parties.DATA_BUREAU), Task.objects.get()

    assert "立即检查" not in text(auditor.get("/console/quality/people/"))
    assert "已处理" not in text(auditor.get(f"/console/tasks/{task.pk}/"))
    for address, form in (
        ("/console/quality/people/run", {}),
        ("/console/quality/people/rules/new", RULE),
        ("/console/quality/people/rules/switch", {"rule": "name.required"}),
        (f"/console/tasks/{task.pk}/fixed", {"words": "x"}),
    ):
        assert auditor.post(address, form).status_code == 403
    assert (QualityRun.objects.count(), Task.objects.get().status) == (1, "OPEN")


def test_another_agencys_officer_finds_nothing(people):
    seat().post("/console/quality/people/run")
    other = seat(code=parties.POLICE)

    for address in (
        "/console/quality/people/",
        f"/console/quality/runs/{QualityRun.objects.get().pk}/",
        f"/console/tasks/{Task.objects.get().pk}/",
    ):
        assert other.get(address).status_code == 404
    assert "人口基本信息" not in text(other.get("/console/quality/")) + text(other.get("/console/tasks/"))


def test_the_board_costs_the_same_for_many_datasets(people, django_assert_max_num_queries):
    officer = seat()
    officer.post("/console/quality/people/run")
    for n in range(20):
        Dataset.objects.create(
            code=f"d{n}", title=f"资源{n}", agency_id=parties.HR, sharing="CONDITIONAL", source_kind="memory"
        )

    with django_assert_max_num_queries(14):
        officer.get("/console/quality/")
