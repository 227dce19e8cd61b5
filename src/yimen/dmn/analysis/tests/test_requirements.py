"""What an analysis says of the graph, and of rows no test case hits."""

from yimen import dmn
from yimen.dmn.analysis import Kind, Severity, analyse
from yimen.dmn.tests.factories import definitions, inputs, needs, table

PERSON = """
  <itemDefinition name="Person">
    <itemComponent name="age"><typeRef>number</typeRef></itemComponent>
    <itemComponent name="height"><typeRef>number</typeRef></itemComponent>
    <itemComponent name="mood"/>
  </itemDefinition>
  <inputData id="person" name="person"><variable name="person" typeRef="Person"/></inputData>"""


def decision(name, text, *, requires="", decisions=()):
    linked = "".join(
        f'<informationRequirement><requiredDecision href="#{one}"/></informationRequirement>' for one in decisions
    )
    return (
        f'<decision id="{name}" name="{name}">{requires}{linked}'
        f"<literalExpression><text>{text}</text></literalExpression></decision>"
    )


def kinds(model, **of):
    return {(one.place, one.kind) for one in analyse(model, **of).findings}


def test_what_is_declared_and_never_read_is_named_with_its_line():
    model = dmn.load(
        definitions(
            f"{PERSON}{inputs(other='string')}{decision('d', 'person.age = person.mood', requires=needs('person'))}"
        )
    )

    found = {(one.place, one.kind): one for one in analyse(model).findings}

    assert found.keys() == {
        ("person.height", Kind.UNUSED_INPUT),
        ("person.mood", Kind.UNTYPED_INPUT),
        ("other", Kind.UNUSED_INPUT),
        ("d", Kind.NOT_REQUIRED),
    }
    assert found["person.height", Kind.UNUSED_INPUT].line == 4
    assert found["person.mood", Kind.UNTYPED_INPUT].line == 5
    assert found["d", Kind.NOT_REQUIRED].severity is Severity.INFO


def test_a_subject_taken_whole_is_read_whole():
    model = dmn.load(definitions(f"{PERSON}{decision('d', 'count(get entries(person))', requires=needs('person'))}"))

    assert Kind.UNUSED_INPUT not in {kind for _, kind in kinds(model)}


def test_a_requirement_the_logic_never_names_is_named():
    model = dmn.load(
        definitions(
            f"{inputs(a='number', b='number')}{decision('x', 'a + b', requires=needs('a', 'b'))}"
            f"{decision('d', '1', requires=needs('a'), decisions=['x'])}"
        )
    )

    found = [one for one in analyse(model).findings if one.kind is Kind.UNUSED_REQUIREMENT]

    assert sorted(one.what for one in found) == ["引用了“a”，但逻辑中没有用到。", "引用了“x”，但逻辑中没有用到。"]
    assert ("x", Kind.NOT_REQUIRED) not in kinds(model)


def test_what_a_service_puts_out_is_not_without_use():
    model = dmn.load(
        definitions(
            f'{decision("d", "1")}<decisionService id="s" name="s"><outputDecision href="#d"/></decisionService>'
        )
    )

    assert kinds(model) == set()


def test_rows_that_no_case_hits_are_named():
    model = table("FIRST", {"n": "number"}, [["> 5", "1"], ["> 3", "2"], ["-", "3"]])

    found = [one for one in analyse(model, [{"n": 9}, {"n": 1}]).findings if one.kind is Kind.NEVER_HIT]

    assert [one.rows for one in found] == [(2,)]
    assert Kind.NEVER_HIT not in {kind for _, kind in kinds(model)}, "without cases nothing can be said"
    assert Kind.NEVER_HIT not in {kind for _, kind in kinds(model, cases=[{"n": 9}, {"n": 1}, {"n": 4}])}


def test_a_report_is_plain_json_with_counts():
    report = analyse(table("UNIQUE", {"n": "number"}, [["> 5", "1"], ["> 3", "2"]])).to_json()

    assert report["counts"] == {"error": 1, "warning": 1, "info": 1}
    overlap = next(one for one in report["findings"] if one["kind"] == "overlap")
    assert overlap["rows"] == [1, 2]
    assert overlap["example"] == {"n": "6"}
    assert overlap["severity"] == "error"
