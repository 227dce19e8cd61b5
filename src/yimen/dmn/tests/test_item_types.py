"""Item definitions: which values conform to a type, and what becomes of the others. One line a definition."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from yimen import dmn
from yimen.dmn.tests.factories import definitions

D = Decimal


def definition(base="", allowed="", constraint="", parts="", *, many=False):
    texts = "".join(
        f"<{tag}><text><![CDATA[{text}]]></text></{tag}>"
        for tag, text in [("allowedValues", allowed), ("typeConstraint", constraint)]
        if text
    )
    ref = f"<typeRef>{base}</typeRef>" if base else ""
    return f'<itemDefinition name="T" isCollection="{str(many).lower()}">{ref}{texts}{parts}</itemDefinition>'


def part(name, base, *, many=False, allowed=""):
    inner = f"<allowedValues><text>{allowed}</text></allowedValues>" if allowed else ""
    return f'<itemComponent name="{name}" isCollection="{str(many).lower()}"><typeRef>{base}</typeRef>{inner}</itemComponent>'


def typed(text, type_, name="T"):
    decision = f'<decision id="d" name="d"><variable name="d" typeRef="{name}"/><literalExpression><text><![CDATA[{text}]]></text></literalExpression></decision>'
    return dmn.evaluate(dmn.load(definitions(type_ + decision)), "d", {}).value


@pytest.mark.parametrize(
    ("type_", "text", "expected"),
    [
        (definition("string", '"a","b"'), '"a"', "a"),
        (definition("string", '"a","b"'), '"c"', None),
        (definition("string", 'not("a")'), '"a"', None),
        (definition("string", "string length(?) > 2"), '"abc"', "abc"),
        (definition("string", "string length(?) > 2"), '"ab"', None),
        (definition("number", "[1..10]"), "5", D(5)),
        (definition("number", "[1..10]"), "50", None),
        (definition("date", '[date("2026-01-01")..date("2026-12-31")]'), '@"2026-05-05"', date(2026, 5, 5)),
        (definition("string", '"a","b"', many=True), '["a", "b"]', ["a", "b"]),
        (definition("string", '"a","b"', many=True), '["a", "c"]', None),
        (definition("string", '"a","b"', many=True), '"a"', ["a"]),
        (definition("number", constraint="count(?) > 1", many=True), "[1, 2]", [D(1), D(2)]),
        (definition("number", constraint="count(?) > 1", many=True), "[1]", None),
        (definition("number", constraint="list contains(?, 2)", many=True), "[1, 2]", [D(1), D(2)]),
        (definition("number", constraint="every x in ? satisfies x > 0", many=True), "[1, -2]", None),
        (definition(parts=part("n", "number")), "{n: 1, m: 2}", {"n": D(1), "m": D(2)}),
        (definition(parts=part("n", "number")), "{m: 2}", None),
        (definition(parts=part("n", "number")), "{n: null}", {"n": None}),
        (definition(parts=part("n", "string", allowed='"x"')), '{n: "y"}', None),
        (definition(parts=part("n", "string", many=True, allowed='"x"')), '{n: ["x", "y"]}', None),
        (
            definition(parts=part("a b", "number") + part("c", "number"), constraint="?.a b > ?.c"),
            "{a b: 2, c: 1}",
            {"a b": D(2), "c": D(1)},
        ),
    ],
)
def test_what_conforms_to_a_definition(type_, text, expected):
    assert typed(text, type_) == expected


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("[1]", "number", D(1)),
        ("[1, 2]", "number", None),
        ('"1"', "number", None),
        ('@"2026-01-01"', "date and time", datetime(2026, 1, 1, tzinfo=UTC)),
        ('@"2026-01-01"', "dateTime", datetime(2026, 1, 1, tzinfo=UTC)),
        ('@"2026-01-01T10:00:00"', "date", None),
        ("1", "feel:number", D(1)),
    ],
)
def test_what_becomes_of_a_value_of_another_type(text, name, expected):
    assert typed(text, "", name) == expected
