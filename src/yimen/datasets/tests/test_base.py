"""Base libraries: one record a person, whose word counts, where sources differ, and who may open a record."""

from datetime import UTC, date, datetime, timedelta

import pytest

from yimen.datasets import base_queries, services
from yimen.datasets.base import AttributeDefinition, LibraryDefinition
from yimen.datasets.logic import FieldDefinition
from yimen.datasets.services import base
from yimen.datasets.tests.factories import TAKER, memory_dataset
from yimen.ledger.models import Entry
from yimen.parties import queries as parties_queries
from yimen.parties.models import Person, Post
from yimen.parties.tests import factories as parties
from yimen.tasks import services as tasks
from yimen.tasks.models import Task

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db
NAME = FieldDefinition("name", "姓名", "string", "xm")
ALIVE = FieldDefinition("alive", "是否在世", "boolean", "swbs", {"0": "true", "1": "false"})
ACCOUNT = FieldDefinition("bank_account", "银行账户", "string", "yhzh", level=3)
SECRET = FieldDefinition("disease", "疾病", "string", "jb", level=4)
LISTED = FieldDefinition("poor", "脱贫人口", "boolean", "tp", {"是": "true"}, when_absent="false")


def library(**attributes):
    rows = tuple(AttributeDefinition(name, tuple(sources)) for name, sources in attributes.items())
    return base.put_library(LibraryDefinition("population", "人口基础库", "person", parties.HR, rows))


@pytest.fixture
def city(settings, tmp_path):
    """Three people the police know; the funeral service knows two of them, and one the police do not."""
    settings.YIMEN_LAKE = str(tmp_path / "lake")
    people = [parties.id_number() for _ in range(4)]
    one, two, three, four = people
    police = {
        one: {"xm": "陈晓雯", "swbs": "0", "yhzh": "6222000011112222"},
        two: {"xm": "黄丽娟", "swbs": "0"},
        three: {"xm": "欧阳修", "swbs": "9"},
    }
    memory_dataset(settings, "police", police, NAME, ALIVE, ACCOUNT, SECRET)
    memory_dataset(settings, "funeral", {one: {"swbs": "0"}, two: {"swbs": "1"}, four: {"swbs": "1"}}, ALIVE)
    library(name=["police.name"], alive=["police.alive", "funeral.alive"], account=["police.bank_account"])
    return people


def built(at=NOW):
    base.take_all("population", by=TAKER, at=at)
    return base.build("population", by=TAKER, at=at)


def desk(role=Post.Role.DATA_OFFICER, code=parties.HR):
    return parties_queries.desk(parties.desk(role, code), on=date(2026, 11, 22))


def opened(number, by=None, reason="核对人口库数据"):
    return services.open_base_record("population", number=number, reason=reason, by=by or desk(), at=NOW)


def test_everybody_any_source_knows_has_one_record_with_the_first_source_that_knows(city):
    found = built()

    assert found.records == 4
    assert {(one.attribute, one.dataset): (one.known, one.chosen) for one in found.coverage} == {
        ("name", "police"): (3, 3),
        ("alive", "police"): (2, 2),
        ("alive", "funeral"): (3, 1),
        ("account", "police"): (1, 1),
    }


def test_sources_that_differ_become_one_task_with_a_count_and_masked_examples(city):
    (conflict,) = built().conflicts
    built(at=NOW + timedelta(days=1))

    task = Task.objects.get()
    assert (conflict.count, task.kind, task.reference) == (1, "base.conflict", "population/alive/police/funeral")
    assert task.title == "人口基础库：是否在世，资源police与资源funeral有 1 条不一致"
    assert task.details["count"] == 1
    ((number, first, second),) = task.details["examples"]
    assert (first, second) == ("是", "否")
    assert number == f"{city[1][:3]}***********{city[1][-4:]}"


def test_a_conflict_that_is_gone_closes_its_task_and_one_said_to_be_mended_that_is_not_is_opened_anew(city, settings):
    built()
    tasks.fix(Task.objects.get().pk, by=TAKER, at=NOW, words="已更正")
    built(at=NOW + timedelta(days=1))
    reopened = Task.objects.get().status

    settings.YIMEN_SOURCES["funeral"].records[city[1]]["swbs"] = "0"
    built(at=NOW + timedelta(days=2))

    assert (reopened, Task.objects.get().status) == ("OPEN", "CLOSED")


def test_many_conflicts_make_one_task(city, settings):
    many = [parties.id_number(date(1990, 1, 1)) for _ in range(500)]
    memory_dataset(settings, "police", {one: {"swbs": "0"} for one in many}, NAME, ALIVE, ACCOUNT, SECRET)
    memory_dataset(settings, "funeral", {one: {"swbs": "1"} for one in many}, ALIVE)

    (conflict,) = built().conflicts

    assert conflict.count == len(many)
    assert len(Task.objects.get().details["examples"]) == 5


def test_a_value_that_cannot_be_believed_does_not_count(city):
    built()

    alive = {one.title: one for one in opened(city[2]).values}["是否在世"]

    assert (alive.text, alive.source) == ("—", "")


def test_whoever_is_not_on_a_roster_has_the_value_absence_means(city, settings):
    memory_dataset(settings, "poverty", {city[0]: {"tp": "是"}}, LISTED)
    library(name=["police.name"], poor=["poverty.poor"])

    built()

    said = {number: {one.title: one.text for one in opened(number).values}["脱贫人口"] for number in city[:3]}
    assert list(said.values()) == ["是", "否", "否"]


def test_opening_a_record_is_masked_by_level_and_told_to_whom_it_is_about(city):
    library(name=["police.name"], account=["police.bank_account"], disease=["police.disease"])
    built()
    Entry.objects.all()

    record = opened(city[0].lower())

    assert [(one.title, one.text) for one in record.values] == [
        ("姓名", "陈*雯"), ("银行账户", "6*************22"), ("疾病", "—"),
    ]  # fmt: skip
    row = Entry.objects.get(kind="READ")
    assert row.pk == record.entry
    assert (row.action, row.dataset, row.fields) == ("base.opened", "base.population", ["name", "account", "disease"])
    assert row.purpose == "核对人口库数据（查看人口基础库）"
    assert row.subject == Person.objects.get(number=city[0]).pk


def test_opening_a_record_shows_what_the_other_source_says(city):
    built()

    alive = {one.title: one for one in opened(city[1]).values}["是否在世"]

    assert (alive.text, alive.source, alive.is_in_conflict) == ("是", "资源police", True)
    assert alive.others == (("资源funeral", "否"),)


@pytest.mark.parametrize("reason", ["", "  ", "看", "x" * 201, "\0\0\0\0"])
def test_without_a_reason_nothing_is_opened(city, reason):
    built()

    with pytest.raises(services.NoReason):
        opened(city[0], reason=reason)
    assert not Entry.objects.filter(kind="READ").exists()


def test_no_other_agency_and_no_auditor_opens_a_record(city):
    built()
    parties.agency(parties.POLICE, "南山公安分局")

    for one in (desk(code=parties.POLICE), desk(Post.Role.AUDITOR)):
        with pytest.raises(services.NotYourLibrary):
            opened(city[0], by=one)
    assert base_queries.libraries(desk(code=parties.POLICE)) == []


def test_looking_for_somebody_who_is_not_there_is_recorded_where_we_know_them(city):
    built()
    known, unknown = parties.person(), parties.id_number()

    for number in (known.id_number, unknown, "x" * 500, "'; DROP TABLE built"):
        with pytest.raises(services.RecordNotFound):
            opened(number)

    assert list(Entry.objects.filter(kind="READ").values_list("subject", "result")) == [(known.pk, "ABSENT")]


def test_one_silent_department_keeps_no_other_from_being_taken(city, settings):
    settings.YIMEN_SOURCES["funeral"].trouble = "silent"

    told = base.take_all("population", by=TAKER, at=NOW)
    found = base.build("population", by=TAKER, at=NOW)

    assert told["police"] == ""
    assert told["funeral"].startswith("数据提供部门的系统暂未响应")
    assert found.records == 3
    (row,) = base_queries.libraries(desk())
    assert row.missing == ("资源funeral",)


def test_a_library_nothing_was_taken_for_says_so(city):
    with pytest.raises(base.NothingTaken):
        base.build("population", by=TAKER, at=NOW)
    (row,) = base_queries.libraries(desk())
    assert (row.built_at, row.records, row.coverage) == (None, 0, ())


def test_of_several_rows_about_somebody_the_newest_counts(settings, tmp_path):
    settings.YIMEN_LAKE = str(tmp_path / "lake")
    number = parties.id_number()
    stamped = {
        f"{number} ": {"xm": "旧名", "gxsj": datetime(2020, 1, 1, tzinfo=UTC)},
        number: {"xm": "新名", "gxsj": datetime(2026, 1, 1, tzinfo=UTC)},
    }
    memory_dataset(settings, "police", stamped, NAME, as_of="gxsj")
    library(name=["police.name"])

    found = built()

    (value,) = opened(number).values
    assert found.records == 1
    assert (value.text, value.as_of) == ("新*", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"key": "case"}, "key"),
        ({"attributes": ()}, "attributes"),
        ({"attributes": (AttributeDefinition("Name", ("a.b",)),)}, "属性名"),
        ({"attributes": (AttributeDefinition("name", ()),)}, "没有来源"),
        ({"attributes": (AttributeDefinition("name", ("police",)),)}, "资源.字段"),
    ],
)
def test_a_library_that_makes_no_sense_is_refused_with_a_remedy(change, problem):
    sound = {
        "code": "population", "title": "人口", "key": "person", "agency": parties.HR,
        "attributes": (AttributeDefinition("name", ("police.name",)),),
    }  # fmt: skip

    with pytest.raises(base.BadLibrary, match=problem):
        base.put_library(LibraryDefinition(**(sound | change)))
