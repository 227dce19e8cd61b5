"""Laziness is a legal duty (个人信息保护法 art. 6): what a decision does not need, it never asks."""

from datetime import date

import pytest

from yimen import dmn
from yimen.dmn.tests.factories import definitions, expression, inputs, needs, table

PERSON = (
    '<itemDefinition name="Person"><itemComponent name="birth date"><typeRef>date</typeRef></itemComponent>'
    '<itemComponent name="home"><itemComponent name="city"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="street"><typeRef>string</typeRef></itemComponent></itemComponent>'
    '<itemComponent name="record"><typeRef>boolean</typeRef></itemComponent></itemDefinition>'
    '<inputData id="person" name="person"><variable name="person" typeRef="Person"/></inputData>'
)


def of_person(text):
    return dmn.load(
        definitions(
            f'{PERSON}{inputs(n="number", xs="Any")}<decision id="d" name="d">{needs("person", "n", "xs")}'
            f"<literalExpression><text><![CDATA[{text}]]></text></literalExpression></decision>"
        )
    )


class Log:
    """Inputs that keep every question, with or without prices."""

    def __init__(self, values):
        self.values, self.questions = values, []

    def get(self, path):
        self.questions.append(path)
        return self.values.get(path, dmn.UNKNOWN)


class Priced(Log):
    def __init__(self, values, prices):
        super().__init__(values)
        self.prices = prices

    def cost(self, path):
        return self.prices.get(path, 1.0)


FACTS = {
    "person.birth date": date(2000, 1, 1), "person.home.city": "4403", "person.home.street": "s", "person.record": False,
    "n": 2, "xs": [{"k": 1}, {"k": 2}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("person.birth date", ["person.birth date"]),
        ("person.home.city", ["person.home.city"]),
        ("person.home", ["person.home.city", "person.home.street"]),
        ("person.record and n = 2", ["person.record"]),
        ("n = 2 or person.record", ["n"]),
        ("n = 3 or person.record", ["n", "person.record"]),
        ("if n = 2 then 1 else person.record", ["n"]),
        ("if n = 3 then person.record else person.home.city", ["n", "person.home.city"]),
        ("n + n * n", ["n"]),
        ("xs[k = n].k", ["xs", "n"]),
        ("[][k = n]", []),
        ("xs[person.record = true]", ["xs", "person.record"]),
        ("some x in xs satisfies x.k = 9 or n = 2", ["xs", "n"]),
        ("some x in xs satisfies x.k < 5 or n = 1", ["xs"]),
        ("every x in xs satisfies x.k = 1 and x.k < 5", ["xs"]),
        ("n in (2, person.home.city)", ["n"]),
        ("{a: n, b: person.record}.a", ["n", "person.record"]),
        ("(function(x) 1)(n)", ["n"]),
    ],
)
def test_an_expression_asks_only_what_it_needs(text, asked):
    log = Log(FACTS)

    outcome = dmn.evaluate(of_person(text), "d", log)

    assert log.questions == asked
    assert outcome.asked == tuple(asked)
    assert outcome.determined


def test_a_decision_is_evaluated_once_and_its_facts_asked_once():
    model = dmn.load(
        definitions(
            f'{inputs(n="number")}<decision id="e" name="e">{needs("n")}<literalExpression><text>n * n</text>'
            '</literalExpression></decision><decision id="d" name="d"><informationRequirement>'
            '<requiredDecision href="#e"/></informationRequirement><literalExpression><text>e + e</text>'
            "</literalExpression></decision>"
        )
    )
    log = Log({"n": 3})

    outcome = dmn.evaluate(model, "d", log)

    assert (outcome.value, log.questions) == (18, ["n"])
    assert [child.decision for child in outcome.trace.children] == ["e"]
    assert outcome.trace.children[0].facts == {"n": 3}


ABC = {"a": "boolean", "b": "boolean", "c": "boolean"}


@pytest.mark.parametrize(
    ("text", "values", "prices", "asked"),
    [
        ("a and b and c", {"a": True, "b": True, "c": False}, {"a": 8, "b": 2, "c": 1}, ("c",)),
        ("a and b and c", {"a": True, "b": True, "c": True}, {"a": 8, "b": 2, "c": 1}, ("c", "b", "a")),
        ("a and b and c", {"a": False, "b": True, "c": True}, {}, ("a",)),
        ("(a and b) and c", {"a": False, "b": True, "c": True}, {"a": 0, "b": 0, "c": 5}, ("a",)),
        ("a and (b or a) and c", {"a": True, "b": True, "c": False}, {"a": 2, "b": 9, "c": 3}, ("a", "c")),
        ("a or b", {"a": True, "b": True}, {"a": 2, "b": 1}, ("b",)),
    ],
)
def test_the_dear_facts_are_asked_last(text, values, prices, asked):
    outcome = dmn.evaluate(expression(text, **ABC), "d", Priced(values, prices))

    assert outcome.asked == asked


def test_a_fact_already_read_is_free():
    """After `b`, what remains of `b and c` costs only `c`, less than `a`."""
    outcome = dmn.evaluate(
        expression("b and a and (b or c)", **ABC), "d", Priced({"b": True, "a": False}, {"a": 5, "b": 1, "c": 1})
    )

    assert outcome.asked == ("b", "a")


@pytest.mark.parametrize(
    ("text", "values", "missing"),
    [
        ("a and b", {"b": True}, ("a",)),
        ("a and b", {"a": True}, ("b",)),
        ("a and b", {"b": False}, ()),
        ("a or b", {"b": True}, ()),
        ("(a and b) or c", {"a": False}, ("c",)),
        ("(a and b) or c", {"c": False}, ("a", "b")),
        ("if a then b else c", {"a": True}, ("b",)),
        ("if a then b else c", {"b": True, "c": True}, ()),
        ("if a then b else c", {"b": True, "c": False}, ("a",)),
        ("if a then b else c", {"b": True}, ("a", "c")),
        ("a = b and c", {"c": False}, ()),
    ],
)
def test_missing_is_what_still_matters(text, values, missing):
    outcome = dmn.evaluate(expression(text, **ABC), "d", values)

    assert outcome.missing == missing
    assert outcome.determined == (missing == ())


def test_missing_begins_with_the_cheapest():
    outcome = dmn.evaluate(expression("a and b and c", **ABC), "d", Priced({}, {"a": 3, "b": 1, "c": 2}))

    assert outcome.missing == ("b", "c", "a")


def test_an_unknown_part_of_a_list_is_named_by_its_place():
    hires = (
        '<itemDefinition name="Hire" isCollection="true"><itemComponent name="signed"><typeRef>boolean</typeRef>'
        '</itemComponent><itemComponent name="on"><typeRef>date</typeRef></itemComponent></itemDefinition>'
        '<inputData id="hire" name="hire"><variable name="hire" typeRef="Hire"/></inputData>'
    )
    model = dmn.load(
        definitions(
            f'{hires}<decision id="d" name="d">{needs("hire")}<literalExpression>'
            "<text>count(hire[signed]) > 1</text></literalExpression></decision>"
        )
    )

    outcome = dmn.evaluate(model, "d", {"hire": [{"signed": True}, {"on": "2026-01-01"}, {"signed": dmn.UNKNOWN}]})

    assert outcome.missing == ("hire[2].signed", "hire[3].signed")
    assert dmn.evaluate(model, "d", {"hire": [{"signed": True}] * 2}).value is True
    assert dmn.evaluate(model, "d", {}).missing == ("hire",)


def test_a_table_asks_a_column_only_if_a_row_still_cares():
    model = table("UNIQUE", {"age": "number", "record": "boolean"}, [["< 18", "false", "1"], [">= 18", "-", "2"]])

    assert dmn.evaluate(model, "d", {"age": 30}).asked == ("age",)
    assert dmn.evaluate(model, "d", {"age": 30}).value == 2
    assert dmn.evaluate(model, "d", {"age": 10}).missing == ("record",)


BORN = (
    '<businessKnowledgeModel id="born" name="born"><encapsulatedLogic><formalParameter name="who" typeRef="{}"/>'
    "<literalExpression><text>{}</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
)


@pytest.mark.parametrize("type_", ["Person", "Any"])
@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ("who.birth date", ("person.birth date",)),
        ("who.home.city", ("person.home.city",)),
        ("[who][home.city = null]", ("person.home.city",)),
        ("1", ()),
        ('get value(who, "record")', ("person.record",)),
        ("who = null or who.home = null", ()),
        ("string(who.home)", ("person.home.city", "person.home.street")),
    ],
)
def test_a_subject_passed_whole_is_asked_only_for_what_the_function_looks_at(type_, body, asked):
    needs_born = '<knowledgeRequirement><requiredKnowledge href="#born"/></knowledgeRequirement>'
    model = dmn.load(
        definitions(
            f'{PERSON}{BORN.format(type_, body)}<decision id="d" name="d">{needs("person")}{needs_born}'
            "<literalExpression><text>born(person)</text></literalExpression></decision>"
        )
    )

    assert dmn.evaluate(model, "d", FACTS).asked == asked
    assert set(dmn.evaluate(model, "d", {}).missing) <= set(asked)


def test_a_decision_that_is_the_subject_has_all_of_it():
    outcome = dmn.evaluate(of_person("person.home"), "d", FACTS)

    assert outcome.value == {"city": "4403", "street": "s"}
    assert outcome.trace.to_json()["value"] == {"city": "4403", "street": "s"}
    assert dmn.evaluate(of_person('context put(person.home, "x", 1)'), "d", FACTS).value == {
        "city": "4403", "street": "s", "x": 1,
    }  # fmt: skip
    assert dmn.evaluate(of_person('person.home = {city: person.home.city, street: "s"}'), "d", FACTS).value is True
    assert dmn.evaluate(of_person("context merge([{city: 1, x: 2}, person.home])"), "d", FACTS).value == {
        "city": "4403", "x": 2, "street": "s",
    }  # fmt: skip


def test_a_whole_mapping_may_hold_the_facts_too():
    outcome = dmn.evaluate(of_person("person.home.city"), "d", {"person": {"home": {"city": "4403"}}})

    assert (outcome.value, outcome.asked) == ("4403", ("person.home.city",))
    assert dmn.evaluate(of_person("person.home.city"), "d", {"person": {}}).missing == ("person.home.city",)
    assert dmn.evaluate(of_person("person.home.city"), "d", {"person": None}).value is None
