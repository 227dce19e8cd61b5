"""The quick ways give what the reference gives, ask no more, and settle no less."""

import pickle
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yimen import dmn
from yimen.dmn import reference
from yimen.dmn.fast import plan
from yimen.dmn.feel.operators import is_same
from yimen.dmn.notes import NoteKind
from yimen.dmn.tests.factories import definitions, expression, inputs, needs, table
from yimen.dmn.values import UNKNOWN

pytestmark = pytest.mark.fuzz


class Size(IntEnum):
    SMALL = 1


class Word(StrEnum):
    A = "a"


KINDS = {"n": "number", "m": "number", "s": "string", "b": "boolean", "t": "date", "x": "Any"}
ODD = [None, True, False, 1, 0, 2.0, -1, 10**40, Decimal("1.00"), Decimal("NaN"), float("nan"), float("inf"), "a", "1",
       "2024-02-29", date(2024, 2, 29), datetime(2024, 2, 29, 12), [], [1], {}, Size.SMALL, Word.A, Decimal("1E-7000"), Decimal("1E+7000"), 1e300,
       Decimal(2) + Decimal("1E-40"), 0.1, b"a", {"a"}]  # fmt: skip
USUAL = {
    "n": st.sampled_from([0, 1, 2, 3, -1, 1.5, 0.1, Decimal("1.5"), Decimal("0.1")]),
    "m": st.sampled_from([0, 1, 2, 4, 2.5, Decimal(3)]),
    "s": st.sampled_from(["", "a", "ab", "b", "c"]),
    "b": st.booleans(),
    "t": st.sampled_from([date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), "2024-03-01"]),
    "x": st.sampled_from([1, 2, "a", True, date(2024, 2, 29)]),
}
CELLS = {
    "n": ["< 2", ">= 1", "1", "1, 3", "not(1)", "[1..3)", "(0..1.5]", "> 0.1", "null", "not(null)", "!= 2", "in [1..2]", "[2..1]"],
    "s": ['"a"', '"a", "b"', 'not("a")', '< "b"', '["a".."b")', "null", '!= "a"', '["a", "c"]'],
    "b": ["true", "false", "not(true)", "null"],
    "t": ['< date("2024-02-29")', '[date("2024-02-28")..date("2024-02-29")]', 'date("2024-03-01")', "null"],
}  # fmt: skip
CELLS["n"].remove("in [1..2]")
CELLS["m"] = CELLS["n"]
CELLS["x"] = [*CELLS["n"], *CELLS["s"], *CELLS["b"], *CELLS["t"]]
POLICIES = [
    "UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT",
    'COLLECT" aggregation="SUM', 'COLLECT" aggregation="MIN', 'COLLECT" aggregation="MAX', 'COLLECT" aggregation="COUNT',
]  # fmt: skip
GIVEN = st.fixed_dictionaries(
    {}, optional={name: st.one_of(of, of, of, st.sampled_from(ODD)) for name, of in USUAL.items()}
)
HIDDEN = st.sets(st.sampled_from(list(KINDS)), max_size=3)


def check(model, name, facts, *, may_go_further=False):
    """Every way gives what the reference gives.

    Where it is open it may have stopped at a row that is known to be missed, and never have looked at outputs.
    """
    expected = reference.evaluate(model, name, facts)
    for outcome in (dmn.evaluate(model, name, facts), plan.evaluate(model, name, facts)):
        if expected.determined:
            assert outcome.determined
            assert is_same(outcome.value, expected.value)
            assert str(outcome.value) == str(expected.value)
            assert outcome.missing == ()
            assert is_same(outcome.trace.value, expected.trace.value)
            assert outcome.trace.rows == expected.trace.rows
        elif not outcome.determined:
            assert outcome.value is UNKNOWN
            assert outcome.missing
            assert may_go_further or set(outcome.missing) <= set(expected.missing)
        assert set(outcome.asked) <= set(expected.asked) or (may_go_further and not expected.determined)
        remarks = list(expected.notes)
        for note in outcome.notes:
            assert str(note) in map(str, remarks)
        if set(outcome.asked) == set(expected.asked) and expected.determined:
            assert sorted(map(repr, outcome.notes)) == sorted(map(repr, remarks))
        else:
            fewer = [one for one in remarks if str(one) not in map(str, outcome.notes)]
            assert not outcome.determined or all(one.kind is NoteKind.WRONG_TYPE for one in fewer)
        again = pickle.loads(pickle.dumps(outcome))
        assert (again.value is UNKNOWN) is not again.determined
        assert str(again.asked) == str(outcome.asked)
    return expected


def completed(model, name, facts, full):
    """What is settled with some facts unknown is so for this completion."""
    outcome = dmn.evaluate(model, name, facts)
    if outcome.determined:
        assert is_same(outcome.value, reference.evaluate(model, name, {**full, **facts}).value)


@st.composite
def tables(draw):
    columns = draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=4, unique=True))
    cells = [st.one_of(st.just("-"), st.sampled_from(CELLS[name])) for name in columns]
    outputs = st.sampled_from(
        draw(st.sampled_from([["1", "2", "3"], ["1"], ['"a"', '"b"'], ["1", "null", "m", "[1]", "{a: 1}"]]))
    )
    rows = draw(st.lists(st.tuples(*cells, outputs).map(list), min_size=1, max_size=draw(st.sampled_from([4, 4, 14]))))
    default = draw(st.sampled_from(["", "", "1", "null"]))
    return (
        draw(st.sampled_from(POLICIES)),
        {name: KINDS[name] for name in {**dict.fromkeys(columns), "m": None}},
        rows,
        default,
    )


def padded(columns, rows):
    """Rows with a dash in the column that only outputs use."""
    return [[*row[:-1], *["-"] * (len(columns) - len(row) + 1), row[-1]] for row in rows]


@settings(max_examples=300)
@given(drawn=tables(), facts=GIVEN, hidden=HIDDEN, full=st.fixed_dictionaries(USUAL))
def test_tables_are_decided_as_written(drawn, facts, hidden, full):
    policy, columns, rows, default = drawn
    model = table(policy, columns, padded(columns, rows), default=default, allowed="2, 1, 3")
    known = {name: value for name, value in facts.items() if name not in hidden}

    reads = any(row[-1] == "m" for row in rows)
    check(model, "d", {**full, **facts})
    check(model, "d", {**full, **dict.fromkeys(hidden, UNKNOWN)}, may_go_further=reads)
    check(model, "d", known, may_go_further=reads)
    completed(model, "d", known, full)
    completed(model, "d", {name: value for name, value in full.items() if name not in hidden}, full)


NUMBER = st.recursive(
    st.sampled_from(["n", "m", "1", "0", "2.5", "12", "e"]),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/"]), inner),
        st.builds("(-{})".format, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["max", "min"]), inner, inner),
        st.builds("(if {} then {} else {})".format, st.sampled_from(["b", "n < m", 's = "a"', "not(b)"]), inner, inner),
    ),
    max_leaves=6,
)
TRUTH = st.recursive(
    st.one_of(
        st.builds("({} {} {})".format, NUMBER, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), NUMBER),
        st.sampled_from(
            ["b", 's = "a"', 's < "b"', 't >= date("2024-02-29")', "n between 1 and m", "not(b)", "true", "x = 1"]
        ),
    ),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
    max_leaves=4,
)
TEXT = st.builds('(if {} then "a" else "b") + {}'.format, TRUTH, st.sampled_from(['"c"', "f", "s"]))


def literal(name, type_, text, requires):
    required = "".join(
        f'<informationRequirement><requiredDecision href="#{one}"/></informationRequirement>' for one in requires
    )
    return (
        f'<decision id="{name}" name="{name}"><variable name="{name}" typeRef="{type_}"/>{needs(*KINDS)}{required}'
        f"<literalExpression><text><![CDATA[{text}]]></text></literalExpression></decision>"
    )


def chosen(name, type_, column, cells, outputs, requires, policy):
    required = "".join(
        f'<informationRequirement><requiredDecision href="#{one}"/></informationRequirement>' for one in requires
    )
    rules = "".join(
        f"<rule><inputEntry><text><![CDATA[{cell}]]></text></inputEntry><outputEntry><text>{output}</text></outputEntry></rule>"
        for cell, output in zip(cells, outputs, strict=True)
    )
    return (
        f'<decision id="{name}" name="{name}"><variable name="{name}" typeRef="{type_}"/>{needs(*KINDS)}{required}'
        f'<decisionTable hitPolicy="{policy}"><input><inputExpression><text>{column}</text></inputExpression></input><output/>{rules}'
        "</decisionTable></decision>"
    )


@settings(max_examples=250)
@given(
    e=st.sampled_from(["n", "m * 2", "n / m", "1"]), f=st.sampled_from(["n", "s", "e", "b"]), policy=st.sampled_from(["FIRST", "UNIQUE"]),
    cells=st.lists(st.sampled_from(["< 2", ">= 2", '"a"', 'not("a")', "true", "-", "false"]), min_size=1, max_size=3),
    goal=st.one_of(NUMBER.map(lambda text: ("number", text)), TRUTH.map(lambda text: ("boolean", text)), TEXT.map(lambda text: ("string", text))),
    facts=GIVEN, hidden=HIDDEN, full=st.fixed_dictionaries(USUAL),
)  # fmt: skip
def test_chains_are_decided_as_written(e, f, policy, cells, goal, facts, hidden, full):
    outputs = ['"x"', '"yy"', '"z"'][: len(cells)]
    e_text = e.replace("e", "1")
    parts = [
        inputs(**KINDS), literal("e", "number", e_text, []), chosen("f", "string", f, cells, outputs, ["e"], policy),
        literal("d", goal[0], goal[1], ["e", "f"]),
    ]  # fmt: skip
    model = dmn.load(definitions("".join(parts)))
    known = {name: value for name, value in facts.items() if name not in hidden}

    for name in ("d", "f"):
        check(model, name, {**full, **facts})
        check(model, name, {**full, **dict.fromkeys(hidden, UNKNOWN)})
        check(model, name, known)
        completed(model, name, known, full)


@pytest.mark.parametrize("name", ["n", "s"])
def test_nothing_handed_out_is_shared(name):
    model = table("FIRST", {name: KINDS[name]}, [["-", "{a: 1}"]])

    one = dmn.evaluate(model, "d", {name: "1"})
    one.value["a"] = 2

    assert dmn.evaluate(model, "d", {name: "1"}).value == {"a": 1}


@pytest.mark.parametrize("cell", ["null", "not(null)", "-"])
@pytest.mark.parametrize("divisor", [0, 2])
def test_what_cannot_be_reckoned_is_null_to_a_cell_that_compares_with_no_number(cell, divisor):
    model = dmn.load(
        definitions(
            f'{inputs(n="number", m="number")}<decision id="d" name="d">{needs("n", "m")}<decisionTable>'
            "<input><inputExpression><text>n / m</text></inputExpression></input><output/><rule><inputEntry>"
            f"<text>{cell}</text></inputEntry><outputEntry><text>1</text></outputEntry></rule></decisionTable></decision>"
        )
    )
    facts = {"n": 1, "m": divisor}

    assert dmn.evaluate(model, "d", facts).value == reference.evaluate(model, "d", facts).value


@pytest.mark.parametrize(
    "text",
    [
        "n between 6 and (if a then 9 else null)",
        "n between 6 and n / m",
        "n between n / m and 0",
        "a between a and a",
        "a and n / m > 1",
        "min(n, n / m)",
    ],
)
@pytest.mark.parametrize("is_true", [True, False])
def test_an_end_that_cannot_be_reckoned_and_truth_values_in_no_order_make_null(text, is_true):
    model, facts = expression(text, n="number", m="number", a="boolean"), {"n": 5, "m": 0, "a": is_true}

    assert dmn.evaluate(model, "d", facts).value is reference.evaluate(model, "d", facts).value
