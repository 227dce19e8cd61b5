"""Whatever an expression asks for, an answer comes soon: null with a note where it would be too much."""

import time

import pytest

from yimen import dmn
from yimen.dmn.tests.factories import definitions, expression

DOUBLED = "{" + "a0: [1, 1], " + ", ".join(f"a{i}: [a{i - 1}, a{i - 1}]" for i in range(1, 60)) + "}.a59"
NESTED = "{" + "a0: {x: 1}, " + ", ".join(f"a{i}: {{x: a{i - 1}, y: a{i - 1}}}" for i in range(1, 60)) + "}.a59"


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000000000 return i",
        "count(for i in 1..100000, j in 1..100000 return j)",
        'for d in @"-999999999-01-01"..@"999999999-01-01" return d',
        "for i in 1..60 return if i = 1 then 1 else [partial[-1], partial[-1]]",
        "for i in 1..100000 return if i = 1 then 1 else [partial[-1]]",
        'for i in 1..60 return if i = 1 then "ab" else partial[-1] + partial[-1]',
        'for i in 1..500000 return if i = 1 then "0123456789" else partial[-1] + "0123456789"',
        "for i in 1..60 return if i = 1 then [1] else insert before(partial[-1], 1, partial[-1])",
        "for i in 1..60 return if i = 1 then [1] else append(partial[-1], partial[-1])",
        "for i in 1..60 return if i = 1 then [1, 2] else concatenate(partial[-1], partial[-1])",
        'for i in 1..60 return if i = 1 then {a: 1} else context put(partial[-1], "b", [partial[-1], partial[-1]])',
        "{f: function(g, n) g(g, n + 1), r: f(f, 1)}.r",
        DOUBLED,
        f"string({DOUBLED})",
        f"{DOUBLED} = {DOUBLED}",
        f"flatten({DOUBLED})",
        NESTED,
        f"get entries({NESTED})",
        '{s: string join(for i in 1..100000 return "0123456789"), r: for i in 1..500000 return upper case(s)}.r',
        '{s: string join(for i in 1..100000 return "0123456789"), r: string(for i in 1..100000 return s)}.r',
        "{xs: for i in 1..100000 return i, r: for i in 1..100000 return sum(xs)}.r",
        "for i in 1..1000 return distinct values(for i in 1..100000 return i)",
        '{s: string join(for i in 1..2000 return "a"), r: for i in 1..100000 return matches(s, "^(a|aa)+$")}.r',
        "9 ** 9 ** 9 ** 9",
        "1e6000 * 1e6000",
        'duration("P999999999999999999Y") * 1e30',
    ],
)  # fmt: skip
def test_an_answer_comes_soon(text):
    model = expression(text)
    start = time.process_time()

    outcome = dmn.evaluate(model, "d", {})

    outcome.trace.to_json()
    assert outcome.determined
    assert time.process_time() - start < 20


def test_an_allowed_value_that_takes_for_ever_to_test_is_refused():
    type_ = (
        '<itemDefinition name="T"><typeRef>number</typeRef><allowedValues><text>'
        "count(for i in 1..1000000000 return i) = ?</text></allowedValues></itemDefinition>"
    )
    decision = '<decision id="d" name="d"><variable name="d" typeRef="T"/><literalExpression><text>1</text></literalExpression></decision>'

    assert dmn.evaluate(dmn.load(definitions(type_ + decision)), "d", {}).value is None
