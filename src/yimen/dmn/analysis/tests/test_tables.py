"""What an analysis says of tables: planted faults are found where they are, and a sound table is left in peace."""

import itertools
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yimen import dmn
from yimen.dmn.analysis import Kind, Severity, analyse
from yimen.dmn.analysis.tables import table_findings
from yimen.dmn.feel import ast
from yimen.dmn.tests.factories import definitions, expression, inputs, needs, table

TABLE_KINDS = {Kind.GAP, Kind.OVERLAP, Kind.CONFLICT, Kind.UNREACHABLE, Kind.MASKED, Kind.NOT_ANALYSED}


def found(model, *kinds):
    return [one for one in analyse(model).findings if one.kind in (kinds or TABLE_KINDS)]


def test_a_sound_table_is_left_in_peace():
    model = table(
        "UNIQUE",
        {"age": "number", "member": "boolean", "day": "date"},
        [
            ["< 18", "-", "-", "1"],
            ["[18..60)", "true", '< date("2026-01-01")', "2"],
            ["[18..60)", "true", '>= date("2026-01-01")', "3"],
            ["[18..60)", "false", "-", "4"],
            [">= 60", "-", "-", "5"],
        ],
    )

    assert found(model) == []


@pytest.mark.parametrize(
    ("columns", "rows", "words"),
    [
        ({"age": "number"}, [["< 60"], ["> 65"]], ["age [60..65]"]),
        ({"age": "number"}, [["<= 60"], [">= 65"]], ["age (60..65)"]),
        ({"age": "number"}, [["< 60"], ["> 60"]], ["age = 60"]),
        ({"age": "number"}, [["[0..10]"]], ["age （< 0 或 > 10）"]),
        ({"is": "boolean"}, [["true"]], ["is = false"]),
        ({"area": "string"}, [['"北"'], ['"南"']], ['area = "其他"（"北"、"南" 之外）']),
        ({"area": "string"}, [['not("北","南")']], ['area （= "北" 或 = "南"）']),
        ({"area": "string"}, [['not("北")'], ['"南"']], ['area = "北"']),
        ({"day": "date"}, [['< date("2026-01-01")'], ['> date("2026-01-02")']], ["day [2026-01-01..2026-01-02]"]),
        (
            {"long": "days and time duration"},
            [['< duration("P1D")'], ['> duration("P2D")']],
            ["long [P1D..P2D]"],
        ),
        (
            {"age": "number", "area": "string"},
            [["<= 60", "-"], [">= 65", "-"], ["-", '"北"']],
            ['age (60..65) 且 area = "其他"（"北" 之外）'],
        ),
    ],
)
def test_a_gap_is_named_as_a_person_would_write_it(columns, rows, words):
    model = table("UNIQUE", columns, [[*row, "1"] for row in rows])

    gaps = found(model, Kind.GAP)

    assert [one.what.removeprefix("没有哪一行管到：").split("。")[0] for one in gaps] == words
    assert {one.severity for one in gaps} == {Severity.WARNING}


def test_allowed_values_are_all_there_is():
    xml = definitions(
        '<itemDefinition name="Area"><typeRef>string</typeRef><allowedValues><text>"北","南","东"</text></allowedValues>'
        "</itemDefinition>"
        f'{inputs(area="Area")}<decision id="d" name="d">{needs("area")}<decisionTable hitPolicy="UNIQUE">'
        "<input><inputExpression><text>area</text></inputExpression></input><output/>"
        '<rule><inputEntry><text>"北"</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>'
        '<rule><inputEntry><text>"南"</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>'
        '<rule><inputEntry><text>"西"</text></inputEntry><outputEntry><text>3</text></outputEntry></rule>'
        "</decisionTable></decision>"
    )

    gap, unreachable = sorted(found(dmn.load(xml)), key=lambda one: one.kind)

    assert gap.example == {"area": "东"}
    assert unreachable.rows == (3,)
    assert unreachable.column == 1
    assert unreachable.severity is Severity.ERROR


def test_allowed_values_of_a_column_count_too():
    xml = definitions(
        f'{inputs(area="string")}<decision id="d" name="d">{needs("area")}<decisionTable hitPolicy="UNIQUE">'
        "<input><inputExpression><text>area</text></inputExpression>"
        '<inputValues><text>"北","南"</text></inputValues></input><output/>'
        '<rule><inputEntry><text>"北"</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>'
        '<rule><inputEntry><text>"南"</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>'
        "</decisionTable></decision>"
    )

    assert found(dmn.load(xml)) == []


def test_a_default_output_fills_every_gap():
    assert found(table("UNIQUE", {"age": "number"}, [["< 18", "1"]], default="0")) == []


def test_what_a_collecting_table_leaves_out_is_only_a_remark():
    (gap,) = found(table("COLLECT SUM", {"age": "number"}, [["< 18", "1"], ["< 10", "1"]]))

    assert gap.severity is Severity.INFO


def test_overlapping_rows_of_a_unique_table_are_errors():
    model = table(
        "UNIQUE",
        {"age": "number", "is": "boolean"},
        [["<= 60", "-", "1"], [">= 60", "true", "2"], ["> 60", "false", "3"]],
    )

    (overlap,) = found(model)

    assert overlap.kind is Kind.OVERLAP
    assert overlap.severity is Severity.ERROR
    assert overlap.rows == (1, 2)
    assert overlap.example == {"age": Decimal(60), "is": True}
    assert "age = 60 且 is = true" in overlap.what


def test_rows_of_an_any_table_may_overlap_only_with_the_same_output():
    rows = [["<= 60", "1"], [">= 60", "1"], [">= 70", "2"]]

    (conflict,) = found(table("ANY", {"age": "number"}, rows))

    assert conflict.kind is Kind.CONFLICT
    assert conflict.rows == (2, 3)
    assert found(table("ANY", {"age": "number"}, rows[:2])) == []


def test_a_row_hidden_by_those_above_it_together_never_counts():
    rows = [
        ["< 30", "-", "1"],
        [">= 30", "true", "2"],
        ["> 40", "true", "3"],
        ["[20..50]", "true", "4"],
        ["-", "-", "5"],
    ]

    masked = found(table("FIRST", {"age": "number", "is": "boolean"}, rows))

    assert [(one.kind, one.rows) for one in masked] == [(Kind.MASKED, (3, 2)), (Kind.MASKED, (4, 1, 2, 3))]
    assert {one.severity for one in masked} == {Severity.ERROR}


def test_a_row_of_lesser_priority_may_be_hidden_by_any_row():
    rows = [["> 10", '"low"'], ["> 5", '"high"'], ["<= 5", '"low"']]

    (masked,) = found(table("PRIORITY", {"n": "number"}, rows, allowed='"high","low"'))

    assert (masked.kind, masked.rows) == (Kind.MASKED, (1, 2))


@pytest.mark.parametrize("cell", ["(5..5)", "[9..3]", '"text"', "not(< 5, >= 5)"])
def test_a_cell_that_admits_nothing_is_named_with_its_column(cell):
    (unreachable,) = found(table("FIRST", {"m": "number", "n": "number"}, [["-", cell, "1"], ["-", "-", "2"]]))

    assert (unreachable.kind, unreachable.rows, unreachable.column) == (Kind.UNREACHABLE, (1,), 2)


def test_two_columns_about_the_same_input_are_taken_together():
    xml = definitions(
        f'{inputs(n="number")}<decision id="d" name="d">{needs("n")}<decisionTable hitPolicy="FIRST">'
        "<input><inputExpression><text>n</text></inputExpression></input>"
        "<input><inputExpression><text>n</text></inputExpression></input><output/>"
        "<rule><inputEntry><text>&gt; 5</text></inputEntry><inputEntry><text>&lt; 3</text></inputEntry>"
        "<outputEntry><text>1</text></outputEntry></rule>"
        "<rule><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry>"
        "<outputEntry><text>2</text></outputEntry></rule></decisionTable></decision>"
    )

    (unreachable,) = found(dmn.load(xml))

    assert unreachable.kind is Kind.UNREACHABLE


def test_a_cell_that_does_more_than_compare_is_said_not_to_be_analysed():
    rows = [["< m", "-", "1"], [">= 0", "> 1", "2"], ["-", "> 5", "3"]]

    findings = found(table("UNIQUE", {"n": "number", "m": "number"}, rows))

    unread = [one for one in findings if one.kind is Kind.NOT_ANALYSED]
    assert [(one.rows, one.column) for one in unread] == [((1,), 1)]
    assert "因为" in unread[0].what
    assert [one.rows for one in findings if one.kind is Kind.OVERLAP] == [(2, 3)], (
        "what is certain is found all the same"
    )
    assert [one.what.split("。")[0] for one in findings if one.kind is Kind.GAP] == []


def test_a_column_of_instants_is_said_not_to_be_analysed():
    rows = [['< date and time("2026-01-01T00:00:00")', "1"], ["-", "2"]]

    (unread,) = found(table("FIRST", {"at": "date and time"}, rows))

    assert unread.kind is Kind.NOT_ANALYSED


def test_tables_inside_boxes_and_functions_are_analysed_too():
    rows = "<rule><inputEntry><text>&gt; 5</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
    of = '<decisionTable hitPolicy="UNIQUE"><input><inputExpression typeRef="number"><text>{}</text></inputExpression></input>'
    xml = definitions(
        f'{inputs(n="number")}<decision id="d" name="d">{needs("n")}'
        '<knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>'
        f'<context><contextEntry><variable name="a"/>{of.format("n")}<output/>{rows}</decisionTable></contextEntry>'
        "<contextEntry><literalExpression><text>f(a)</text></literalExpression></contextEntry></context></decision>"
        '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="p" typeRef="number"/>'
        f"{of.format('p')}<output/>{rows}</decisionTable></encapsulatedLogic></businessKnowledgeModel>"
    )

    assert [(one.place, one.kind) for one in found(dmn.load(xml))] == [("d", Kind.GAP), ("f", Kind.GAP)]


def test_a_table_made_to_be_hard_is_given_up_not_hung_on():
    columns = {f"n{place}": "number" for place in range(24)}
    rows = [["-"] * 24 + ["1"] for _ in range(24)]
    for place, row in enumerate(rows):
        for other in range(3):
            row[(place * 7 + other * 5) % 24] = "< 1" if (place + other) % 2 else ">= 1"
    model = table("FIRST", columns, rows)
    decision = model.decisions["d"]
    assert isinstance(decision.tree, ast.Table)
    begun = time.perf_counter()

    kinds = {one.kind for one in table_findings(decision.tree, decision.scope, model, "d", steps=5)}

    assert Kind.NOT_FULLY_CHECKED in kinds
    assert time.perf_counter() - begun < 1


def test_hundreds_of_rows_are_no_trouble():
    rows = [[f"[{place}..{place + 1})", f"< {place}", "1"] for place in range(300)]
    begun = time.perf_counter()

    analyse(table("UNIQUE", {"n": "number", "m": "number"}, rows))

    assert time.perf_counter() - begun < 10  # half a second on an idle machine


# --- against evaluation

NUMBER = st.sampled_from(
    ["-", "< 1", "<= 1", "1", "> 1", "[1..3)", "(1..3]", ">= 3", "not(1)", "not(2, [3..4])", "1, 3"]
)
TEXT = st.sampled_from(["-", '"a"', '"b"', '"a", "b"', 'not("a")', '< "b"'])
TRUTH = st.sampled_from(["-", "true", "false"])
ROW = st.tuples(NUMBER, TEXT, TRUTH, st.sampled_from(["1", "2"])).map(list)
POINTS = list(
    itertools.product(
        [Decimal(one) for one in ("0", "1", "1.5", "2", "2.5", "3", "3.5", "4", "5")],
        ["", "a", "aa", "b", "c"],
        [True, False],
    )
)
COLUMNS = {"n": "number", "t": "string", "b": "boolean"}


def hits(model, point):
    return [int(row) - 1 for row in dmn.evaluate(model, "d", dict(zip(COLUMNS, point, strict=True))).trace.rows]


@pytest.mark.fuzz
@settings(max_examples=60)
@given(rows=st.lists(ROW, min_size=1, max_size=6))
def test_gaps_and_overlaps_are_those_evaluation_shows(rows):
    model = table("COLLECT", COLUMNS, rows)
    unique = table("UNIQUE", COLUMNS, rows)
    first = table("FIRST", COLUMNS, rows)
    at = {point: hits(model, point) for point in POINTS}

    gaps = found(model, Kind.GAP)
    for gap in gaps:
        assert dmn.evaluate(model, "d", {**dict(zip(COLUMNS, POINTS[0], strict=True)), **gap.example}).trace.rows == ()
    assert bool(gaps) == any(not rows_hit for rows_hit in at.values())

    overlaps = {one.rows for one in found(unique, Kind.OVERLAP) if one.rows}
    shown = {pair for rows_hit in at.values() for pair in itertools.combinations([row + 1 for row in rows_hit], 2)}
    assert overlaps == shown or (len(overlaps) == 10 and overlaps < shown)

    never_first = set(range(len(rows))) - {rows_hit[0] for rows_hit in at.values() if rows_hit}
    assert {one.rows[0] - 1 for one in found(first, Kind.MASKED, Kind.UNREACHABLE)} == never_first


def test_an_expression_has_no_tables_to_find_fault_with():
    assert found(expression("n > 1", n="number")) == []
