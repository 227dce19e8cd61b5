"""`yimen dmn`: the engine by itself, on the command line."""

import json

import pytest
from typer.testing import CliRunner

from yimen.config.cli import app
from yimen.dmn.tests.factories import definitions

TEST = (
    '<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"><modelName>m.dmn</modelName>'
    '<testCase id="a"><resultNode name="d"><expected><value>{}</value></expected></resultNode></testCase></testCases>'
)


@pytest.fixture
def kit(tmp_path):
    def write(expected):
        place = tmp_path / "compliance-level-2" / "0001-made"
        place.mkdir(parents=True)
        body = '<decision id="d" name="d"><literalExpression><text>1</text></literalExpression></decision>'
        (place / "m.dmn").write_bytes(definitions(body))
        (place / "m-test-01.xml").write_text(TEST.format(expected))
        return tmp_path

    return write


def run(*arguments):
    return CliRunner().invoke(app, ["dmn", "tck", *map(str, arguments)])


def test_a_kit_that_passes_is_tallied_by_level(kit):
    result = run(kit("1"))

    assert result.exit_code == 0
    assert "1 / 1      100.00 %  compliance-level-2" in result.output


def test_a_case_that_fails_is_shown_with_both_values_and_fails_the_command(kit):
    result = run(kit("2"))

    assert result.exit_code == 1
    assert "d：应为 2，却是 1" in result.output


def test_a_failure_with_a_reason_is_let_pass(kit, tmp_path):
    listed = tmp_path / "expected.txt"
    listed.write_text("0001-made/a: 标准自相矛盾。\n")

    result = run(kit("2"), "--expected", listed, "--json")

    assert result.exit_code == 0
    answer = json.loads(result.output)
    assert answer["failing"][0]["reason"] == "标准自相矛盾。"
    assert answer["tallies"]["all"] == {"passed": 0, "cases": 1, "percent": 0.0}


def test_a_folder_without_cases_is_no_success(tmp_path):
    assert run(tmp_path).exit_code == 1
