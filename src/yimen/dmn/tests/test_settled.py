"""A table is settled as soon as no completion can change it, and says what to ask for next."""

from datetime import date
from decimal import Decimal

import pytest

from yimen import dmn
from yimen.dmn import reference
from yimen.dmn.columns import apart, columns_of
from yimen.dmn.fast import plan
from yimen.dmn.tests.factories import definitions, expression, inputs, needs, table
from yimen.dmn.values import UNKNOWN

AB = {"a": "number", "b": "string"}


class Lazily:
    """Inputs that are asked one by one."""

    def __init__(self, values):
        self.values = values

    def get(self, path):
        return self.values.get(path, UNKNOWN)


class Priced(Lazily):
    def cost(self, path):
        return 1.0


@pytest.mark.parametrize("way", [dict, Lazily, Priced])
def test_rows_that_are_never_hit_together_settle_a_unique_table(way):
    model = table("UNIQUE", AB, [["< 2", "-", "1"], [">= 2", '"x"', "2"]])

    assert dmn.evaluate(model, "d", way({"a": 1})).value == 1
    assert dmn.evaluate(model, "d", way({"a": 2})).missing == ("b",)


@pytest.mark.parametrize("way", [dict, Lazily, Priced])
def test_rows_that_may_be_hit_together_do_not(way):
    model = table("UNIQUE", AB, [["< 2", "-", "1"], ["< 3", '"x"', "2"]])

    assert dmn.evaluate(model, "d", way({"a": 1})).missing == ("b",)
    assert dmn.evaluate(model, "d", way({"a": 1, "b": "x"})).value is None
    assert dmn.evaluate(model, "d", way({"a": 2, "b": "x"})).value == 2


def test_a_column_of_any_type_proves_nothing():
    model = table("UNIQUE", {"a": "Any", "b": "Any"}, [["[1, 2]", "-", "1"], ["[1, 2]", "1", "2"]])
    node = model.decisions["d"].tree

    assert apart(node, model.decisions["d"].scope)(0) == 0


@pytest.mark.parametrize(
    ("policy", "rows", "facts", "value"),
    [
        ("UNIQUE", [["< 2", "-", "1"], [">= 2", "-", "1"], ["null", "-", "1"]], {}, 1),
        ("FIRST", [["< 2", "-", "1"], ["-", "-", "1"]], {}, 1),
        ("FIRST", [["-", '"x"', "1"], ["< 2", "-", "2"], [">= 2", "-", "2"], ["-", "-", "2"]], {"b": "y"}, 2),
        ("ANY", [["< 2", "-", "1"], ["-", "-", "1"]], {}, 1),
        ("COLLECT", [["-", "-", "1"], ["< 2", '"x"', "2"]], {"b": "y"}, [1]),
        ("RULE ORDER", [["-", "-", "1"], ["< 2", '"x"', "2"]], {"b": "y"}, [1]),
        ('COLLECT" aggregation="MIN', [["-", "-", "1"], ["< 2", "-", "2"]], {}, 1),
        ('COLLECT" aggregation="MAX', [["-", "-", "2"], ["< 2", "-", "1"]], {}, 2),
    ],
)
def test_an_unknown_fact_that_changes_nothing_is_not_missing(policy, rows, facts, value):
    outcome = dmn.evaluate(table(policy, AB, rows), "d", facts)

    assert (outcome.value, outcome.determined, outcome.missing) == (value, True, ())
    assert outcome.trace.determined
    assert outcome.trace.value == value


def test_one_unknown_fact_in_two_columns_is_one_fact():
    model = dmn.load(
        definitions(
            f'{inputs(a="number")}<decision id="d" name="d">{needs("a")}<decisionTable hitPolicy="FIRST">'
            "<input><inputExpression><text>a</text></inputExpression></input>"
            "<input><inputExpression><text>a</text></inputExpression></input><output/>"
            "<rule><inputEntry><text><![CDATA[< 2]]></text></inputEntry><inputEntry><text><![CDATA[> 3]]></text></inputEntry>"
            "<outputEntry><text>1</text></outputEntry></rule>"
            "<rule><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry>"
            "<outputEntry><text>2</text></outputEntry></rule></decisionTable></decision>"
        )
    )

    assert dmn.evaluate(model, "d", {}).value == 2
    assert plan.evaluate(model, "d", {}).value == 2


def test_one_unknown_fact_in_two_tables_is_one_fact():
    def of(name, rows, column="b"):
        rules = "".join(
            f"<rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>{output}</text></outputEntry></rule>"
            for cell, output in rows
        )
        return (
            f'<decision id="{name}" name="{name}"><variable name="{name}" typeRef="number"/>{needs("b")}'
            f'<decisionTable hitPolicy="FIRST"><input><inputExpression><text>{column}</text></inputExpression></input><output/>'
            f"{rules}</decisionTable></decision>"
        )

    one, other = of("e", [('"x"', "1"), ("-", "2")]), of("f", [('"x"', "2"), ("-", "1")])
    required = "".join(
        f'<informationRequirement><requiredDecision href="#{name}"/></informationRequirement>' for name in "ef"
    )
    whole = f'<decision id="d" name="d">{required}<literalExpression><text>e + f</text></literalExpression></decision>'
    model = dmn.load(definitions(inputs(b="string") + one + other + whole))

    outcome = dmn.evaluate(model, "d", {})

    assert (outcome.value, outcome.determined) == (3, True)
    assert outcome.trace.value == 3


def test_the_fact_most_open_rows_wait_for_is_asked_first():
    rows = [["< 2", "-", "1"], ["-", '"x"', "2"], ["-", '"y"', "3"], ["-", '"z"', "4"]]

    for way in (dict, Lazily):
        assert dmn.evaluate(table("FIRST", AB, rows), "d", way({})).missing == ("b", "a")


def test_all_facts_of_a_dict_are_at_hand_but_only_those_looked_at_are_told():
    model = table("FIRST", AB, [["< 2", "-", "1"], ["-", '"x"', "2"]])

    outcome = dmn.evaluate(model, "d", {"a": 1, "b": "x"})

    assert outcome.asked == ("a",)
    assert outcome.trace.facts == {"a": 1}
    assert outcome.trace.rows == ("1",)


def test_an_outcome_cannot_be_changed():
    outcome = dmn.evaluate(table("FIRST", AB, [["-", "-", "1"]]), "d", {"a": 1, "b": "x"})

    with pytest.raises(AttributeError):
        outcome.value = 2
    with pytest.raises(TypeError):
        outcome[0] = 2
    assert outcome == dmn.evaluate(table("FIRST", AB, [["-", "-", "1"]]), "d", {"a": 1, "b": "x"})


def test_ints_too_large_to_be_numbers_are_null_as_ever():
    model = table("FIRST", AB, [["< 2", "-", "1"], ["> 5", "-", "2"], ["-", "-", "3"]])

    assert dmn.evaluate(model, "d", {"a": 10**7000, "b": "x"}).value == 3
    assert dmn.evaluate(model, "d", {"a": -(10**34) - 1, "b": "x"}).value == 1


@pytest.mark.parametrize("value", [0.1, 0.30000000000000004, 1e22, 5e-324, 123456789.123456789])
def test_a_float_lies_where_its_shortest_decimal_lies(value):
    written = Decimal(repr(value))
    model = table("FIRST", AB, [[f"< {written:f}", "-", "1"], [f"{written:f}", "-", "2"], ["-", "-", "3"]])

    assert dmn.evaluate(model, "d", {"a": value, "b": ""}).value == 2
    assert reference.evaluate(model, "d", {"a": value, "b": ""}).value == 2


def test_numbers_are_reckoned_with_34_digits_whatever_the_caller_has_set():
    model = expression("a / b", a="number", b="number")

    assert dmn.evaluate(model, "d", {"a": 1, "b": 3}).value == Decimal("0." + "3" * 34)
    assert Decimal(1) / Decimal(3) == Decimal("0." + "3" * 28)
    assert dmn.evaluate(model, "d", {"a": 1, "b": 0}).notes[0].kind is dmn.NoteKind.NO_RESULT


def test_no_text_of_a_model_becomes_source():
    hostile = 'x"] + __import__("os").abort() + ["'
    xml = definitions(
        f'<inputData id="i" name="{hostile.replace(chr(34), "&quot;")}"><variable typeRef="string" name="{hostile.replace(chr(34), "&quot;")}"/></inputData>'
        f'<decision id="d" name="d"><informationRequirement><requiredInput href="#i"/></informationRequirement><decisionTable hitPolicy="FIRST">'
        f"<input><inputExpression><text>{hostile}</text></inputExpression></input><output/>"
        '<rule><inputEntry><text>"a\'b\\\\"</text></inputEntry><outputEntry><text>"\'; raise"</text></outputEntry></rule>'
        "</decisionTable></decision>"
    )
    model = dmn.load(xml)

    assert dmn.evaluate(model, "d", {hostile: "a'b\\"}).value == "'; raise"


def test_each_input_is_one_column_and_each_stretch_one_mask():
    model = table("FIRST", {"t": "date"}, [['< date("2024-02-29")', "1"], ['date("2024-02-29")', "2"], ["-", "3"]])
    decision = model.decisions["d"]

    (column,) = columns_of(decision.tree, decision.scope)

    assert column.lines["date"].cuts == (date(2024, 2, 29), date(2024, 3, 1))
    assert column.lines["date"].masks == (0b101, 0b110, 0b100)
    assert column.cares == 0b011
