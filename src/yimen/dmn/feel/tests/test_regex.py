"""Regular expressions: one line a rule of their grammar; two ways of matching that must agree; bounded time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.dmn.feel.regex.machine import Machine, TooLong
from yimen.dmn.feel.regex.parse import parse
from yimen.dmn.feel.regex.pattern import compiled
from yimen.dmn.feel.regex.tree import BadPattern, Choice, Group, Repeat, Sequence


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "expected"),
    [
        ("abracadabra", "bra", "", True),
        ("abracadabra", "^a.*a$", "", True),
        ("abracadabra", "^bra", "", False),
        ("a\nb", "a.b", "", False),
        ("a\nb", "a.b", "s", True),
        ("a\nb", "^b$", "", False),
        ("a\nb", "^b$", "m", True),
        ("a\n", "a$", "", False),
        ("helloworld", "hello world", "x", True),
        ("helloworld", "hello[ ]world", "x", False),
        ("hello world", r"hello\ sworld", "x", True),
        ("a#b", "a # b", "x", True),
        ("HELLO", "[a-z]+$", "i", True),
        ("Straße", r"^\p{Lu}\p{Ll}+$", "", True),
        ("abc", r"^\p{Lu}", "i", False),
        ("a.c", "a.c", "q", True),
        ("abc", "a.c", "q", False),
        ("xyz", "^[a-z-[aeiou]]+$", "", True),
        ("aei", "[a-z-[aeiou]]", "", False),
        ("b", "[a-z-[a-y-[b]]]", "", True),
        ("5", r"[^\d-[5]]", "", False),
        ("-", "^[a-]$", "", True),
        ("-", "^[-a]$", "", True),
        ("^", r"^[\^]$", "", True),
        ("\u0430\u0431", r"^\p{IsCyrillic}+$", "", True),
        ("深圳", r"^\p{IsCJKUnifiedIdeographs}{2}$", "", True),
        ("ab", r"\P{L}", "", False),
        ("a:b-1", r"^\i\c*$", "", True),
        ("1a", r"^\i", "", False),
        ("+", r"^\w$", "", True),
        ("-", r"\w", "", False),
        ("\u00a0", r"\s", "", False),
        ("٣", r"^\d$", "", True),
        ("abab", r"^(ab)\1$", "", True),
        ("ab", r"^(a)|(b)\2$", "", True),
        ("aXbXc", r"^(?:[a-z]X)+[a-z]$", "", True),
        ("aaa", "^a{2,3}?a$", "", True),
        ("aaaa", "^a{2}$", "", False),
        ("aaaa", "^a{2,}$", "", True),
    ],
)
def test_what_matches(text, pattern, flags, expected):
    assert compiled(pattern, flags).is_in(text) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "[", "]", "(", ")", "{", "}", "*a", "a**", "a{2,1}", "a{,2}", "a{2000}", "(?=a)", "(?<n>a)", "(?i)a", r"\b", r"\2(a)", r"(a\1)", r"\p{Xx}", r"\p{IsNowhere}",
        "[]", "[z-a]", "[a-c-e]", "[a-z-[", "\\", "a" * 2000, "(" * 50 + ")" * 50,
    ],
)  # fmt: skip
def test_what_is_no_pattern(pattern):
    assert compiled(pattern, "") is None


def test_flags_are_of_five_letters():
    assert compiled("a", "smixq")
    assert compiled("a", "g") is None


@pytest.mark.parametrize(
    ("text", "pattern", "replacement", "expected"),
    [
        ("abracadabra", "bra", "*", "a*cada*"),
        ("abracadabra", "a.*?a", "*", "*c*bra"),
        ("abracadabra", "a(.)", "a$1$1", "abbraccaddabbra"),
        ("darted", "^(.*?)d(.*)$", "$1c$2", "carted"),
        ("facetiously", "[iouy]", "[$0]", "facet[i][o][u]sl[y]"),
        ("abcd", "(ab)|(a)", "[1=$1][2=$2]", "[1=ab][2=]cd"),
        ("abc", "(b)", "$12", "ab2c"),
        ("abc", "b", "$2", "ac"),
        ("abc", "b", r"\$\\", "a$\\c"),
        ("abc", "b", "$", None),
        ("abc", "b", r"\b", None),
        ("abc", "b*", "x", None),
    ],
)
def test_replacements(text, pattern, replacement, expected):
    assert compiled(pattern, "").replaced(text, replacement, 1000) == expected


def test_a_literal_pattern_has_a_literal_replacement():
    assert compiled("b.", "q").replaced("ab.c", "$1", 1000) == "a$1c"


def test_splitting_leaves_groups_out():
    assert compiled(r"(\d),", "").split("a1,b2,c") == ["a", "b", "c"]
    assert compiled("x?", "").split("axb") is None


ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", "^", "$", "(?:)"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("({0[0]}|{0[1]})".format),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{1,2}", "??", "*?", "+?"])).map(
            "(?:{0[0]}){0[1]}".format
        ),
        inner.map("({})".format),
    ),
    max_leaves=6,
)


def loops_over_nothing(node):
    """Whether something that can match nothing is repeated: there alone the two choose differently among matches."""
    match node:
        case Repeat(body, _, most, _):
            empty = next(Machine(body, 99).matches(""), None) is not None
            return ((most is None or most > 1) and empty) or loops_over_nothing(body)
        case Sequence(parts) | Choice(parts):
            return any(map(loops_over_nothing, parts))
        case Group(_, body):
            return loops_over_nothing(body)
        case _:
            return False


@given(pattern=PATTERNS, text=st.text("ab1\n", max_size=8))
def test_the_machine_finds_what_backtracking_finds(pattern, text):
    found = compiled(pattern, "")
    tree, groups = parse(pattern, "")

    first, other = found._re.search(text), next(Machine(tree, groups).matches(text), None)

    assert (first is None) == (other is None)
    if first is not None and not loops_over_nothing(tree):
        assert first.span() == other[:2]
        assert tuple(place for number in range(groups + 1) for place in first.span(number)) == other


EVIL = [
    "^(a+)+$",
    "^(a|a)*$",
    "^(a|aa)+$",
    "(.*)*b",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "a*a*a*a*a*b",
    "(a?){50}a{50}b",
    "^(a{1,50}){1,50}$",
]


@pytest.mark.parametrize("pattern", EVIL)
@pytest.mark.parametrize("length", [30, 1_000, 100_000])
def test_no_pattern_takes_for_ever(pattern, length):
    start = time.perf_counter()

    try:
        found = compiled(pattern, "").is_in("a" * length + "!")
    except (TooLong, BadPattern):
        found = False

    assert not found
    assert time.perf_counter() - start < 5


def test_back_references_that_could_take_for_ever_are_refused():
    with pytest.raises(BadPattern):
        compiled(r"^(a*)*\1$", "").is_in("a" * 50)
