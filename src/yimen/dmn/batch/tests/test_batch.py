"""What a batch gives, what it refuses and how it says so, and that it computes nothing twice."""

import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from yimen import dmn
from yimen.dmn import batch
from yimen.dmn.batch.tests.differ import assert_same, run
from yimen.dmn.batch.tests.strategies import KINDS, model_of
from yimen.dmn.tests.factories import definitions, expression, inputs, needs, table


@pytest.fixture(scope="module")
def database():
    return ibis.duckdb.connect(threads=1)


def decide(database, model, name, **columns):
    """The rows of a batch, as dicts."""
    given = database.create_table(ibis.util.gen_name("rows"), pa.table(columns))
    return run(batch.compile(model, name, given).table(), database)


def test_null_is_unknown_and_only_what_still_matters_is_missing(database):
    model = expression("(a or b) and c", a="boolean", b="boolean", c="boolean")

    rows = decide(database, model, "d", a=[True, None, None], b=[None, False, None], c=[None, True, False])

    assert [(row["value"], row["determined"], row["missing"]) for row in rows] == [
        (None, False, 0b100),  # c
        (None, False, 0b001),  # a
        (False, True, 0),
    ]


def test_a_feel_null_is_determined_where_an_unknown_is_not(database):
    model = expression("10 / n > 1", n="number")

    rows = decide(database, model, "d", n=pa.array([0, 4, None], pa.int32()))

    assert [(row["value"], row["determined"]) for row in rows] == [(None, True), (True, True), (None, False)]


def test_a_fact_without_a_column_is_unknown_in_every_row(database):
    model = expression("a and b", a="boolean", b="boolean")
    given = database.create_table(ibis.util.gen_name("rows"), pa.table({"a": [True, False]}))

    made = batch.compile(model, "d", given)
    rows = run(made.table(), database)

    assert made.absent == ("b",)
    assert [made.missing_names(row["missing"]) for row in rows] == [("b",), ()]


def test_facts_are_columns_by_their_full_names_and_others_are_kept(database):
    model = dmn.load(
        definitions(
            '<itemDefinition name="P"><itemComponent name="born"><typeRef>date</typeRef></itemComponent></itemDefinition>'
            '<inputData id="person" name="person"><variable name="person" typeRef="P"/></inputData>'
            f'<decision id="d" name="d">{needs("person")}'
            '<literalExpression><text>person.born &lt; date("2000-01-01")</text></literalExpression></decision>'
        )
    )
    given = database.create_table("people", pa.table({"id": [7], "person.born": [date(1999, 12, 31)]}))

    rows = run(batch.compile(model, "d", given).table("id"), database)

    assert rows == [{"id": 7, "value": True, "determined": True, "missing": 0}]


def conditions(count, text="n > {}"):
    needed = needs("n")
    decisions = "".join(
        f'<decision id="c{place}" name="c{place}">{needed}'
        f"<literalExpression><text><![CDATA[{text.format(place)}]]></text></literalExpression></decision>"
        for place in range(1, count + 1)
    )
    names = [f"c{place}" for place in range(1, count + 1)]
    over = "".join(
        f'<informationRequirement><requiredDecision href="#{name}"/></informationRequirement>' for name in names
    )
    text = f"<literalExpression><text>{' and '.join(names)}</text></literalExpression>"
    return dmn.load(
        definitions(f'{inputs(n="number")}{decisions}<decision id="eligible" name="eligible">{over}{text}</decision>')
    )


def test_the_failing_conditions_are_counted_and_the_single_one_is_named(database):
    rows = decide(database, conditions(3), "eligible", n=[9, 3, 1, None])

    assert [(row["value"], row["failing"], row["single_failing"]) for row in rows] == [
        (True, 0, None),
        (False, 1, "c3"),
        (False, 3, None),
        (None, 0, None),
    ]


def test_a_context_is_a_struct_and_its_entries_are_parts(database):
    model = model_of("FIRST", ["n"], [("< 3", "1", '"low"'), ("< 9", "2", '"high"')])
    given = database.create_table(ibis.util.gen_name("rows"), pa.table({"n": [1, 5, 20, None]}))

    made = batch.compile(model, "d", given)

    assert sorted(made.parts) == ["out0", "out1"]
    values = [row["value"] for row in run(made.table(), database)]
    assert values == [{"out0": 1, "out1": "low"}, {"out0": 2, "out1": "high"}, None, None]


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT", "COLLECT MAX"])
def test_a_table_of_many_rows_takes_several_words(database, policy):
    rows = [(f"[{2 * place}..{2 * place + 1}]", "-", str(place % 40)) for place in range(66)]
    allowed = "3, 2, 1" if policy == "PRIORITY" else ""
    model = model_of(policy, ["n", "b"], [*rows, ("> 120", "true", "7")], allowed=allowed)

    facts = [{"n": n, "b": b} for n in (0, 63, 125, 126, 131, 200, -1, None) for b in (True, None)]
    assert_same(model, "d", facts, KINDS, database)


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "ANY", "COLLECT", "COLLECT MIN"])
@pytest.mark.parametrize("default", ["", "1", "9"])
def test_rows_that_are_never_hit_together_settle_a_table(database, policy, default):
    apart = [("< 2", "-", "1"), ("[2..4)", '"x"', "1"), (">= 4", 'not("x")', "2")]
    beside = [("< 2", "-", "1"), ("< 3", '"x"', "1"), (">= 4", '"y"', "1"), (">= 5", '"y"', "9")]
    facts = [{"n": n, "s": s} for n in (0, 3, 5, None) for s in ("x", "y", None)]

    for rows in (apart, beside):
        model = model_of(policy, ["n", "s"], rows, default="" if policy == "COLLECT" else default)
        assert_same(model, "d", facts, KINDS, database)


def test_many_facts_take_several_words_of_missing(database):
    names = [f"f{place:03}" for place in range(70)]
    model = expression(" and ".join(names), **dict.fromkeys(names, "boolean"))
    given = database.create_table(ibis.util.gen_name("rows"), pa.table({name: [True, None] for name in names[:69]}))

    made = batch.compile(model, "d", given)
    first, second = run(made.table(), database)

    assert made.missing_names(first["missing"], first["missing_2"]) == ("f069",)
    assert made.missing_names(second["missing"], second["missing_2"]) == tuple(names)


def test_what_is_no_number_in_a_column_of_floats_is_unknown(database):
    model = expression("x > 0.1", x="number")

    rows = decide(database, model, "d", x=[0.1, 0.10000000000000002, float("nan"), float("inf")])

    assert [row["value"] for row in rows] == [False, True, None, None]
    assert [row["determined"] for row in rows] == [True, True, False, False]


NINES = 9999999999999999999


@pytest.mark.parametrize(
    ("type_", "numbers", "expected"),
    [
        ("int64", [5, 2**63 - 1], [1, 1]),
        ("uint64", [5, NINES], [1, 3]),
        ("decimal(19, 0)", [5, NINES], [1, 3]),
        ("decimal(23, 0)", [NINES, 10**22], [3, 2]),
        ("decimal(25, 2)", [NINES, 10**22], [3, 2]),
    ],
)
def test_constants_beyond_an_integer_are_compared_too(database, type_, numbers, expected):
    model = model_of("FIRST", ["n"], [(f"< {NINES}", "1"), (f"> {NINES}.5", "2"), ("-", "3")])
    given = database.create_table(ibis.util.gen_name("rows"), pa.table({"n": [str(one) for one in numbers]}))

    rows = run(batch.compile(model, "d", given.mutate(n=given.n.cast(type_))).table(), database)

    assert [row["value"] for row in rows] == expected


def test_decimals_are_exact(database):
    model = expression("x * 3 = 0.3", x="number")

    rows = decide(database, model, "d", x=pa.array([Decimal("0.10"), Decimal("0.11")], pa.decimal128(8, 2)))

    assert [row["value"] for row in rows] == [True, False]


def test_instants_are_compared_to_the_millisecond_and_put_out_whole(database):
    model = expression("x", x="date and time")
    later = expression('x = @"2026-01-01T10:00:00"', x="date and time")
    instant = datetime(2026, 1, 1, 10, 0, 0, 999)

    assert decide(database, model, "d", x=[instant])[0]["value"] == instant
    assert decide(database, later, "d", x=[instant])[0]["value"] is True


def test_an_instant_becomes_its_day_where_a_date_is_declared(database):
    model = expression('x = @"2026-01-01"', x="date")

    assert decide(database, model, "d", x=[datetime(2026, 1, 1, 10)])[0]["value"] is True


# --- what is shared is computed once


def test_a_decision_that_several_require_is_computed_once(database):
    model = dmn.load(
        definitions(
            inputs(born="date", day="date") + f'<decision id="age" name="age">{needs("born", "day")}<literalExpression>'
            "<text>years and months duration(born, day).years</text></literalExpression></decision>"
            + "".join(
                f'<decision id="c{place}" name="c{place}"><informationRequirement><requiredDecision href="#age"/>'
                f"</informationRequirement><literalExpression><text><![CDATA[age >= {place}]]></text></literalExpression>"
                "</decision>"
                for place in range(3)
            )
            + '<decision id="d" name="d">'
            + "".join(
                f'<informationRequirement><requiredDecision href="#c{place}"/></informationRequirement>'
                for place in range(3)
            )
            + "<literalExpression><text>c0 and c1 and c2</text></literalExpression></decision>"
        )
    )
    sql = ibis.to_sql(batch.compile(model, "d", ibis.table({"born": "date", "day": "date"}, name="t")).table())

    assert sql.count("EXTRACT(year") == 2  # of either date
    assert sql.count("DATE_DIFF") == 0


def test_a_chain_of_shared_expressions_does_not_double_with_every_link():
    steps = "".join(
        f'<decision id="x{place}" name="x{place}"><informationRequirement>'
        + (f'<requiredDecision href="#x{place - 1}"/>' if place else '<requiredInput href="#a"/>')
        + "</informationRequirement><literalExpression><text>"
        + (f"x{place - 1} != (x{place - 1} = not(x{place - 1}))" if place else "a")
        + "</text></literalExpression></decision>"
        for place in range(15)
    )
    model = dmn.load(definitions(inputs(a="boolean") + steps))

    sql = ibis.to_sql(batch.compile(model, "x14", ibis.table({"a": "boolean"}, name="t")).table())

    assert len(sql) < 30_000


def test_the_same_model_gives_the_same_sql():
    model = table("FIRST", {"n": "number", "s": "string"}, [["< 3", '"x", "y"', "1"], ["-", 'not("z")', "2"]])
    rows = ibis.table({"n": "int32", "s": "string"}, name="t")

    assert ibis.to_sql(batch.compile(model, "d", rows).table()) == ibis.to_sql(batch.compile(model, "d", rows).table())


# --- what is refused


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("n / m", "除不尽"),
        ("x + 1 > 2", "浮点列不能参与运算"),
        ("x > n", "浮点列不能与整数或小数列混用"),
        ("big * big > 0", "超过 34 位"),
        ('if a then 1 else "x"', "几种类型：number、string"),
        ('upper case(s) = "X"', "函数 upper case 不能编译"),
        ("today() > p", "无法重算"),
        ("[1, n][item > 1]", "筛选"),
        ("[n, m]", "列表"),
        ("n ** 2", "乘方"),
        ("for i in 1..n return i", "循环"),
    ],
)
def test_what_does_not_compile_says_why_where_and_what_to_do(text, what):
    kinds = {"n": "int32", "m": "int32", "big": "int64", "x": "float64", "a": "boolean", "s": "string", "p": "date"}
    types = {name: "number" if "int" in kind or "float" in kind else kind for name, kind in kinds.items()}

    with pytest.raises(batch.NotCompilable, match=what) as caught:
        batch.compile(expression(text, **types), "d", ibis.table(kinds, name="t"))

    assert caught.value.place == "d"
    assert caught.value.remedy
    assert caught.value.text == text or what in {"除不尽", "列表"}


def test_a_column_of_another_type_than_declared_is_refused_by_name():
    with pytest.raises(batch.UnknownColumn, match="列“n”在表中是 string，事实却声明为 number"):
        batch.compile(expression("n > 1", n="number"), "d", ibis.table({"n": "string"}, name="t"))


def test_a_decision_that_is_none_is_refused():
    with pytest.raises(dmn.UnknownDecision, match="可用的有：d"):
        batch.compile(expression("1"), "e", ibis.table({"n": "int32"}, name="t"))


def test_recursion_without_end_is_refused():
    model = dmn.load(
        definitions(
            inputs(n="number")
            + '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="k"/>'
            "<literalExpression><text>f(k + 1)</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
            f'<decision id="d" name="d">{needs("n")}<knowledgeRequirement><requiredKnowledge href="#f"/>'
            "</knowledgeRequirement><literalExpression><text>f(n)</text></literalExpression></decision>"
        )
    )

    with pytest.raises(batch.NotCompilable, match="调用自己的函数"):
        batch.compile(model, "d", ibis.table({"n": "int8"}, name="t"))


def test_the_engine_alone_does_without_ibis_and_the_batch_says_what_to_install():
    code = (
        "import sys; sys.modules['ibis'] = None\n"
        "from yimen import dmn\n"
        "try:\n from yimen.dmn import batch\n"
        "except ModuleNotFoundError as error:\n print(error)\n"
    )

    told = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, check=True)

    assert "yimen[batch]" in told.stdout
