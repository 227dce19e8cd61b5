"""Cells read as segments say of every value what their own code says."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yimen.dmn.cells import ANYTHING, cell_of, representatives, segment
from yimen.dmn.feel import ast
from yimen.dmn.feel.compile import compile_tests
from yimen.dmn.feel.parser import parse_unary_tests
from yimen.dmn.feel.scope import Local, Scope
from yimen.dmn.silent import SILENT
from yimen.dmn.values import YearsMonths

pytestmark = pytest.mark.fuzz

SCOPE = Scope({"n": Local("n")}, "d")
NUMBER = st.integers(-3, 3).map(str)
TEXT = st.sampled_from(['""', '"a"', '"ab"', '"b"'])
DAY = st.sampled_from(['date("2024-02-28")', 'date("2024-02-29")', '@"2024-03-02"'])
LENGTH = st.sampled_from(['duration("P1D")', 'duration("PT1S")', '-duration("P2D")'])
MONTHS = st.sampled_from(['duration("P1Y")', 'duration("P13M")'])
CONSTANT = st.one_of(NUMBER, TEXT, DAY, LENGTH, MONTHS, st.sampled_from(["true", "false", "null", "1 + 1.5"]))


def _ranges(ends):
    return st.builds("{}{}..{}{}".format, st.sampled_from("[("), ends, ends, st.sampled_from("])"))


TEST = st.one_of(
    CONSTANT,
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), CONSTANT),
    *(_ranges(ends) for ends in (NUMBER, TEXT, DAY, LENGTH, MONTHS)),
    st.lists(CONSTANT, max_size=2).map(lambda items: f"[{', '.join(items)}]"),
)
TESTS = st.builds(
    lambda tests, negated: f"not({', '.join(tests)})" if negated else ", ".join(tests),
    st.lists(TEST, min_size=1, max_size=3),
    st.booleans(),
)
VALUE = st.one_of(
    st.decimals(-4, 4, places=1),
    st.sampled_from(["", "a", "a\0", "aa", "ab", "b", "c", True, False, None]),
    st.dates(date(2024, 2, 26), date(2024, 3, 4)),
    st.sampled_from([timedelta(days=-2), timedelta(seconds=1), timedelta(days=1), timedelta(0), timedelta(days=9)]),
    st.integers(11, 14).map(YearsMonths),
)


def written(text):
    return ast.Written(text, 1, parse_unary_tests(text))


@settings(max_examples=400)
@given(text=TESTS, value=VALUE)
def test_a_cell_says_of_every_value_what_its_own_code_says(text, value):
    test = written(text)
    cell = cell_of(test, SCOPE)
    verdict = compile_tests(test.tree, lambda _run, local: local["?"], SCOPE).code(SILENT, {"?": value})

    assert cell is not None
    assert cell.verdict(value) == verdict


def test_a_dash_says_yes_to_everything():
    assert cell_of(None, SCOPE) is ANYTHING
    assert ANYTHING.verdict(None) is True


@pytest.mark.parametrize("text", ["> n", "? > 1", "f(1)", 'time("10:00:00")', "today()", "< now()", "[1..n]", "{a: 1}"])
def test_a_cell_that_does_more_than_compare_with_constants_is_left_alone(text):
    scope = Scope({"n": Local("n"), "f": Local("f")}, "d")

    assert cell_of(written(text), scope) is None


def test_points_cut_a_line_into_segments():
    points = (Decimal(1), Decimal(3))

    assert [segment(points, Decimal(value)) for value in ("0", "1", "2", "3", "4")] == [0, 1, 2, 3, 4]
    assert representatives(points) == (Decimal(0), Decimal(1), Decimal(2), Decimal(3), Decimal(4))
