"""What a model is put together from: boxed logic, functions, services, imports, types; and what data may do to it."""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from yimen import dmn
from yimen.dmn.tests.factories import definitions, expression, inputs, needs, table

TEXT = "<literalExpression><text><![CDATA[{}]]></text></literalExpression>"


def decision(logic, *required, name="d", type_="Any"):
    return f'<decision id="{name}" name="{name}"><variable name="{name}" typeRef="{type_}"/>{needs(*required)}{logic}</decision>'


def boxed(logic, **types):
    return dmn.load(definitions(inputs(**types) + decision(logic, *types)))


def literal(text):
    return TEXT.format(text)


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        (f'<list>{literal("1")}{literal("n")}</list>', [1, 4]),
        (f'<context><contextEntry><variable name="x y"/>{literal("n + 1")}</contextEntry><contextEntry>{literal("x y * 2")}</contextEntry></context>', 10),
        (f'<context><contextEntry><variable name="x" typeRef="number"/>{literal("true")}</contextEntry></context>', {"x": None}),
        (f'<relation><column name="a"/><column name="b"/><row>{literal("1")}{literal("n")}</row></relation>', [{"a": 1, "b": 4}]),
        (f'<conditional><if>{literal("n > 3")}</if><then>{literal("1")}</then><else>{literal("2")}</else></conditional>', 1),
        (f'<filter><in>{literal("[1, 5]")}</in><match>{literal("item > n")}</match></filter>', [5]),
        (f'<for iteratorVariable="i"><in>{literal("[1, 2]")}</in><return>{literal("i * n")}</return></for>', [4, 8]),
        (f'<some iteratorVariable="i"><in>{literal("[1, 4]")}</in><satisfies>{literal("i = n")}</satisfies></some>', True),
        (f'<every iteratorVariable="i"><in>{literal("[1, 4]")}</in><satisfies>{literal("i = n")}</satisfies></every>', False),
        (f'<invocation><functionDefinition><formalParameter name="p"/>{literal("p + 1")}</functionDefinition><binding><parameter name="p"/>{literal("n")}</binding></invocation>', 5),
    ],
)  # fmt: skip
def test_boxed_logic(logic, expected):
    assert dmn.evaluate(boxed(logic, n="number"), "d", {"n": 4}).value == expected
    assert dmn.evaluate(boxed(logic, n="number"), "d", {}).asked in {("n",), ()}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("ANY", None),
        ("PRIORITY", 3),
        ("RULE ORDER", [2, 3, 2]),
        ("OUTPUT ORDER", [3, 2, 2]),
        ("COLLECT", [2, 3, 2]),
        ('COLLECT" aggregation="SUM', 7),
        ('COLLECT" aggregation="MIN', 2),
        ('COLLECT" aggregation="MAX', 3),
        ('COLLECT" aggregation="COUNT', 3),
    ],
)
def test_hit_policies(policy, expected):
    rows = [["> 1", "2"], ["> 2", "3"], ["> 3", "2"], ["> 9", "9"]]
    model = table(policy, {"n": "number"}, rows, allowed="9, 3, 2")

    outcome = dmn.evaluate(model, "d", {"n": 4})

    assert outcome.value == expected
    assert outcome.trace.rows == ("1", "2", "3")
    assert dmn.evaluate(model, "d", {}).missing == ("n",)


FACTORIAL = (
    '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="n" typeRef="number"/>'
    + literal("if n <= 1 then 1 else n * f(n - 1)")
    + "</encapsulatedLogic></businessKnowledgeModel>"
)
NEEDS_F = '<knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>'


def test_a_function_may_call_itself_but_not_for_ever():
    model = dmn.load(definitions(FACTORIAL + inputs(n="number") + decision(NEEDS_F + literal("f(n)"), "n")))

    assert dmn.evaluate(model, "d", {"n": 5}).value == 120
    endless = dmn.evaluate(model, "d", {"n": 10**6})
    assert (endless.value, endless.determined) == (None, True)
    assert endless.notes[-1].kind is dmn.NoteKind.TOO_LONG
    assert dmn.evaluate(model, "d", {}).missing == ("n",)


def test_a_loop_without_end_is_stopped():
    outcome = dmn.evaluate(expression("for i in 1..999999999999 return i"), "d", {})

    assert (outcome.value, outcome.notes[-1].kind) == (None, dmn.NoteKind.TOO_LONG)


SERVICE = (
    '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#total"/><inputDecision href="#rate"/>'
    '<inputData href="#n"/></decisionService>'
    + inputs(n="number")
    + decision(literal("0.5"), name="rate", type_="number")
    + '<decision id="total" name="total"><informationRequirement><requiredDecision href="#rate"/>'
    + f"</informationRequirement>{needs('n')}{literal('n * rate')}</decision>"
)


def test_a_service_takes_its_input_decisions_as_facts():
    model = dmn.load(definitions(SERVICE))

    assert dmn.evaluate(model, "s", {"n": 4, "rate": 2}).value == 8
    assert dmn.evaluate(model, "s", {"n": 4}).missing == ("rate",)
    assert dmn.evaluate(model, "total", {"n": 4}).value == 2
    assert dmn.facts_of(model, "s") == ("n",)


def test_a_service_is_called_like_a_function_and_sees_only_its_arguments():
    caller = '<knowledgeRequirement><requiredKnowledge href="#s"/></knowledgeRequirement>'
    model = dmn.load(definitions(SERVICE + inputs(m="number") + decision(caller + literal("s(m, 3)"), "m")))

    assert dmn.evaluate(model, "d", {"m": 4, "n": 100}).value == 12
    assert dmn.evaluate(model, "d", {"n": 100}).missing == ("m",)
    assert dmn.evaluate(model, "d", {"n": 100}).asked == ("m",)


OTHER = definitions(
    '<itemDefinition name="Money"><typeRef>number</typeRef></itemDefinition>'
    + inputs(income="Money")
    + decision(literal("income * 2"), "income", name="twice"),
).replace(b'namespace="https://example.org/m"', b'namespace="https://example.org/other"')
IMPORT = '<import name="other" namespace="https://example.org/other" importType="x"/>'
USES_OTHER = (
    '<decision id="d" name="d"><variable name="d" typeRef="other.Money"/><informationRequirement>'
    '<requiredDecision href="https://example.org/other#twice"/></informationRequirement>'
    + literal("other.twice + 1")
    + "</decision>"
)


def test_an_imported_model_stands_under_its_name():
    model = dmn.load(definitions(IMPORT + USES_OTHER), [OTHER])

    outcome = dmn.evaluate(model, "d", {"other.income": 10})

    assert (outcome.value, outcome.asked) == (21, ("other.income",))
    assert tuple(model.decisions) == ("d",)
    assert dmn.evaluate(model, "d", {"other": {"income": 10}}).value == 21


def test_what_is_imported_must_be_given():
    with pytest.raises(dmn.ModelError, match="没有提供"):
        dmn.load(definitions(IMPORT))


def test_models_may_not_import_each_other():
    back = b'<import name="m" namespace="https://example.org/m" importType="x"/>'
    other = OTHER.replace(b"<itemDefinition", back + b"<itemDefinition", 1)

    with pytest.raises(dmn.CircularDecision, match="循环"):
        dmn.load(definitions(IMPORT + USES_OTHER), [other])


ALLOWED = (
    '<itemDefinition name="Level"><typeRef>string</typeRef><allowedValues><text>"bachelor", "master"</text>'
    '</allowedValues></itemDefinition><itemDefinition name="Score"><typeRef>number</typeRef><allowedValues>'
    "<text>[0..100]</text></allowedValues></itemDefinition>"
)


@pytest.mark.parametrize(
    ("type_", "given", "expected"),
    [
        ("Level", "master", "master"),
        ("Level", "primary", None),
        ("Score", 99, 99),
        ("Score", "99.5", Decimal("99.5")),
        ("Score", 101, None),
        ("number", 0.1, Decimal("0.1")),
        ("number", True, None),
        ("number", "3,200", None),
        ("number", float("nan"), None),
        ("boolean", "true", None),
        ("string", 5, None),
        ("date", "2026-11-22", date(2026, 11, 22)),
        ("date", datetime(2026, 11, 22, 8), date(2026, 11, 22)),
        ("date", "2026-11-31", None),
        ("time", "08:30:00", time(8, 30)),
        ("dateTime", "2026-11-22T08:30:00", datetime(2026, 11, 22, 8, 30)),
        ("dayTimeDuration", "P1DT1H", timedelta(days=1, hours=1)),
        ("yearMonthDuration", "P1Y", dmn.YearsMonths(12)),
        ("yearMonthDuration", "P1D", None),
    ],
)
def test_a_fact_conforms_to_its_type_or_is_null_with_a_note(type_, given, expected):
    model = dmn.load(definitions(ALLOWED + inputs(x=type_) + decision(literal("x"), "x")))

    outcome = dmn.evaluate(model, "d", {"x": given})

    assert outcome.value == expected
    assert outcome.determined
    assert [note.kind for note in outcome.notes] == ([dmn.NoteKind.WRONG_TYPE] if expected is None else [])
    assert dmn.evaluate(model, "d", {"x": None}).notes == ()


def test_types_are_told_by_fact():
    model = dmn.load(definitions(ALLOWED + inputs(x="Level", y="date") + decision(literal("x"), "x", "y")))

    assert dmn.fact_types(model) == {"x": "string", "y": "date"}


def test_an_outcome_is_frozen_and_its_trace_is_json():
    model = dmn.load(definitions(SERVICE))
    outcome = dmn.evaluate(model, "total", {"n": 4})

    with pytest.raises(AttributeError):
        outcome.value = 1
    with pytest.raises(AttributeError):
        outcome.trace.value = 1
    assert json.loads(json.dumps(outcome.trace.to_json())) == {
        "decision": "total", "value": "2", "determined": True, "facts": {"n": "4"}, "rows": [],
        "children": [{"decision": "rate", "value": "0.5", "determined": True, "facts": {}, "rows": [], "children": []}],
    }  # fmt: skip


def test_a_decision_carries_its_wording_and_its_clauses():
    model = dmn.load(
        definitions(
            '<knowledgeSource id="k" name="《办法》第四条" locationURI="https://example.org/4"><text>全日制</text></knowledgeSource>'
            '<decision id="c1" name="c1" label="全日制"><description>属全日制毕业生</description><authorityRequirement>'
            f'<requiredAuthority href="#k"/></authorityRequirement>{literal("true")}</decision>'
        )
    )

    found = model.decisions["c1"]

    assert (found.id, found.label, found.description) == ("c1", "全日制", "属全日制毕业生")
    assert found.sources == (dmn.KnowledgeSource("k", "《办法》第四条", "全日制", "https://example.org/4"),)


PAIR = (
    '<itemDefinition name="Pair"><itemComponent name="n"><typeRef>number</typeRef></itemComponent>'
    '<itemComponent name="m"><typeRef>number</typeRef></itemComponent></itemDefinition>'
    '<inputData id="p" name="p"><variable name="p" typeRef="Pair"/></inputData><decision id="d" name="d">{}'
    "<literalExpression><text>[p = null, p.n, count(get entries(p))]</text></literalExpression></decision>"
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"p": None}, [True, None, None]),
        ({"p": "nothing with components"}, [True, None, None]),
        ({"p": {"n": 1, "m": 2}}, [False, 1, 2]),
        ({"p": [{"n": 1, "m": 2}]}, [False, 1, 2]),
        ({"p.n": 1, "p.m": 2}, [False, 1, 2]),
    ],
)
def test_a_whole_subject_may_be_given_as_null(given, expected):
    assert dmn.evaluate(dmn.load(definitions(PAIR.format(needs("p")))), "d", given).value == expected


def test_a_business_knowledge_model_is_evaluated_with_its_parameters_as_facts():
    body = (
        '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="a b" typeRef="number"/>'
        "<literalExpression><text>a b + 1</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    )
    model = dmn.load(definitions(body))

    assert dmn.evaluate(model, "f", {"a b": 1}).value == 2
    assert dmn.evaluate(model, "f", {}).missing == ("a b",)
