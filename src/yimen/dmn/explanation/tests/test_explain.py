"""Explanations: what decided is told with its value, its limit and its clause, in the language asked for."""

import pytest

from yimen import dmn
from yimen.dmn.explanation import LANGUAGES, explain
from yimen.dmn.explanation.phrases import EN, ZH
from yimen.dmn.tests.factories import definitions, expression, inputs, needs, table


def told(text, facts, *, language="zh", **types):
    return explain(expression(text, **types), "d", facts, language=language).sentences[0]


@pytest.mark.parametrize(
    ("text", "facts", "types", "said"),
    [
        ("n < 35", {"n": 36}, {"n": "number"}, "不符合“d”：n为36，要求小于35。"),
        ("35 > n", {"n": 36}, {"n": "number"}, "不符合“d”：n为36，要求小于35。"),
        ("not(n >= 35)", {"n": 36}, {"n": "number"}, "不符合“d”：n为36，要求小于35。"),
        ("n <= 35", {"n": 35}, {"n": "number"}, "符合“d”：n为35，要求不超过35。"),
        ("n < 35", {}, {"n": "number"}, "还不能确定“d”：还不知道n，要求小于35。"),
        ("n between 1 and 3", {"n": 36}, {"n": "number"}, "不符合“d”：n为36，要求在1到3之间（含两端）。"),
        ("n in [1..3)", {"n": 36}, {"n": "number"}, "不符合“d”：n为36，要求在1（含）到3（不含）之间。"),
        ("n in (> 40, 1)", {"n": 36}, {"n": "number"}, "不符合“d”：n为36，要求大于40，或为1。"),
        ('s in ("a", "b")', {"s": "c"}, {"s": "string"}, "不符合“d”：s为“c”，要求是“a”、“b”之一。"),
        ('not(s in ("a", "b"))', {"s": "a"}, {"s": "string"}, "不符合“d”：s为“a”，要求不是“a”、“b”。"),
        ('starts with(s, "44")', {"s": "11"}, {"s": "string"}, "不符合“d”：s为“11”，要求以“44”开头。"),
        ('list contains(l, "a")', {"l": ["b", "c"]}, {"l": "Any"}, "不符合“d”：l为“b”、“c”，要求有“a”。"),
        ('not(list contains(l, "a"))', {"l": ["a"]}, {"l": "Any"}, "不符合“d”：l为“a”，要求没有“a”。"),
        ("some x in l satisfies x > 3", {"l": [1, 2]}, {"l": "Any"}, "不符合“d”：l为1、2，要求有一个符合。"),
        ("not(every x in l satisfies x > 1)", {"l": [2]}, {"l": "Any"}, "不符合“d”：l为2，要求不是每一个都符合。"),
        ("b", {"b": False}, {"b": "boolean"}, "不符合“d”：b为否，要求是。"),
        ("b = false", {"b": True}, {"b": "boolean"}, "不符合“d”：b为是，要求为否。"),
        ("b != true", {"b": True}, {"b": "boolean"}, "不符合“d”：b为是，要求为否。"),
        (
            't <= u + duration("P2Y")',
            {"t": "2026-07-01", "u": "2024-06-30"},
            {"t": "date", "u": "date"},
            "不符合“d”：t为2026年7月1日，要求不晚于2026年6月30日（u + 2 年）。",
        ),
        ("n > 1 and m > 1", {"n": 0, "m": 5}, {"n": "number", "m": "number"}, "不符合“d”：n为0，要求大于1。"),
        ("n > 1 or m > 1", {"n": 0, "m": 5}, {"n": "number", "m": "number"}, "符合“d”：m为5，要求大于1。"),
        ("n > 1 or m > 1", {"n": 0, "m": 0}, {"n": "number", "m": "number"}, "不符合“d”：n为0，要求大于1；m为0，要求大于1。"),
        ("if b then n > 1 else true", {"b": True, "n": 0}, {"b": "boolean", "n": "number"}, "不符合“d”：b为是，要求是；n为0，要求大于1。"),
        ("n + m", {"n": 1, "m": 2}, {"n": "number", "m": "number"}, "“d”为3。"),
    ],
)  # fmt: skip
def test_what_decided_is_told_with_value_and_limit(text, facts, types, said):
    assert told(text, facts, **types) == said


def test_another_language_is_another_catalogue():
    assert told("n < 35", {"n": 36}, language="en", n="number") == "“d” is not met: n is 36, required: less than 35."
    assert ZH.keys() == EN.keys()
    LANGUAGES["pirate"] = {**EN, "failed": "“{title}”, ye landlubber"}
    try:
        assert told("n < 35", {"n": 36}, language="pirate", n="number").startswith("“d”, ye landlubber")
    finally:
        del LANGUAGES["pirate"]


GRAPH = f"""{inputs(n="number", m="number")}
  <knowledgeSource id="k" name="《办法》第三条"/>
  <decision id="age" name="age"><description>周岁年龄，以当日为准</description>{needs("n")}
    <literalExpression><text>n + 1</text></literalExpression></decision>
  <decision id="c1" name="c1"><description>年满六十周岁（含）</description>
    <informationRequirement><requiredDecision href="#age"/></informationRequirement>
    <authorityRequirement><requiredAuthority href="#k"/></authorityRequirement>
    <literalExpression><text>age >= 60</text></literalExpression></decision>
  <decision id="c2" name="c2" label="收入条件">{needs("m")}
    <decisionTable hitPolicy="FIRST"><input><inputExpression><text>m</text></inputExpression></input><output/>
    <rule id="poor"><inputEntry><text>[0..1000)</text></inputEntry><outputEntry><text>true</text></outputEntry>
      <annotationEntry><text>第四条第一款</text></annotationEntry></rule>
    <rule id="rich"><inputEntry><text>>= 5000</text></inputEntry><outputEntry><text>false</text></outputEntry>
      <annotationEntry><text>第四条第二款</text></annotationEntry></rule>
    </decisionTable></decision>
  <decision id="eligible" name="eligible">
    <informationRequirement><requiredDecision href="#c1"/></informationRequirement>
    <informationRequirement><requiredDecision href="#c2"/></informationRequirement>
    <literalExpression><text>c1 and c2</text></literalExpression></decision>"""


@pytest.fixture(scope="module")
def model():
    return dmn.load(definitions(GRAPH))


def test_a_refusal_names_the_conditions_that_failed_with_clause_and_row(model):
    explanation = explain(model, "eligible", {"n": 40, "m": 6000})

    assert explanation.sentences[:2] == (
        "不符合“年满六十周岁（含）”：周岁年龄为41，要求不少于60（依据：《办法》第三条）。",
        "不符合“收入条件”：命中第 2 行“第四条第二款”；m为6,000，要求小于5,000。",
    )
    (check,) = explanation.reason.because[0].checks
    assert (check.subject, check.facts, check.is_met) == ("age", frozenset({"n"}), False)


def test_only_what_decided_is_told(model):
    explanation = explain(model, "eligible", {"n": 40, "m": 10})

    assert [one.decision for one in explanation.reason.because] == ["c1"]


def test_a_table_without_a_hit_tells_what_kept_the_nearest_rows_off(model):
    explanation = explain(model, "c2", {"m": 2000})

    assert "m为2,000，要求在0（含）到1,000（不含）之间，或不少于5,000" in explanation.sentences[0]


def test_a_row_hit_is_told_with_its_remark(model):
    assert explain(model, "c2", {"m": 10}).sentences == (
        "符合“收入条件”：命中第 1 行“第四条第一款”；m为10，要求在0（含）到1,000（不含）之间。",
    )


def test_an_outcome_is_explained_on_the_facts_it_read(model):
    outcome = dmn.evaluate(model, "eligible", {"n": 40, "m": 6000})

    explanation = explain(model, outcome)

    assert outcome.asked == ("n",)
    assert [one.decision for one in explanation.reason.because] == ["c1"]
    assert explanation.reason.value is False


def test_nothing_is_supposed_of_what_is_not_at_hand(model):
    explanation = explain(model, "eligible", {"n": 70})

    assert not explanation.determined
    assert explanation.missing == ("m",)
    assert explanation.near == ()


def test_facts_may_be_nested_and_are_called_by_better_names():
    xml = definitions(
        '<itemDefinition name="P"><itemComponent name="kind"><typeRef>string</typeRef></itemComponent></itemDefinition>'
        '<inputData id="p" name="p"><variable name="p" typeRef="P"/></inputData>'
        f'<decision id="d" name="d">{needs("p")}<literalExpression><text>p.kind = "x"</text></literalExpression></decision>'
    )

    class Better:
        def title(self, name):
            return {"p.kind": "类别", "d": "条件"}[name]

        def value(self, fact, value):
            return {"x": "甲类", "y": "乙类"}[value] if fact == "p.kind" else None

    explanation = explain(dmn.load(xml), "d", {"p": {"kind": "y"}}, names=Better())

    assert explanation.sentences == (
        "不符合“条件”：类别为乙类，要求为甲类。",
        "如果类别由乙类变为甲类，结果就会改变。",
    )


def test_values_that_are_lists_and_contexts_are_told_too():
    assert told("{a: n} = {a: 1}", {"n": 2}, n="number") == "不符合“d”：{a: n}为{a: 2}，要求为{a: 1}（{a: 1}）。"
    assert told("[n] = [1, 2]", {"n": 2}, n="number") == "不符合“d”：[n]为2，要求为1、2。"


def test_steps_of_a_box_are_followed_to_its_result():
    xml = definitions(
        f'{inputs(n="number")}<decision id="d" name="d">{needs("n")}<context>'
        '<contextEntry><variable name="twice"/><literalExpression><text>2 * n</text></literalExpression></contextEntry>'
        "<contextEntry><literalExpression><text>twice > 10</text></literalExpression></contextEntry></context></decision>"
    )

    assert explain(dmn.load(xml), "d", {"n": 3}).sentences[0] == "不符合“d”：twice为6，要求大于10。"


def test_it_is_plain_json(model):
    plain = explain(model, "eligible", {"n": 40, "m": 10}).to_json()

    assert plain["value"] is False
    assert plain["near"] == [{"changes": [{"fact": "n", "from": "40", "to": "59", "by": "19"}], "missing": []}]
    assert plain["reason"]["because"][0]["checks"][0]["value"] == "41"


def test_logic_without_end_is_explained_as_far_as_it_goes():
    xml = definitions(
        f'{inputs(n="number")}<decision id="d" name="d">{needs("n")}'
        '<knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>'
        "<literalExpression><text>f(n) > 1</text></literalExpression></decision>"
        '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="p" typeRef="number"/>'
        "<literalExpression><text>f(p + 1)</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    )

    assert explain(dmn.load(xml), "d", {"n": 1}).reason.value is None


def test_a_decision_that_is_not_there_is_refused(model):
    with pytest.raises(dmn.UnknownDecision, match="可用的有"):
        explain(model, "nothing", {})


def test_several_hits_tell_all_their_rows():
    model = table("COLLECT SUM", {"n": "number"}, [["> 1", "1"], ["> 2", "2"], ["> 9", "3"]])

    assert explain(model, "d", {"n": 3}).sentences == (
        "“d”为3：命中第 1 行；命中第 2 行；n为3，要求大于1；n为3，要求大于2。",
    )
