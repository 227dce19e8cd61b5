"""Whatever is written in a model, it is read or refused; whatever the data are, evaluation does not raise."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yimen import dmn
from yimen.dmn.errors import FeelSyntaxError
from yimen.dmn.feel.parser import parse, parse_unary_tests
from yimen.dmn.tests.factories import definitions, expression, inputs, needs

pytestmark = pytest.mark.fuzz

WORDS = st.sampled_from(
    [
        *"()[]{},.:+-*/<>=@?", "..", "**", "<=", "!=", "->", " ", "a", "b c", "1", "1.5", "1e9999", '"s"', '"', "@", "null",
        "true", "and", "or", "not", "if", "then", "else", "for", "in", "return", "some", "satisfies", "between", "instance of",
        "number", "list<number>", "function", "date(", "count(", "sort(", "item", "partial", "深圳", "\\", "//", "/*", "#", "\u2028",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(WORDS, max_size=14).map(" ".join), st.lists(WORDS, max_size=10).map("".join))
DATA = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text(max_size=5), st.dates(), st.datetimes(),
        st.times(), st.timedeltas(), st.just(dmn.UNKNOWN), st.binary(max_size=3), st.complex_numbers(),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["n", "k", 1]), inner, max_size=2)),
    max_leaves=5,
)  # fmt: skip


@settings(max_examples=300)
@given(text=TEXTS, value=DATA)
def test_any_text_is_evaluated_or_refused_with_its_place(text, value):
    if "]]>" in text:
        return
    try:
        model = expression(text, a="Any")
    except dmn.ModelError as error:
        assert all(problem.line and problem.what and problem.remedy for problem in error.problems)  # noqa: PT017 - both ways are right
        return

    dmn.evaluate(model, "d", {"a": value}).trace.to_json()


USES = [
    "a + 1", 'a - @"2026-01-01"', "a * a", "a / 0", "a ** 2", "-a", 'a < @"2026-01-01T00:00:00Z"', "a between 1 and a", "a in [1..2]",
    "a[1]", "a[n > 1]", "a.n", "for x in a return x", "string(a)", "sum(a)", "sort(a)", "floor(a, a)", "years and months duration(a, a)",
    "date(a)", "duration(a)", "number(a, a)", "substring(a, a, a)", "matches(a, a)", "mean(a)", "context put(a, a, a)", "a.year",
    "round half up(a, 2)", "modulo(a, a)", "exp(a)", "log(a)", "sqrt(a)", "even(a)", "day of week(a)", "before(a, a)", "a = a",
    "a - a", "time(a)", "list replace(a, a, a)", "index of(a, a)", '@"2026-01-01" + a', "date and time(a, a)", "split(a, a)", "replace(a, a, a)",
    "is(a, a)", "decimal(a, a)", "a.time offset", "median(a)", "mode(a)", "stddev(a)", "string join(a, a)", "[a..a]",
]  # fmt: skip
MODEL = dmn.load(
    definitions(
        inputs(a="Any", d="date", n="number", t="dayTimeDuration")
        + "".join(
            f'<decision id="d{place}" name="d{place}">{needs("a")}<literalExpression><text><![CDATA[{use}]]></text></literalExpression></decision>'
            for place, use in enumerate(USES)
        )
        + f'<decision id="typed" name="typed">{needs("d", "n", "t")}<literalExpression><text>[d, n, t]</text></literalExpression></decision>'
    )
)


@settings(max_examples=150)
@given(value=DATA)
def test_no_data_make_evaluation_raise(value):
    for place in range(len(USES)):
        outcome = dmn.evaluate(MODEL, f"d{place}", {"a": value})
        outcome.trace.to_json()
        assert outcome.determined != bool(outcome.missing)
    dmn.evaluate(MODEL, "typed", {"d": value, "n": value, "t": value})


GOOD = (Path(__file__).parent / "hostile.dmn").read_bytes()


@settings(max_examples=200)
@given(
    cuts=st.lists(
        st.tuples(st.integers(0, len(GOOD)), st.integers(0, 12), st.binary(max_size=4) | WORDS.map(str.encode)),
        max_size=4,
    )
)
def test_a_damaged_file_is_read_or_refused(cuts):
    xml = GOOD
    for start, length, put in cuts:
        xml = xml[:start] + put + xml[start + length :]

    with suppress(dmn.ModelError):
        model = dmn.load(xml)
        for name in [*model.decisions, *model.services]:
            dmn.evaluate(model, name, {"n": 1})


@settings(max_examples=300)
@given(text=st.one_of(TEXTS, st.text(max_size=40)))
def test_any_text_is_parsed_or_refused_with_its_column(text):
    for read in (parse, parse_unary_tests):
        try:
            read(text)
        except FeelSyntaxError as error:
            assert 1 <= error.column <= len(text) + 1  # noqa: PT017 - both ways are right
            assert error.what  # noqa: PT017 - as above


PIECES = st.sampled_from(
    [
        *"abc.^$|?*+()[]{}-,\\", "(a", "a)", "[a-", "[^", "-[b]]", "{2}", "{1,3}", "{9999}", "a*", "(a+)+", "(a|a)*", "(.*)*", "\\d",
        "\\p{L}", "\\P{IsGreek}", "\\i\\c*", "\\1", "(?:", "(?=", "(?<n>", "\\b", "\\u0041", "\\", "深", "[[:alpha:]]", "$1", "\\$", "$0",
    ]
)  # fmt: skip
PATTERNS = st.lists(PIECES, max_size=8).map("".join)
MATCHING = {
    name: expression(text, s="string", p="string", r="string", f="string")
    for name, text in {
        "matches": "matches(s, p)", "flags": "matches(s, p, f)", "replace": "replace(s, p, r, f)", "split": "split(s, p)",
    }.items()
}  # fmt: skip


@settings(max_examples=200)
@given(
    text=st.sampled_from(["", "abc", "a" * 60, "ab" * 2000, "深圳 abc\n1"]),
    pattern=PATTERNS,
    put=PATTERNS,
    flags=st.sampled_from(["", "i", "s", "m", "x", "q", "ims", "z"]),
)
def test_any_pattern_matches_or_gives_null_and_never_hangs(text, pattern, put, flags):
    for model in MATCHING.values():
        outcome = dmn.evaluate(model, "d", {"s": text, "p": pattern, "r": put, "f": flags})
        assert outcome.determined
