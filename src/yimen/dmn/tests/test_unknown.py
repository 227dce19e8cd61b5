"""Three values and laziness: what is not known, what is not asked, and the law that ties them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen import dmn
from yimen.dmn.tests.factories import expression, table
from yimen.dmn.values import UNKNOWN

KINDS = {"a": "boolean", "b": "boolean"}
T, F, N, U = True, False, None, UNKNOWN


class Asked(dict):
    """Inputs that note what was asked; `prices` are their costs."""

    def __init__(self, values, prices=None):
        super().__init__(values)
        self.log, self.prices = [], prices or {}


class Priced:
    def __init__(self, values, prices):
        self.values, self.prices = values, prices

    def get(self, path):
        return self.values.get(path, UNKNOWN)

    def cost(self, path):
        return self.prices[path]


def evaluate(text, values, kinds=KINDS):
    given_ = {name: value for name, value in values.items() if value is not UNKNOWN}
    return dmn.evaluate(expression(text, **kinds), "d", given_)


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (T, T, T, T), (T, F, F, T), (T, N, N, T), (T, U, U, T),
        (F, T, F, T), (F, F, F, F), (F, N, F, N), (F, U, F, U),
        (N, T, N, T), (N, F, F, N), (N, N, N, N), (N, U, U, U),
        (U, T, U, T), (U, F, F, U), (U, N, U, U), (U, U, U, U),
    ],
)  # fmt: skip
def test_and_or_over_four_values(a, b, both, either):
    assert evaluate("a and b", {"a": a, "b": b}).value is both
    assert evaluate("a or b", {"a": a, "b": b}).value is either


def test_unknown_is_neither_true_nor_false():
    with pytest.raises(TypeError):
        bool(UNKNOWN)


def test_an_early_false_asks_nothing_further():
    assert evaluate("a and b", {"a": F, "b": T}).asked == ("a",)


def test_cheap_facts_are_asked_first_whatever_the_order_written():
    model = expression("a and b", **KINDS)

    outcome = dmn.evaluate(model, "d", Priced({"a": T, "b": F}, {"a": 8.0, "b": 1.0}))

    assert outcome.asked == ("b",)


def test_missing_names_only_what_still_matters_cheapest_first():
    kinds = {**KINDS, "c": "boolean"}
    model = expression("(a or b) and c", **kinds)

    outcome = dmn.evaluate(model, "d", Priced({"a": T}, {"a": 1.0, "b": 1.0, "c": 5.0}))
    assert outcome.missing == ("c",)
    outcome = dmn.evaluate(model, "d", Priced({"c": T}, {"a": 5.0, "b": 1.0, "c": 1.0}))
    assert outcome.missing == ("b", "a")


def test_a_missing_key_is_unknown_and_none_is_null():
    assert evaluate("a = null", {}).value is UNKNOWN
    assert evaluate("a = null", {"a": None}).value is True


def test_both_branches_alike_decide_an_unknown_condition():
    assert evaluate("if a then 1 else 1", {}).determined
    assert evaluate("if a then 1 else 2", {}).missing == ("a",)


def test_a_value_of_the_wrong_type_becomes_null_with_a_note():
    outcome = evaluate("a = 3", {"a": "three"}, {"a": "number"})

    assert outcome.value is False
    assert outcome.notes[0].place == "a"


def test_dates_arrive_as_text_too():
    assert evaluate('a < date("2026-01-01")', {"a": "2025-12-31"}, {"a": "date"}).value is True


FIRST = [["< 18", "-", '"child"'], ["-", "true", '"member"'], ["-", "-", '"guest"']]


@pytest.mark.parametrize(
    ("age", "member", "value", "asked"),
    [
        (10, T, "child", ("age",)),
        (30, T, "member", ("age", "member")),
        (30, F, "guest", ("age", "member")),
        (10, U, "child", ("age",)),
        (U, T, U, ("age", "member")),
        (30, U, U, ("age", "member")),
    ],
)
def test_a_first_table_asks_no_more_than_decides(age, member, value, asked):
    model = table("FIRST", {"age": "number", "member": "boolean"}, FIRST)
    values = {name: given_ for name, given_ in (("age", age), ("member", member)) if given_ is not U}

    outcome = dmn.evaluate(model, "d", values)

    assert outcome.value == value
    assert outcome.asked == asked


def test_a_first_table_is_determined_when_every_possible_row_says_the_same():
    model = table("FIRST", {"age": "number"}, [["< 18", "1"], [">= 18", "1"], ["-", "2"]])

    outcome = dmn.evaluate(model, "d", {})

    assert not outcome.determined  # null matches neither row, and then the third says 2
    assert dmn.evaluate(model, "d", {"age": 5}).value == 1


def test_a_unique_table_gives_null_and_a_note_for_two_hits():
    model = table("UNIQUE", {"age": "number"}, [["< 18", "1"], ["< 20", "2"]])

    outcome = dmn.evaluate(model, "d", {"age": 5})

    assert outcome.value is None
    assert outcome.notes[0].kind is dmn.NoteKind.SEVERAL_HITS
    assert outcome.notes[0].values == ("1", "2")


def test_the_default_output_stands_where_no_row_is_hit():
    model = table("UNIQUE", {"age": "number"}, [["< 18", "1"]], default="0")

    assert dmn.evaluate(model, "d", {"age": 30}).value == 0


def test_the_trace_is_plain_json():
    outcome = evaluate("a and b", {"a": T})

    assert outcome.trace.to_json() == {
        "decision": "d",
        "value": {"unknown": True},
        "determined": False,
        "facts": {"a": True, "b": {"unknown": True}},
        "rows": [],
        "children": [],
    }


# --- the law: determined with some facts unknown means the same for every completion

NAMES = ["a", "b", "c"]
ATOMS = st.sampled_from(["a", "b", "c", "true", "false", "null", "n > 3", "n = null", "n in [1..5]"])
FORMULAS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]} and {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]} or {p[1]})"),
        inner.map(lambda p: f"not({p})"),
        st.tuples(inner, inner, inner).map(lambda p: f"(if {p[0]} then {p[1]} else {p[2]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]} = {p[1]})"),
    ),
    max_leaves=8,
)
TRUTHS = st.sampled_from([True, False, None])
FULL = st.fixed_dictionaries({**dict.fromkeys(NAMES, TRUTHS), "n": st.sampled_from([0, 3, 4, 9, None])})
TYPES = {**dict.fromkeys(NAMES, "boolean"), "n": "number"}


@given(formula=FORMULAS, full=FULL, known=st.sets(st.sampled_from([*NAMES, "n"])))
def test_what_is_determined_stays_so_for_every_completion(formula, full, known):
    model = expression(formula, **TYPES)
    partial = dmn.evaluate(model, "d", {name: full[name] for name in known})

    if partial.determined:
        assert partial.value is dmn.evaluate(model, "d", full).value
    else:
        assert partial.missing
        assert set(partial.missing) <= set(TYPES) - known


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["-", "true", "false", "null"]),
        st.sampled_from(["-", "< 3", ">= 3", "null", "not(4)"]),
        st.sampled_from(["1", "2"]),
    ).map(list),
    min_size=1,
    max_size=5,
)


@given(
    policy=st.sampled_from(["FIRST", "UNIQUE"]),
    rows=ROWS,
    full=st.fixed_dictionaries({"a": TRUTHS, "n": st.sampled_from([0, 3, 4, None])}),
    known=st.sets(st.sampled_from(["a", "n"])),
)
def test_a_determined_table_stays_so_for_every_completion(policy, rows, full, known):
    model = table(policy, {"a": "boolean", "n": "number"}, rows)
    partial = dmn.evaluate(model, "d", {name: full[name] for name in known})

    if partial.determined:
        assert partial.value == dmn.evaluate(model, "d", full).value
