"""`yimen dmn`: exit codes that mean something, places that can be opened, answers programs can read."""

import json

import pytest
from typer.testing import CliRunner

from yimen.config.cli import app
from yimen.dmn.tests.factories import definitions, needs

BODY = f"""
<itemDefinition name="P"><itemComponent name="age"><typeRef>number</typeRef></itemComponent>
<itemComponent name="day"><typeRef>date</typeRef></itemComponent></itemDefinition>
<inputData id="p" name="p"><variable name="p" typeRef="P"/></inputData>
<decision id="adult" name="adult"><description>年满十八周岁</description><variable name="adult" typeRef="boolean"/>
{needs("p")}<literalExpression><text>p.age >= 18 and p.day > date("2026-01-01")</text></literalExpression></decision>
<decision id="fee" name="fee">{needs("p")}<decisionTable hitPolicy="UNIQUE">
<input><inputExpression><text>p.age</text></inputExpression></input><output/>
<rule><inputEntry><text>&lt; 18</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>
<rule><inputEntry><text>{{}}</text></inputEntry><outputEntry><text>10</text></outputEntry></rule>
</decisionTable></decision>"""


def run(*arguments):
    return CliRunner().invoke(app, ["dmn", *(str(one) for one in arguments)])


@pytest.fixture
def model(tmp_path):
    def write(*, cell="&gt;= 18", body=BODY):
        path = tmp_path / "rules.dmn"
        path.write_bytes(definitions(body.replace("{}", cell)))
        return path

    return write


@pytest.fixture
def facts(tmp_path):
    def write(text):
        path = tmp_path / "facts.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_sound_model_passes_the_check(model):
    answer = run("check", model(), "--json")

    assert answer.exit_code == 0
    assert json.loads(answer.stdout) == {
        "name": "m",
        "decisions": ["adult", "fee"],
        "facts": {"p.age": "number", "p.day": "date"},
    }


def test_a_broken_model_is_refused_with_file_line_and_remedy(model):
    path = model(cell="&gt;= )")

    said, plain = run("check", path), run("check", path, "--json")

    assert (said.exit_code, plain.exit_code) == (1, 1)
    assert f"{path}:10: " in said.stderr
    (problem,) = json.loads(plain.stdout)["problems"]
    assert problem["line"] == 10
    assert problem["remedy"]


def test_models_it_refers_to_are_given_beside_it(model, tmp_path):
    other = tmp_path / "other.dmn"
    other.write_bytes(
        definitions(
            '<decision id="x" name="x"><literalExpression><text>7</text></literalExpression></decision>'
        ).replace(b'namespace="https://example.org/m"', b'namespace="https://example.org/other"')
    )
    path = model(
        body='<import name="o" namespace="https://example.org/other" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        '<decision id="d" name="d"><informationRequirement><requiredDecision href="https://example.org/other#x"/>'
        "</informationRequirement><literalExpression><text>o.x + 1</text></literalExpression></decision>"
    )
    empty = tmp_path / "facts.yaml"
    empty.write_text("{}")

    assert run("check", path).exit_code == 1
    assert json.loads(run("eval", path, "d", "--facts", empty, "--import", other, "--json").stdout)["value"] == "8"


@pytest.mark.parametrize("text", ["p.age: 20\np.day: 2026-05-01", "p: {age: 20, day: 2026-05-01}"])
def test_a_decision_is_evaluated_on_facts_flat_or_nested(model, facts, text):
    answer = run("eval", model(), "adult", "--facts", facts(text), "--json")

    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["value"] is True


def test_null_and_absence_are_unknown(model, facts):
    answer = run("eval", model(), "adult", "--facts", facts("p.age: 20\np.day: null"))

    assert answer.exit_code == 0
    assert answer.stdout == "adult 还不能确定\n  还缺：p.day\n"


def test_a_refusal_is_explained_with_its_near_miss(model, facts):
    path, known = model(), facts("p.age: 16\np.day: 2026-05-01")

    assert run("explain", path, "adult", "--facts", known).stdout == (
        "不符合“年满十八周岁”：p.age为16，要求不少于18。\n如果p.age由16变为18（多 2），结果就会改变。\n"
    )
    english = run("explain", path, "adult", "--facts", known, "--language", "en", "--may", "p.day")
    assert english.stdout == "“年满十八周岁” is not met: p.age is 16, required: at least 18.\n"
    plain = json.loads(run("explain", path, "adult", "--facts", known, "--json").stdout)
    assert plain["near"][0]["changes"] == [{"fact": "p.age", "from": "16", "to": "18", "by": "2"}]


def test_an_analysis_with_errors_exits_with_one(model):
    sound, unsound = run("analyse", model()), run("analyse", model(cell="&gt; 10"), "--json")

    assert sound.exit_code == 0
    assert "0 个错误" in sound.stdout
    assert unsound.exit_code == 1
    (overlap,) = [one for one in json.loads(unsound.stdout)["findings"] if one["severity"] == "error"]
    assert (overlap["kind"], overlap["rows"], overlap["line"]) == ("overlap", [1, 2], 9)


def test_rows_never_hit_are_found_with_cases(model, tmp_path):
    cases = tmp_path / "cases.yaml"
    cases.write_text("- name: 成年\n  on: 2026-01-01\n  facts: {p.age: 20}\n", encoding="utf-8")

    answer = json.loads(run("analyse", model(), "--cases", cases, "--json").stdout)

    assert [one["rows"] for one in answer["findings"] if one["kind"] == "never-hit"] == [[1]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("p.age: 20\np.agee: 3", "facts.yaml:2：模型中没有数据项“p.agee”。是不是“p.age”？"),
        ("p.age: twenty", "facts.yaml:1：p.age 的值不符合声明的类型 number。"),
        ("p: {age: 1, day: never}", "facts.yaml:1：p.day 的值不符合声明的类型 date。"),
        ("- 1", "文件内容应为"),
        ("", "是空的"),
        ("a: [", "YAML 写法有误"),
    ],
)
def test_wrong_facts_are_refused_with_their_line(model, facts, text, said):
    answer = run("eval", model(), "adult", "--facts", facts(text))

    assert answer.exit_code == 1
    assert said in answer.stderr


def test_a_decision_that_is_not_there_is_refused_with_the_nearest(model, facts):
    answer = run("eval", model(), "adults", "--facts", facts("p.age: 1"), "--json")

    assert answer.exit_code == 1
    assert "是不是“adult”" in json.loads(answer.stdout)["detail"]


@pytest.mark.parametrize(
    "arguments",
    [("check",), ("check", "nowhere.dmn"), ("eval", "x"), ("explain", "--language", "fr"), ("analyse", "--no-such")],
)
def test_wrong_usage_exits_with_two(arguments):
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize("command", ["check", "eval", "explain", "analyse"])
def test_every_command_says_what_it_does(command):
    answer = run(command, "--help")

    assert answer.exit_code == 0
    assert "--json" in answer.stdout


def test_a_circle_of_requirements_is_refused_when_checked(model):
    def step(name, other):
        return (
            f'<decision id="{name}" name="{name}"><informationRequirement><requiredDecision href="#{other}"/>'
            f"</informationRequirement><literalExpression><text>{other}</text></literalExpression></decision>"
        )

    answer = run("check", model(body=step("a", "b") + step("b", "a")))

    assert answer.exit_code == 1
    assert "循环引用" in answer.stderr
