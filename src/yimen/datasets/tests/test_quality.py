"""Rules over tables: what they find, exactly how often, and what of it is shown."""

import random
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yimen.core.errors import Invalid
from yimen.datasets.quality import checks, expressions, relations, running, samples
from yimen.datasets.quality.derive import derived
from yimen.datasets.quality.rules import Column, Dimension, Kind, Rule
from yimen.standards import credit_code, resident_id

NOW = datetime(2026, 11, 25, 9, 0)
PEOPLE = [
    Column("id_number", "身份号码", is_key=True, is_required=True),
    Column("name", "姓名", is_required=True, length=4),
    Column("birth_date", "出生日期", "date"),
    Column("sex", "性别", codes=("1", "2")),
    Column("income", "月收入", "number"),
]
RIGHT = "440399199001010015"


def number(born: str = "19900101", sequence: int = 1) -> str:
    first = f"440399{born}{sequence:03d}"
    return first + resident_id.check_character(first)


def table(**columns):
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def people(**changes):
    rows = {
        "id_number": [number(sequence=n) for n in range(1, 5)],
        "name": ["陈晓雯", "李四", "王五", "赵六"],
        "birth_date": ["1990-01-01", "19900101", "1990-01-01", "1990-01-01"],
        "sex": ["1", "2", "1", "2"],
        "income": ["3200", "0", "12.5", None],
    }
    return table(**{**rows, **changes})


def found(content, columns=PEOPLE, rules=None, **options):
    with relations.arrow(content) as relation:
        report = running.run(relation, columns, rules or derived(columns), at=NOW, **options)
    return {one.rule.code: one for one in report.findings}


def written(expression, **columns):
    content = table(**columns)
    described = [Column(name, name) for name in columns]
    rule = Rule("w", "写的", Kind.WRITTEN, Dimension.CONSISTENCY, tuple(columns), expression=expression)
    return found(content, described, [rule])["w"]


def test_a_clean_table_has_nothing_to_find():
    assert {code: one.failed for code, one in found(people()).items() if one.failed} == {}


@pytest.mark.parametrize(
    ("changes", "rule", "failed", "reason"),
    [
        ({"name": ["陈晓雯", "", "  ", None]}, "name.required", 3, "没有值"),
        ({"name": ["阿卜杜勒艾则孜", "李四", "王五", "赵六"]}, "name.length", 1, "超过最大长度"),
        ({"birth_date": ["1990-02-30", "19900101", "x", None]}, "birth_date.type", 2, "不是日期"),
        ({"birth_date": ["1899-12-31", "20270101", "1990-01-01", None]}, "birth_date.range", 2, "年份为 1899"),
        ({"birth_date": ["1990-01-02", "19900101", None, None]}, "birth_date.id", 1, "出生日期与身份号码不一致"),
        ({"sex": ["1", "2", "男", "9"]}, "sex.code", 2, "不在代码表中"),
        ({"income": ["三千", "3,200", "1", None]}, "income.type", 2, "不是数字"),
        ({"id_number": [number(), number(), number(sequence=2), None]}, "unique", 1, "同一个主键有 2 行"),
    ],
)
def test_what_breaks_a_rule_is_counted_and_said_why(changes, rule, failed, reason):
    one = found(people(**changes))[rule]

    assert one.failed == failed
    assert reason in {sample.reason for sample in one.samples}


def test_a_wrong_number_is_explained_as_at_the_window_and_never_shown():
    wrong = "440399199001010016"
    one = found(people(id_number=[wrong, RIGHT[:17], number(sequence=3), "44039919900230001X"]))[
        "id_number.resident_id"
    ]

    assert (one.failed, one.checked) == (3, 4)
    assert "校验码" in one.samples[0].reason
    assert one.samples[0].key == "440***********0016"
    assert wrong not in str(one.samples)


def test_the_count_is_exact_however_few_rows_are_shown():
    count = 50_000
    content = table(id_number=[number(sequence=n % 1000) for n in range(count)], name=[None] * count)
    one = found(content, PEOPLE[:2])["name.required"]

    assert (one.failed, len(one.samples)) == (count, running.MOST_SAMPLES)
    assert [sample.row for sample in one.samples] == list(range(1, running.MOST_SAMPLES + 1))


def test_what_cannot_be_looked_at_neither_passes_nor_fails():
    one = found(people(birth_date=[None] * 4))["birth_date.type"]

    assert (one.checked, one.score, one.is_met) == (0, None, True)


@pytest.mark.parametrize("seed", range(3))
def test_check_digits_in_sql_are_those_of_the_standard(seed):
    chance = random.Random(seed)
    ids = [
        number(f"19{chance.randrange(100):02d}{chance.randrange(1, 14):02d}{chance.randrange(1, 32):02d}", 7)
        for _ in range(300)
    ]
    codes = []
    for _ in range(300):
        first = f"91440300MA{''.join(chance.choice(credit_code.ALPHABET) for _ in range(7))}"
        codes.append(first + credit_code.check_character(first))
    spoilt = [_spoilt(text, chance) for text in ids + codes]
    texts = [*ids, *codes, *spoilt, "", " ", "x" * 40, "字" * 18, number().lower(), "\0" * 18, "4403991990010100 5"]

    with relations.arrow(table(one=texts)) as relation:
        parts = {**checks.resident_id_parts("one"), **checks.credit_code_parts("one")}
        below = ", ".join(f'{text} AS "{name}"' for name, text in parts.items())
        holds = f"{checks.resident_id_holds('one')}, {checks.credit_code_holds('one')}"
        sql = f"SELECT one, {holds} FROM (SELECT *, {below} FROM given)"
        rows = relation.connection.execute(sql).fetchall()

    assert [
        row for row in rows if row[1] != _stands(resident_id, row[0]) or row[2] != _stands(credit_code, row[0])
    ] == []


def _spoilt(text, chance):
    place = chance.randrange(len(text))
    return text[:place] + chance.choice("0123456789XYZABIOx ") + text[place + 1 :]


def _stands(standard, text):
    if text != text.strip():
        return False  # parse forgives blanks around, a register does not hold them
    try:
        standard.parse(text)
    except Invalid:
        return False
    return True


@pytest.mark.parametrize(
    "expression",
    [
        "a = 'x' and length(b) > 3",
        "not (a is null)",
        "cast(a as int) between 1 and 3",
        "a in ('1', '2') or b like '%站'",
        "date_diff('day', a::date, b::date) >= 0",
        "case when a = 'x' then b is not null else true end",
        "regexp_matches(a, '^[0-9]+$')",
        "a is distinct from b",
        "a::date + interval 1 month = b::date",
    ],
)
def test_a_written_rule_may_compare_and_reckon(expression):
    sql, read = expressions.checked(expression, ["a", "b"])

    assert sql.startswith("TRY(")
    assert set(read) <= {"a", "b"}


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "1 = 1",
        "a = 1; drop table b",
        "drop table given",
        "a in (select 1)",
        "exists (select * from read_csv('/etc/passwd'))",
        "read_text('/etc/passwd') = a",
        "getenv('HOME') = a",
        "count(*) > 1 and a = 1",
        "row_number() over () = 1 and a = 1",
        "c = 1",
        "given.a = 1",
        "a = $1",
        "a = ?",
        "a = 1 --" + "x" * 1000,
        "a = 'x\0'",
        "((((",
        "a = repeat('x', 1000000000)",
        "pragma_version() = a",
        "a = current_setting('x')",
        "(" * 400 + "a" + ")" * 400,
        "*",
        "a -> 'x'",
        " AND ".join(["a = 1"] * 120),
    ],
)
def test_a_written_rule_can_reach_nothing_but_the_row(expression):
    with pytest.raises(expressions.BadExpression):
        expressions.checked(expression, ["a", "b"])


def test_a_fault_in_a_row_stops_no_run():
    one = written("cast(a as int) / cast(b as int) >= 1", a=["4", "x", "1", "9"], b=["2", "2", "0", None])

    assert (one.checked, one.failed) == (2, 0)


def test_a_condition_that_is_unknown_is_not_looked_at_and_null_itself_can_be_asked_for():
    assert written("a > 'b'", a=[None, "a", "c"]).failed == 1
    assert written("a is not null", a=[None, "a", "c"]).failed == 1
    assert written("a is not null", a=[None, "a", "c"]).checked == 3


@pytest.mark.parametrize("expression", ["a || 'x'", "length(birth) > 1", "a + 1"])
def test_a_condition_that_does_not_fit_its_fields_is_refused_when_written_and_not_looked_at_in_a_run(expression):
    columns = [Column("a", "甲"), Column("birth", "出生日期", "date")]
    rule = Rule("w", "写的", Kind.WRITTEN, Dimension.CONSISTENCY, ("a",), expression=expression)

    with pytest.raises(expressions.BadExpression):
        running.must_fit(rule, columns)
    one = found(table(a=["b"], birth=["2000-01-01"]), columns, [rule])["w"]

    assert (one.checked, one.score, one.note) == (0, None, running.UNFIT)


def test_nothing_but_the_given_file_can_be_reached(tmp_path):
    path = tmp_path / "given.parquet"
    pq.write_table(people(), path)
    with relations.parquet(path) as relation:
        for reach in (
            "SELECT * FROM read_csv('/etc/passwd')",
            f"COPY given TO '{tmp_path}/out.csv'",
            "SET threads = 1",
        ):
            with pytest.raises(Exception, match=r"disabled|locked|Cannot"):
                relation.connection.execute(reach)


def test_a_table_that_lost_a_column_is_named():
    with relations.arrow(table(name=["陈"])) as relation, pytest.raises(running.ColumnsMissing, match="id_number"):
        running.run(relation, PEOPLE[:2], derived(PEOPLE[:2]), at=NOW)


@pytest.mark.parametrize(("age", "failed"), [(1, 0), (5, 1)])
def test_a_register_that_was_not_brought_up_to_date_is_late(age, failed):
    stamp = (NOW - timedelta(days=age)).date()
    content = people().append_column("stamp", pa.array([date(2020, 1, 1), stamp, stamp, None], pa.date32()))
    columns = [*PEOPLE, Column("stamp", "更新日期", "date")]

    one = found(content, columns, derived(columns, cycle="DAILY", as_of="stamp"))["cycle"]

    assert (one.checked, one.failed, one.note) == (1, failed, f"最近更新 {stamp}")


def test_two_columns_together_are_a_key():
    columns = [Column("a", "甲", is_key=True), Column("b", "乙", is_key=True)]

    one = found(table(a=["1", "1", "1", None], b=["1", "2", "2", "2"]), columns)["unique"]

    assert (one.checked, one.failed, [sample.row for sample in one.samples]) == (3, 1, [3])


def test_a_runaway_rule_is_stopped():
    content = table(a=["x" * 2000] * 20_000)
    slow = " AND ".join(f"NOT regexp_matches(a, '(x+x+)+y{n}')" for n in range(25))
    rule = Rule("w", "慢", Kind.WRITTEN, Dimension.CONSISTENCY, ("a",), expression=slow)
    with relations.arrow(content) as relation, pytest.raises(running.RunTooLong):
        running.run(relation, [Column("a", "甲")], [rule], at=NOW, longest_s=0.05)


@pytest.mark.parametrize(
    ("key", "shown"),
    [("440399199001010015", "440***********0015"), ("C000001", "*****01"), ("7", "*"), ("\0a\0b", "**�b")],
)
def test_keys_are_masked_and_hold_nothing_a_database_refuses(key, shown):
    assert samples.masked(key) == shown


@pytest.mark.parametrize(("value", "shown"), [("2018-12-09", "9999-99-99"), ("粤B12345", "字A99999"), (None, "空")])
def test_a_value_is_shown_by_its_shape(value, shown):
    assert samples.shape(value) == shown


def test_the_score_of_a_table_is_the_mean_of_its_rules_by_weight():
    columns = [Column("id_number", "身份号码"), Column("name", "姓名", is_required=True)]
    content = table(id_number=[number(), "x"], name=["陈", "李"])
    with relations.arrow(content) as relation:
        report = running.run(relation, columns, derived(columns), at=NOW)

    assert report.score == pytest.approx((50 * 2 + 100) / 3)
    assert [one.rule.code for one in report.below] == ["id_number.resident_id"]
