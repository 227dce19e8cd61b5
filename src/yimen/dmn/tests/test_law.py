"""The law: an outcome determined with some facts unknown is the same for every completion of those facts.

Beside it: further facts never undo a determination, and a fact that was not asked made no difference. Expressions are made at random from nearly the whole grammar; what is wrong in type is as welcome as what is right.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yimen import dmn
from yimen.dmn.feel.operators import is_same
from yimen.dmn.tests.factories import definitions, expression, inputs, needs, table
from yimen.dmn.values import UNKNOWN, Function

pytestmark = pytest.mark.fuzz

TYPES = {"a": "boolean", "b": "boolean", "n": "number", "m": "number", "s": "string", "t": "date", "xs": "Any"}
VALUES = {
    "a": st.sampled_from([True, False, None]),
    "b": st.sampled_from([True, False, None]),
    "n": st.sampled_from([0, 1, 2, -1, 3.5, None]),
    "m": st.sampled_from([0, 1, 2, None]),
    "s": st.sampled_from(["", "ab", "4403", None]),
    "t": st.sampled_from(["2024-02-29", "2025-03-01", None]),
    "xs": st.one_of(
        st.lists(st.sampled_from([1, 2, 3, None]), max_size=3),
        st.lists(st.fixed_dictionaries({"n": st.sampled_from([1, 2]), "k": st.sampled_from([1, None])}), max_size=2),
        st.sampled_from([None, 2, [[1], [2, 3]]]),
    ),
}
ATOMS = st.sampled_from(
    [
        *TYPES,
        "true",
        "false",
        "null",
        "1",
        "2",
        "-1",
        '"ab"',
        "[]",
        "[1, n]",
        "{n: 1, k: m}",
        "[1..3]",
        "[n..3)",
        "t.year",
        '@"12026-06-30"',
    ]
)


def _deeper(inner):
    one, two, three = st.tuples(inner), st.tuples(inner, inner), st.tuples(inner, inner, inner)
    return st.one_of(
        *(
            parts.map(lambda p, shape=shape: shape.format(*p))
            for shape, parts in [
                ("({} and {})", two), ("({} or {})", two), ("not({})", one), ("(if {} then {} else {})", three),
                ("({} = {})", two), ("({} != {})", two), ("({} < {})", two), ("({} >= {})", two),
                ("({} + {})", two), ("({} - {})", two), ("({} * {})", two), ("(-{})", one),
                ("({} between {} and {})", three), ("({} in ({}, > {}))", three), ("({} in {})", two),
                ("{}[{}]", two), ("{}[item > {}]", two), ("{}[n = {}]", two), ("{}[item = null or {}]", two),
                ("({}).n", one), ("[{}, {}]", two), ("{{n: {}, k: n + {}}}", two), ("{{n: {}}}.n", one),
                ("(for x in {} return {})", two), ("(for x in {} return x + {})", two),
                ("(for x in {}, y in {} return [x, y])", two), ("(for x in 1..3 return if x = 2 then {} else x)", one),
                ("(some x in {} satisfies x = {})", two), ("(every x in {} satisfies x < {})", two),
                ("({} instance of number)", one), ("({} instance of list<number>)", one),
                ("count({})", one), ("sum({})", one), ("min({}, {})", two), ("list contains({}, {})", two),
                ("string({})", one), ("starts with({}, {})", two), ("substring({}, {})", two), ("append({}, {})", two),
                ("sort({}, function(x, y) x < y and {})", two), ("all({})", one), ("any([{}, {}])", two),
                ("flatten({})", one), ("is({}, {})", two), ("get value({}, {})", two), ("before({}, {})", two),
                ("(function(x) if {} then x else {})({})", three), ("years and months duration(t, {})", one),
                ('(t + duration("P1M") > {})', one), ("string join([{}, {}])", two), ("[{}..{}]", two),
                ("list replace({}, {}, 1)", two), ("(< {})", one), ("count({}[n = {}])", two), ("{}[count({}[n = k]) > 0]", two), ("{}[n = k and item.n = {}]", two), ('(@"2024-02-29" - {})', one), ("matches({}, {})", two),
                ("(for i in {}..{} return i)", two), ("max([{}, {}])", two), ("concatenate({}, {})", two), ("({}).year", one), ("reverse({})", one), ("remove({}, {})", two),
                ("context put({}, {}, 1)", two), ("get entries({})", one), ("sublist({}, {})", two), ("insert before({}, 1, {})", two), ("index of({}, {})", two),
            ]
        )
    )  # fmt: skip


EXPRESSIONS = st.recursive(ATOMS, _deeper, max_leaves=9)
FULL = st.fixed_dictionaries(VALUES)
KNOWN = st.sets(st.sampled_from([*TYPES]))


def same(left, right):
    """No difference anybody could see; a function is a function."""
    return (isinstance(left, Function) and isinstance(right, Function)) or is_same(left, right)


def hidden(full, known, blanks):
    """The facts known, lists among them with the items at `blanks` unknown."""
    partial = {name: full[name] for name in known}
    if isinstance(partial.get("xs"), list):
        partial["xs"] = [UNKNOWN if place in blanks else item for place, item in enumerate(partial["xs"])]
    return partial


@settings(max_examples=300)
@given(text=EXPRESSIONS, full=FULL, known=KNOWN, blanks=st.sets(st.integers(0, 2)))
def test_what_is_determined_stays_so_for_every_completion(text, full, known, blanks):
    model = expression(text, **TYPES)

    partial = dmn.evaluate(model, "d", hidden(full, known, blanks))
    whole = dmn.evaluate(model, "d", full)

    assert whole.determined
    if partial.determined:
        assert same(partial.value, whole.value)
        assert partial.missing == ()
    else:
        assert partial.missing
        assert not set(partial.missing) & (known - {"xs"})
    assert len(set(partial.asked)) == len(partial.asked)


@settings(max_examples=200)
@given(text=EXPRESSIONS, full=FULL, known=KNOWN, learnt=KNOWN)
def test_what_is_learnt_later_never_undoes_a_determination(text, full, known, learnt):
    model = expression(text, **TYPES)

    before = dmn.evaluate(model, "d", {name: full[name] for name in known})
    after = dmn.evaluate(model, "d", {name: full[name] for name in known | learnt})

    if before.determined:
        assert after.determined
        assert same(before.value, after.value)


@settings(max_examples=200)
@given(text=EXPRESSIONS, full=FULL, other=FULL)
def test_a_fact_that_was_not_asked_made_no_difference(text, full, other):
    model = expression(text, **TYPES)

    outcome = dmn.evaluate(model, "d", full)
    changed = dmn.evaluate(model, "d", {name: (full if name in outcome.asked else other)[name] for name in TYPES})

    assert same(outcome.value, changed.value)
    assert outcome.asked == changed.asked


@settings(max_examples=100)
@given(text=EXPRESSIONS, full=FULL, costs=st.fixed_dictionaries({name: st.integers(0, 3) for name in TYPES}))
def test_what_facts_cost_changes_what_is_asked_but_never_the_answer(text, full, costs):
    model = expression(text, **TYPES)

    class Priced:
        def get(self, path):
            return full[path]

        def cost(self, path):
            return costs[path]

    assert same(dmn.evaluate(model, "d", Priced()).value, dmn.evaluate(model, "d", full).value)


POLICIES = [
    "UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT",
    'COLLECT" aggregation="SUM', 'COLLECT" aggregation="MIN', 'COLLECT" aggregation="MAX', 'COLLECT" aggregation="COUNT',
]  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["-", "true", "false", "null", "not(true)"]),
        st.sampled_from(["-", "< 2", ">= 1", "null", "not(1)", "[m..2]", "1, 2", "? = m"]),
        st.sampled_from(["1", "2", "3", "m", "null", "if a then 1 else m"]),
    ).map(list),
    max_size=4,
)


@pytest.mark.parametrize("policy", POLICIES)
@settings(max_examples=30)
@given(rows=ROWS, full=FULL, known=KNOWN, learnt=KNOWN, default=st.sampled_from(["", "0", "m"]))
def test_a_determined_table_stays_so_for_every_completion(policy, rows, full, known, learnt, default):
    columns = [[first, second, "-", output] for first, second, output in rows]
    model = table(policy, {"a": "boolean", "n": "number", "m": "number"}, columns, default=default, allowed="2, 1, 3")

    partial = dmn.evaluate(model, "d", {name: full[name] for name in known})

    if partial.determined:
        assert dmn.evaluate(model, "d", {name: full[name] for name in known | learnt}).determined
        assert same(partial.value, dmn.evaluate(model, "d", full).value)
    else:
        assert partial.missing
        assert set(partial.missing) <= {"a", "n", "m"} - known


GRAPH = """
<itemDefinition name="Pair"><itemComponent name="x"><typeRef>number</typeRef></itemComponent>
  <itemComponent name="y"><typeRef>number</typeRef></itemComponent></itemDefinition>
<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="p" typeRef="Pair"/>
  <formalParameter name="q" typeRef="number"/><literalExpression typeRef="number"><text>{0}</text></literalExpression>
</encapsulatedLogic></businessKnowledgeModel>
<decision id="c" name="c"><variable name="c" typeRef="{3}"/>{all}<literalExpression><text>{1}</text></literalExpression></decision>
<decisionService id="serve" name="serve"><outputDecision href="#inner"/><inputDecision href="#c"/><inputData href="#n"/></decisionService>
<decision id="inner" name="inner"><informationRequirement><requiredDecision href="#c"/></informationRequirement>{n}
  <literalExpression><text>if c = n then n else c</text></literalExpression></decision>
<decision id="d" name="d">{all}<informationRequirement><requiredDecision href="#c"/></informationRequirement>
  <knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>
  <knowledgeRequirement><requiredKnowledge href="#serve"/></knowledgeRequirement>
  <context><contextEntry><variable name="e" typeRef="{3}"/><literalExpression><text>{2}</text></literalExpression></contextEntry>
    <contextEntry><literalExpression><text>[f({{x: n, y: m}}, e), serve(e, n), c, count(for i in e return 1)]{4}</text></literalExpression></contextEntry>
  </context></decision>
"""


def escaped(text):
    return text.replace("<", "&lt;").replace('"', "&quot;")


@settings(max_examples=100)
@given(
    body=st.sampled_from(["p.x + q", "if p.x = 1 then q else p.y", "p", "[p.y]", "if q = null then 0 else p.x"]),
    condition=EXPRESSIONS, entry=EXPRESSIONS, type_=st.sampled_from(["Any", "number", "boolean", "Pair"]),
    full=FULL, known=KNOWN, picked=st.sampled_from(["", "[1]", "[2]", "[3]", "[4]"]),
)  # fmt: skip
def test_the_law_holds_through_functions_services_and_types(body, condition, entry, type_, full, known, picked):
    body_xml = GRAPH.format(body, escaped(condition), escaped(entry), type_, picked, all=needs(*TYPES), n=needs("n"))
    model = dmn.load(definitions(inputs(**TYPES) + body_xml))

    partial = dmn.evaluate(model, "d", {name: full[name] for name in known})

    if partial.determined:
        assert same(partial.value, dmn.evaluate(model, "d", full).value)
    else:
        assert partial.missing


SUBJECT = (
    '<itemDefinition name="Pair"><itemComponent name="n"><typeRef>number</typeRef></itemComponent><itemComponent name="k">'
    '<itemComponent name="n"><typeRef>boolean</typeRef></itemComponent></itemComponent></itemDefinition>'
    '<inputData id="p" name="p"><variable name="p" typeRef="Pair"/></inputData><decision id="d" name="d">{}'
    "<literalExpression><text>{}</text></literalExpression></decision>"
)
OF_SUBJECT = st.recursive(
    st.sampled_from(["p", "p.n", "p.k", "p.k.n", "p.z", "null", "1", "[p]", "true"]), _deeper, max_leaves=7
)


@settings(max_examples=200)
@given(
    text=OF_SUBJECT,
    full=st.fixed_dictionaries({"p.n": st.sampled_from([1, 2, None]), "p.k.n": st.sampled_from([True, False, None])}),
    known=st.sets(st.sampled_from(["p.n", "p.k.n"])),
)  # fmt: skip
def test_the_law_holds_for_a_subject_taken_whole(text, full, known):
    text = text.replace("(t + duration", '(@"2024-02-29" + duration').replace("duration(t,", 'duration(@"2024-02-29",')
    model = dmn.load(definitions(SUBJECT.format(needs("p"), escaped(text))))

    partial = dmn.evaluate(model, "d", {name: full[name] for name in known})

    if partial.determined:
        assert same(partial.value, dmn.evaluate(model, "d", full).value)
    else:
        assert partial.missing
        assert set(partial.missing) <= set(full) - known
