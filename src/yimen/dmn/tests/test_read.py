"""What is refused when a model is read, and how it is said."""

import pytest

from yimen import dmn
from yimen.dmn.tests.factories import definitions, expression, inputs, needs

GOOD = f'{inputs(a="number")}<decision id="d" name="d">{needs("a")}<literalExpression><text>a</text></literalExpression></decision>'
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><definitions>&b;</definitions>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><definitions>&a;</definitions>'


@pytest.mark.parametrize("edition", ["20191111", "20211108", "20230324"])
def test_dmn_1_3_to_1_5_are_read(edition):
    model = dmn.load(definitions(GOOD, space=f"https://www.omg.org/spec/DMN/{edition}/MODEL/"))

    assert dmn.evaluate(model, "d", {"a": 1}).value == 1


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        (b"", "XML"),
        (b"not xml", "XML"),
        (b"<definitions>", "XML"),
        (b"<definitions/>", "命名空间"),
        (b'<definitions xmlns="http://www.omg.org/spec/DMN/2010/dmn.xsd"/>', "1.1、1.2、1.3、1.4、1.5"),
        (BOMB, "DOCTYPE"),
        (OUTSIDE, "DOCTYPE"),
        (b"<definitions>" + b" " * (5 * 1024 * 1024) + b"</definitions>", "上限"),
        (b"<a>" * 5000, "XML"),
        (b"<a>" * 150 + b"</a>" * 150, "嵌套超过"),
    ],
)
def test_a_file_that_is_no_model_is_refused_with_the_reason(xml, words):
    with pytest.raises(dmn.ModelError, match=words):
        dmn.load(xml)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('<decision id="d" name="d"><decisionTable/></decision>', "没有输出列"),
        ('<decision id="d" name="d"><conditional/></decision>', "缺少 if"),
        (
            '<decision id="d" name="d"><decisionTable hitPolicy="MOST"><output/></decisionTable></decision>',
            "MOST",
        ),
        (
            '<decision id="d" name="d"><functionDefinition kind="Java"/></decision>',
            "Java",
        ),
        ('<decision id="d" name="d"><variable name="d" typeRef="numbr"/></decision>', "numbr"),
        ('<decision id="d" name="d"/><inputData id="i" name="d"/>', "用了两次"),
        ('<decisionService id="s" name="s"/>', "没有输出决策"),
        (
            f'{inputs(a="number")}<decisionService id="s" name="s"><outputDecision href="#a"/></decisionService>',
            "不是决策",
        ),
        (
            '<itemDefinition name="T"><typeRef>string</typeRef><allowedValues><text>"a",</text></allowedValues></itemDefinition>',
            "取值范围",
        ),
        ('<decision id="d" name="d"><decisionTable><output/><rule/></decisionTable></decision>', "0 个输出"),
        (
            f'<decision id="d" name="d">{needs("nothing")}<literalExpression><text>1</text></literalExpression></decision>',
            "#nothing",
        ),
        (
            '<decision id="d" name="d"><literalExpression><text>a + 1</text></literalExpression></decision>',
            "名称“a”没有定义",
        ),
        ('<decision id="d"><literalExpression><text>1</text></literalExpression></decision>', "没有名称"),
        ('<import name="other" namespace="n" importType="t"/>', "import"),
    ],
)
def test_a_broken_model_says_where_and_what_to_do(body, words):
    with pytest.raises(dmn.ModelError, match=words) as caught:
        dmn.load(definitions(body))

    problem = caught.value.problems[0]
    assert problem.line >= 1
    assert problem.remedy


def test_every_problem_is_reported_at_once():
    with pytest.raises(dmn.ModelError) as caught:
        dmn.load(definitions('<decision id="d"/><decision id="e"/>'))

    assert len(caught.value.problems) == 2


def test_a_decision_that_requires_itself_is_refused_by_the_circle():
    def decision(name, other):
        return (
            f'<decision id="{name}" name="{name}"><informationRequirement><requiredDecision href="#{other}"/>'
            f"</informationRequirement><literalExpression><text>{other}</text></literalExpression></decision>"
        )

    with pytest.raises(dmn.CircularDecision, match=r"循环引用：[de] → [de]"):
        dmn.load(definitions(decision("d", "e") + decision("e", "d")))


def test_a_decision_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(dmn.UnknownDecision, match="可用的有：d"):
        dmn.evaluate(expression("1"), "missing", {})


def test_a_problem_names_the_way_to_its_element():
    with pytest.raises(dmn.ModelError) as caught:
        dmn.load(
            definitions(
                '<decision id="d" name="d"><decisionTable id="t" hitPolicy="MOST"><output/></decisionTable></decision>'
            )
        )

    assert caught.value.problems[0].path == "definitions[m]/decision[d]/decisionTable[t]"


def test_a_decision_without_logic_is_null_and_says_so():
    outcome = dmn.evaluate(dmn.load(definitions('<decision id="d" name="d"/>')), "d", {})

    assert (outcome.value, outcome.determined) == (None, True)
    assert outcome.notes[0].kind is dmn.NoteKind.NO_LOGIC


@pytest.mark.parametrize(
    "space", ["http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/"]
)
def test_models_of_the_first_versions_are_read(space):
    body = inputs(n="number").replace("number", "feel:number") + (
        f'<decision id="d" name="d">{needs("n")}<literalExpression><text>n + 1</text></literalExpression></decision>'
    )
    model = dmn.load(definitions(body, space=space))

    assert dmn.evaluate(model, "d", {"n": "1"}).value == 2


BROKEN = (
    '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic kind="Java"><formalParameter name="a"/><context/>'
    '</encapsulatedLogic></businessKnowledgeModel><decision id="d" name="d">'
    '<knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>'
    "<literalExpression><text>[f(1), 2]</text></literalExpression></decision>"
    '<decision id="e" name="e"><informationRequirement><requiredDecision href="#lost"/></informationRequirement>'
    "<literalExpression><text>lost + 1</text></literalExpression></decision>"
)


def test_broken_pieces_are_null_in_a_model_loaded_leniently():
    model = dmn.load(definitions(BROKEN), lenient=True)

    assert dmn.evaluate(model, "d", {}).value == [None, 2]
    assert dmn.evaluate(model, "e", {}).notes == (dmn.Note(dmn.NoteKind.BROKEN, "e"),)
    assert len(model.flaws) == 3
    with pytest.raises(dmn.ModelError, match="Java"):
        dmn.load(definitions(BROKEN))


@pytest.mark.parametrize(
    "flaw",
    [
        '<import name="lost" namespace="nowhere" importType="t"/>',
        '<decision id="e" name="e"/><decision id="e2" name="e"/>',
        '<decisionService id="s" name="s"><variable name="s"/></decisionService>',
        '<decision id="e" name="e"><conditional><if><literalExpression><text>true</text></literalExpression></if></conditional></decision>',
        '<decision id="e" name="e"><decisionTable><input/><output/></decisionTable></decision>',
    ],
)
def test_a_flaw_elsewhere_leaves_a_decision_usable_in_a_model_loaded_leniently(flaw):
    xml = definitions(
        flaw + '<decision id="d" name="d"><literalExpression><text>1</text></literalExpression></decision>'
    )

    model = dmn.load(xml, lenient=True)

    assert model.flaws
    for name in [*model.decisions, *model.services]:
        dmn.evaluate(model, name, {})
    assert dmn.evaluate(model, "d", {}).value == 1
    with pytest.raises(dmn.ModelError):
        dmn.load(xml)
