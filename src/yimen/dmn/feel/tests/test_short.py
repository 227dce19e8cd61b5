"""Cells read without the parser are read as the parser reads them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yimen.dmn.errors import FeelSyntaxError
from yimen.dmn.feel import short
from yimen.dmn.feel.parser import Parser
from yimen.dmn.feel.scanner import Names
from yimen.dmn.feel.tokens import Vocabulary

pytestmark = pytest.mark.fuzz
PIECE = st.sampled_from(
    ["1", "12.50", "007", ".5", '"a"', '"a, b"', '"\\n"', "true", "false", "null", "[", "]", "(", ")", "..", ", ", ",", "< ", "<=", ">",
     ">= ", "=", "!=", "not(", "-", 'date("2024-02-29")', 'date("x")', " ", "date", "n", '@"2024-02-29"', "a-1", "true north"]
)  # fmt: skip
TEXT = st.one_of(
    st.lists(PIECE, min_size=1, max_size=6).map("".join),
    st.builds("{}{}..{}{}".format, st.sampled_from("[(]"), PIECE, PIECE, st.sampled_from("])[")),
    st.builds(
        "{}{}".format,
        st.sampled_from(["", "< ", "<=", "= ", "!="]),
        st.lists(PIECE, min_size=1, max_size=3).map(", ".join),
    ),
)
NAMES = [Names(), Names().plus(["a-1", "true north", "1st", '"a" or', "date of birth"])]


def parsed(text, names, how):
    parser = Parser(text, Vocabulary(names))
    try:
        tree = getattr(parser, how)()
        parser.expect_end()
    except FeelSyntaxError:
        return None
    return tree


@settings(max_examples=400)
@given(text=TEXT, names=st.sampled_from(NAMES))
def test_what_is_read_shortly_is_what_the_parser_reads(text, names):
    for read, how in ((short.expression, "expression"), (short.unary_tests, "unary_tests")):
        tree = read(text, names)
        assert tree is None or tree == parsed(text, names, how)


@pytest.mark.parametrize("text", ["< 5", "[1..3)", '"a", "b"', 'not("a")', "true", '>= date("2024-01-01")', "1.5"])
def test_the_commonest_cells_are_read_shortly(text):
    assert short.unary_tests(text, Names()) is not None
