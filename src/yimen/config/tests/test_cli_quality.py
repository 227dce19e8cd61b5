"""`yimen quality`: a file or a dataset is looked into, and the exit code says whether it is good enough."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from yimen.config.cli import app
from yimen.datasets.models import Dataset, DatasetField, Grant, QualityRun
from yimen.datasets.tests.factories import Department
from yimen.parties.tests import factories as parties

SCHEMA = """
fields:
  - {name: code, title: 编号, source_name: 编号, is_key: true, is_required: true}
  - {name: amount, title: 金额, source_name: 金额, type: number}
  - {name: kind, title: 类别, source_name: 类别, codes: ["1", "2"]}
rules:
  - {code: not-negative, title: 金额不为负, holds: amount >= 0, threshold: 60}
"""


def run(*arguments):
    return CliRunner().invoke(app, ["quality", *map(str, arguments)])


@pytest.fixture
def written(tmp_path):
    def write(rows, schema=SCHEMA, encoding="gb18030"):
        (tmp_path / "t.csv").write_bytes(("编号,金额,类别\r\n" + rows).encode(encoding))
        (tmp_path / "t.yaml").write_text(schema, encoding="utf-8")
        return "--file", tmp_path / "t.csv", "--schema", tmp_path / "t.yaml"

    return write


def test_a_good_file_gives_exit_code_zero(written):
    answer = run("run", *written("a,1,1\r\nb,2,2\r\n"))

    assert answer.exit_code == 0
    assert "得分 100.0" in answer.output


def test_a_file_below_its_threshold_gives_one_and_names_the_rows(written):
    answer = run("run", *written("a,1,1\r\na,x,3\r\nc,-1,2\r\nd\r\n"), "--json")

    said = json.loads(answer.output)
    rules = {one["rule"]: one for one in said["results"][0]["rules"]}
    assert (answer.exit_code, said["met"], said["results"][0]["ragged"]) == (1, False, 1)
    assert (rules["unique"]["failed"], rules["amount.type"]["failed"], rules["kind.code"]["failed"]) == (1, 1, 1)
    assert (rules["not-negative"]["failed"], rules["not-negative"]["met"]) == (1, False)
    assert rules["amount.type"]["samples"][0]["row"] == 2


@pytest.mark.parametrize(
    "schema",
    [
        "fields: 3",
        "[",
        "fields: [x]",
        "fields: [{name: 金额}]",
        "fields: [{name: a, type: text}]",
        "fields: [{name: a, length: -1}]",
        "fields: [{name: a}, {name: a}]",
        "fields: [{name: a, source_name: 没有}]",
        SCHEMA.replace("amount >= 0", "read_csv('/etc/passwd') = amount"),
        SCHEMA.replace("amount >= 0", "amount + 1"),
        SCHEMA.replace("threshold: 60", "threshold: 160"),
        SCHEMA.replace("code: not-negative", "code: unique"),
    ],
)
def test_a_description_that_makes_no_sense_is_refused_in_words(written, schema):
    answer = run("run", *written("a,1,1\r\n", schema), "--json")

    assert answer.exit_code == 1
    assert json.loads(answer.output)["detail"]


def test_a_file_that_is_no_table_is_refused_in_words(written, tmp_path):
    answer = run("run", *written(""), "--file", tmp_path / "t.yaml", "--json")

    assert (answer.exit_code, json.loads(answer.output)["type"]) == (1, "/problems/quality.unreadable-table")


@pytest.mark.parametrize("arguments", [[], ["people", "--all"], ["--file", "x.csv"]])
def test_what_is_asked_for_must_be_said_once(arguments):
    assert run("run", *arguments).exit_code == 2


@pytest.fixture
def people(settings, tmp_path):
    settings.YIMEN_LAKE = str(tmp_path / "lake")
    settings.YIMEN_SOURCES = {
        "people": Department(records={parties.id_number(): {"xm": n} for n in ("陈", "李", None)})
    }
    parties.agency()
    dataset = Dataset.objects.create(
        code="people",
        title="人口",
        agency_id=parties.HR,
        sharing="CONDITIONAL",
        source_kind="memory",
        connection="people",
        settings={"relation": "people", "key": "sfz"},
    )
    DatasetField.objects.create(
        dataset=dataset, name="name", title="姓名", type="string", source_name="xm", is_required=True
    )
    Grant.objects.create(
        dataset=dataset, grantee_id=parties.HR, item="data-quality", fields=["name"], basis="条例",
        valid_from=date(2020, 1, 1),
    )  # fmt: skip


@pytest.mark.django_db
def test_a_dataset_is_run_kept_and_shown(people):
    assert "还没有检查过" in run("show", "people").output

    first = run("run", "--all", "--json")
    shown = run("show", "people", "--json")

    assert (first.exit_code, shown.exit_code) == (1, 1)
    assert json.loads(shown.output)["rules"][0]["failed"] == 1


@pytest.mark.django_db
def test_a_dataset_that_is_not_there_or_not_granted_is_told(people):
    assert run("run", "nothing").exit_code == 1
    assert run("show", "nothing", "--json").exit_code == 1
    Grant.objects.all().delete()
    assert run("run", "people").exit_code == 1
    assert json.loads(run("run", "--all", "--json").output) == {"results": [], "met": True}


@pytest.mark.django_db
def test_a_file_is_held_against_a_registered_dataset(people, tmp_path):
    (tmp_path / "people.csv").write_text("sfz,xm\n1,陈\n2,\n", encoding="utf-8")

    answer = run("run", "people", "--file", tmp_path / "people.csv", "--json")

    assert json.loads(answer.output)["results"][0]["rules"][0]["failed"] == 1
    assert QualityRun.objects.count() == 0
