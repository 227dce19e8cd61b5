"""A whole table is believed exactly as one record is."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Context, Decimal

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yimen.datasets.believing import Table, prepared, select
from yimen.datasets.logic import Unbelievable, believe, instant
from yimen.datasets.models import DatasetField
from yimen.datasets.sources.scan import pieces

CODES = {"1": "true", "2": "false", "21": "bachelor", "x": "2020-01-01", "n": "12.5", " ": "blank", "True": "true"}
GIVEN = [
    None, "", " ", "true", "True", "false", "1", "2", "21", "x", "n", "20190231", "20190228", "2019-02-28", "2019-0228",
    "201902-28", " 2019-02-28　", "00000101", "0001-01-01", "9999-12-31", "\uff11\uff12", "1_000", "1e5", "1E-3", ".5", "5.", "+7",
    "-0.25", "NaN", "Infinity", "1,000", "林晓", "　林晓 ", "a\0b", "\ud800", True, False, 1, 0, -5, 10**12, 20190228,
    1.5, 2.0, float("nan"), float("inf"), Decimal("12.50"), Decimal(20190228), date(2019, 2, 28),
    datetime(2019, 2, 28, 23, 59), datetime(2019, 2, 28, 23, 59, tzinfo=UTC), b"bytes", {"a": 1}, ["a"],
]  # fmt: skip


def believed(values, type_, codes, *, blank_is_value=False):
    """The values as a table believes them: each as (value, is it invalid)."""
    field = DatasetField(name="ours", type=type_, source_name="theirs", codes=codes, blank_is_value=blank_is_value)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        numbered = pieces([[one, place] for place, one in enumerate(values)], ["theirs", "n"])
        table = Table((field,), {"person": "n"})
        connection.register("given", pa.Table.from_batches(prepared(numbered, table)))
        query = select("given", table)
        found = connection.execute(f"SELECT ours, ours__invalid FROM ({query}) ORDER BY key_person::INT")
        return found.fetchall()


def one_by_one(values, type_, codes, *, blank_is_value=False):
    found = []
    for one in values:
        try:
            value = believe(one, type_, codes, blank_is_value=blank_is_value)
        except Unbelievable:
            found.append((None, True))
        else:
            found.append(as_kept(value))
    return found


def as_kept(value):
    """A snapshot's numbers have 28 digits before and 10 after the point; what is longer before is none."""
    if not isinstance(value, Decimal):
        return value, False
    kept = value.quantize(Decimal("1e-10"), context=Context(prec=80))
    return (kept, False) if abs(kept) < Decimal("1e28") else (None, True)


@pytest.mark.parametrize("codes", [{}, CODES], ids=["as they are", "mapped"])
@pytest.mark.parametrize("type_", ["string", "boolean", "date", "number", "list"])
def test_a_table_believes_what_a_single_read_believes(type_, codes):
    in_a_table, alone = believed(GIVEN, type_, codes), one_by_one(GIVEN, type_, codes)

    assert dict(zip(map(repr, GIVEN), in_a_table, strict=True)) == dict(zip(map(repr, GIVEN), alone, strict=True))


@pytest.mark.parametrize("type_", ["string", "list"])
@pytest.mark.parametrize("value", ["", " ", None, "a"])
def test_a_blank_that_is_a_value_is_one_in_a_table_too(value, type_):
    assert believed([value], type_, {}, blank_is_value=True) == one_by_one([value], type_, {}, blank_is_value=True)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("ZJTX,GXJS", ["srdi", "high_tech"]),
        (" GXJS；ZJTX、GXJS ,", ["high_tech", "srdi"]),
        ("ZJTX", ["srdi"]),
        (" , ", []),
    ],
)
def test_a_list_written_into_one_column_is_read_member_by_member_in_our_codes(given, expected):
    codes = {"ZJTX": "srdi", "GXJS": "high_tech"}

    assert believe(given, "list", codes) == expected
    assert believed([given], "list", codes) == [(expected, False)]


def test_a_list_with_a_member_in_no_code_list_is_believed_as_a_whole_or_not_at_all():
    assert believed(["ZJTX,??", "ZJTX"], "list", {"ZJTX": "srdi"}) == [(None, True), (["srdi"], False)]


def test_no_titles_are_known_to_be_none_where_a_blank_is_a_value_and_unknown_elsewhere():
    assert believed([""], "list", {"ZJTX": "srdi"}, blank_is_value=True) == [([], False)]
    assert believed([""], "list", {"ZJTX": "srdi"}) == [(None, False)]


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=30))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.parametrize("type_", ["string", "boolean", "date", "list"])
def test_whatever_text_a_department_gives_both_think_the_same(type_, values):
    assert believed(values, type_, {}) == one_by_one(values, type_, {})


@given(st.lists(st.from_regex(r"[-+]?[0-9_.]{1,12}([eE][-+]?[0-9])?", fullmatch=True), min_size=1, max_size=30))
@settings(max_examples=60)
def test_whatever_looks_like_a_number_both_think_the_same(values):
    assert believed(values, "number", {}) == one_by_one(values, "number", {})


BEIJING = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    "stamp",
    [
        "20260101083000", "2026-01-01T08:30:00+08:00", "2026-01-01T08:30:00Z", "2026-01-01 08:30:00", "2026-01-01",
        "gestern", "", None, "00010101000000", "9999-12-31T23:59:59Z", datetime(2026, 1, 1, 8, 30),
        datetime(2026, 1, 1, 8, 30, tzinfo=UTC), datetime(9999, 12, 31), "20261301000000",
    ],
    ids=repr,
)  # fmt: skip
def test_a_time_stamp_is_read_in_a_table_as_in_a_record(stamp):
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        connection.register("given", pa.Table.from_batches(pieces([[stamp]], ["gxsj"])))
        query = select("given", Table((), {}, as_of="gxsj"))
        ((found,),) = connection.execute(f"SELECT epoch(as_of) FROM ({query})").fetchall()

    read = instant(stamp)
    assert found == (read.timestamp() if read else None)
