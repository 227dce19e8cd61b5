"""The DMN Technology Compatibility Kit: what the engine promises of it, and the runner itself."""

import pytest

from yimen.dmn import tck
from yimen.dmn.tests.factories import definitions

TEST = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><modelName>m.dmn</modelName>{}</testCases>"""
CASE = '<testCase id="{}"><resultNode name="{}"><expected>{}</expected></resultNode></testCase>'
NIL = '<value xsi:nil="true"/>'


def test_the_engine_keeps_what_it_promises_of_the_kit(shared):
    known = tck.reasons(tck.EXPECTED.read_text())

    report = tck.play(shared / "dmn-tck")

    tallies = report.tallies()
    assert tallies["all"].percent >= 99.5
    assert tallies["tables"].percent == 100
    assert tallies["values"].percent >= 99
    assert tallies["tables"].cases
    assert [case for case in report.failing() if tck.reason_for(case, known) is None] == []


def kit(tmp_path, decisions, *cases):
    place = tmp_path / "compliance-level-3" / "0001-made"
    place.mkdir(parents=True)
    body = "".join(
        f'<decision id="{name}" name="{name}">{logic}</decision>'
        if logic.startswith("<")
        else f'<decision id="{name}" name="{name}"><literalExpression><text>{logic}</text></literalExpression></decision>'
        for name, logic in decisions.items()
    )
    (place / "m.dmn").write_bytes(definitions(body))
    (place / "m-test-01.xml").write_text(TEST.format("".join(CASE.format(*case) for case in cases)))
    return tck.play(tmp_path)


def test_a_case_passes_when_its_results_are_close_enough(tmp_path):
    one, other = '<value xsi:type="xsd:decimal">1.000000001</value>', '<value xsi:type="xsd:decimal">1.1</value>'

    report = kit(tmp_path, {"d": "1"}, ("near", "d", one), ("far", "d", other))

    assert [case.id for case in report.failing()] == ["far"]
    assert report.tallies()["all"] == tck.Tally(1, 2)


def test_a_broken_decision_is_null_and_spoils_no_other(tmp_path):
    report = kit(
        tmp_path, {"d": "1 +", "e": "2"}, ("a", "d", NIL), ("b", "e", '<value xsi:type="xsd:double">2</value>')
    )

    assert report.failing() == ()
    assert report.tallies()["values"] == tck.Tally(1, 1)


def test_a_model_that_cannot_be_loaded_fails_its_cases_and_stops_nothing(tmp_path):
    (circle,) = kit(
        tmp_path,
        {"d": '<informationRequirement><requiredDecision href="#d"/></informationRequirement>'},
        ("a", "d", NIL),
    ).cases

    assert "循环" in circle.misses[0].got


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ('<list><item><value xsi:type="xsd:string">a</value></item></list>', '["a"]'),
        ('<component name="k"><value xsi:type="xsd:boolean">true</value></component>', "{k: true}"),
        ('<component name="k" xsi:nil="true"/>', "{k: null}"),
        ("<value>true</value>", "true"),
        ("<value>1.0</value>", "1"),
        ("<value>a</value>", '"a"'),
        (
            '<value xsi:type="xsd:dateTime">12026-01-01T00:00:00.000000001Z</value>',
            '@"12026-01-01T00:00:00.000000001Z"',
        ),
        ('<value xsi:type="xsd:duration">P1Y</value>', 'duration("P12M")'),
    ],
)
def test_values_are_read_as_the_kit_writes_them(written, result, tmp_path):
    assert kit(tmp_path, {"d": result}, ("a", "d", written)).failing() == ()


def test_what_calls_another_runtime_is_counted_apart(tmp_path):
    report = kit(tmp_path, {"d": "(function(a) external {java: {class: 'C'}})(1)"}, ("a", "d", "<value>1</value>"))

    assert report.tallies()["all"] == tck.Tally(0, 0)
    assert report.tallies()["outside"] == tck.Tally(0, 1)
    assert tck.reason_for(report.cases[0], {})


def test_reasons_are_read_by_folder_and_by_case():
    known = tck.reasons("# why\n0001-made/a: because\n0002-other: so  # is it\n")

    assert known == {"0001-made/a": "because", "0002-other": "so"}
