"""Everybody is matched with every measure: who gets it, who is one condition short, and of whom it is not known yet."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yimen.policies import matching
from yimen.policies.matching import Which
from yimen.policies.matching.binding import BY_QUERY, ROW_BY_ROW
from yimen.policies.matching.physical import ColumnMismatch
from yimen.policies.matching.plan import NotMatchable
from yimen.policies.matching.tests.beside import TODAY, assert_as_judged, lines
from yimen.policies.matching.tests.factories import rules, types
from yimen.rules.logic import Verdict

SRDI = {
    "c1": 'starts with(org.registered_division, "4403")',
    "c2": 'list contains(org.titles, "srdi")',
    "c3": "org.revenue >= 5000000",
}


def enterprises(**columns):
    return pa.table({name.replace("__", "."): values for name, values in columns.items()})


def test_who_is_eligible_refused_and_open_adds_up_to_everybody():
    plan = matching.plan({"reward/m1": rules(SRDI)})
    table = enterprises(
        subject=["A", "B", "C", "D"],
        org__registered_division=["440305", "440106", "440305", "440305"],
        org__titles=[["srdi"], ["srdi"], ["tech_sme", "srdi"], None],
        org__revenue=[5000000, 9000000, 4999999, 8000000],
    )

    result = matching.match(plan, table, on=TODAY)

    (tally,) = result.tallies
    assert (result.rows, tally.eligible, tally.refused, tally.open) == (4, 1, 2, 1)
    assert (tally.near, tally.single) == (2, {"c1": 1, "c2": 0, "c3": 1})
    assert result.pairs.to_pylist() == [{"row": 0, "measure": "reward/m1", "subject": "A"}]


def test_one_short_with_something_unknown_beside_it_is_told_apart_from_one_short_for_sure():
    plan = matching.plan({"m": rules({"c1": "org.revenue >= 100", "c2": "org.listed = true"})})
    table = enterprises(org__revenue=[99, 99], org__listed=[True, None])

    (tally,) = matching.match(plan, table, on=TODAY).tallies

    assert (tally.near, tally.near_open) == (1, 1)
    assert [(row, opened) for row, _, _, _, opened in lines(plan, table, which=Which.NEAR)] == [(0, ()), (1, ("c2",))]


@pytest.mark.parametrize(
    ("type_", "at", "below"),
    [
        (pa.int64(), 500000, 499999),
        (pa.int32(), 500000, 499999),
        (pa.uint32(), 500000, 499999),
        (pa.float64(), 500000.0, 499999.99999999994),
        (pa.decimal128(18, 2), Decimal("500000.00"), Decimal("499999.99")),
        (pa.decimal128(30, 4), Decimal("500000.0000"), Decimal("499999.9999")),
    ],
)
def test_exactly_at_the_limit_is_met_and_the_least_below_it_is_not(type_, at, below):
    models = {
        "m": rules({"c1": "org.revenue >= 500000", "c2": "org.revenue > 499999.999999", "c3": "org.revenue <= 5e5"})
    }
    table = pa.table({"org.revenue": pa.array([at, below, None], type_)})

    verdicts = [(verdict, failed) for _, _, verdict, failed, _ in lines(matching.plan(models), table)]

    assert verdicts[0] == (Verdict.APPROVE, ())
    assert verdicts[1][0] is Verdict.REJECT
    assert verdicts[2][0] is Verdict.UNDETERMINED
    assert_as_judged(models, table)


def test_a_tenth_written_as_a_float_is_the_tenth_that_is_meant():
    models = {"m": rules({"c1": "org.debt_ratio <= 0.1", "c2": "org.debt_ratio >= 0.3"})}
    table = pa.table(
        {"org.debt_ratio": [0.1, 0.1 + 1e-17, 0.30000000000000004, 0.3, 0.1 + 0.2, float("nan"), float("inf")]}
    )

    assert_as_judged(models, table)


def test_a_limit_no_column_can_hold_is_passed_by_all_or_by_none():
    models = {"m": rules({"c1": "org.staff < 300", "c2": "org.staff > -1e30", "c3": "org.revenue < 1e400"})}
    table = pa.table({"org.staff": pa.array([127, -128, None], pa.int8()), "org.revenue": [1e308, -1.0, None]})

    assert_as_judged(models, table)


def test_a_title_that_lasts_three_years_ends_on_the_same_day_of_the_year():
    text = 'org.granted_on + duration("P3Y") > application.date'
    models = {"m": rules({"c1": text, "c2": "org.granted_on <= application.date"})}
    days = [date(2023, 6, 30), date(2023, 7, 1), date(2023, 7, 2), date(2024, 2, 29), date(2026, 7, 2), None]
    table = pa.table({"org.granted_on": days})
    plan = matching.plan(models)

    assert [verdict for _, _, verdict, _, _ in lines(plan, table)] == [
        Verdict.REJECT, Verdict.REJECT, Verdict.APPROVE, Verdict.APPROVE, Verdict.REJECT, Verdict.UNDETERMINED,
    ]  # fmt: skip
    assert matching.match(plan, table, on=TODAY).fallbacks == ()
    for on in (date(2027, 2, 28), date(2027, 3, 1), date(2024, 2, 29)):
        assert_as_judged(models, table, on=on)


@pytest.mark.parametrize(
    "text",
    [
        'years and months duration(org.registered_on, application.date) >= duration("P1Y")',
        'application.date - org.registered_on >= duration("P365D")',
        '(application.date - org.registered_on) / duration("P1D") >= 365',
        "years and months duration(org.registered_on, application.date).years < 3",
        'application.date in [org.registered_on + duration("P6M")..org.registered_on + duration("P3Y")]',
        'org.registered_on between @"2024-01-31" and application.date - duration("P1M")',
    ],
)  # fmt: skip
def test_an_age_is_a_single_cut_of_the_column_and_no_fallback(text):
    models = {"m": rules({"c1": text})}
    days = [date(2022, 7, 1), date(2023, 6, 30), date(2023, 7, 1), date(2024, 2, 29), date(2024, 1, 31), date(2025, 7, 1), date(2025, 7, 2), date(2026, 1, 1), date(2026, 5, 31), date(2026, 6, 1), date(2030, 1, 1), None]  # fmt: skip
    table = pa.table({"org.registered_on": days})

    assert matching.match(matching.plan(models), table, on=TODAY).fallbacks == ()
    assert_as_judged(models, table)


def test_the_day_may_be_a_column_too():
    models = {"m": rules({"c1": "org.registered_on <= application.date"})}
    table = pa.table(
        {
            "org.registered_on": [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 1)],
            "application.date": pa.array([date(2026, 1, 1), date(2026, 1, 1), None], pa.date32()),
        }
    )

    assert [verdict for _, _, verdict, _, _ in lines(matching.plan(models), table)] == [
        Verdict.APPROVE, Verdict.REJECT, Verdict.UNDETERMINED,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "values",
    [
        pa.array([["srdi"], [], None, ["a", "srdi"], [""], [None], ["srdi", None]], pa.list_(pa.string())),
        pa.array([["srdi"], [], None, ["a\x1fsrdi"], ["srdi\x1e"], ["x"], [None]], pa.list_(pa.string())),
        pa.array([["srdi"], [], None, ["a", "srdi"], [""], ["b"], ["srdi"]], pa.large_list(pa.string())),
    ],
)
def test_lists_are_looked_into_whatever_is_in_them(values):
    models = {
        "m": rules({"c1": 'list contains(org.titles, "srdi")', "c2": "count(org.titles) < 2"}),
        "n": rules({"c1": 'some t in org.titles satisfies t = "srdi"', "c2": 'not(list contains(org.titles, ""))'}),
    }

    assert_as_judged(models, pa.table({"org.titles": values}))


def test_what_two_policies_say_in_other_words_is_one_predicate():
    one = rules({"c1": 'org.revenue >= 100 and org.status = "active"', "c2": "not(org.listed = true)"})
    two = rules({"c1": "org.listed = false", "c2": 'not(org.status != "active" or org.revenue < 100.0)'})
    plan = matching.plan({"p/m1": one, "q/m1": two})

    assert plan.predicates == 3
    assert set(plan.measures[0].states) == set(plan.measures[1].states)


def test_only_the_measures_that_read_a_changed_fact_are_matched_anew():
    plan = matching.plan({"p/m1": rules({"c1": "org.revenue > 1"}), "p/m2": rules({"c1": "org.listed = true"})})

    assert matching.subset(plan, {"org.listed"}).names == ("p/m2",)
    assert matching.subset(plan, {"org.name"}).names == ()
    assert matching.only(plan, {"p/m1"}).names == ("p/m1",)
    table = pa.table({"org.listed": [True, False]})
    (tally,) = matching.match(matching.subset(plan, {"org.listed"}), table, on=TODAY).tallies
    assert (tally.measure, tally.eligible) == ("p/m2", 1)


def test_a_file_of_many_pieces_gives_the_same_whoever_works_on_it(tmp_path):
    rows = 140_001
    table = pa.table(
        {"subject": range(rows), "org.revenue": [None if row % 7 == 0 else row % 100 for row in range(rows)]}
    )
    pq.write_table(table, tmp_path / "facts.parquet", row_group_size=70_000)
    plan = matching.plan({"p/m1": rules({"c1": "org.revenue >= 50"}), "p/m2": rules({"c1": "org.revenue < 50"})})
    told = []

    one = matching.match(plan, table, on=TODAY, threads=1)
    many = matching.match(
        plan, tmp_path / "facts.parquet", on=TODAY, threads=3, into=tmp_path / "pairs.parquet", progress=told.append
    )

    assert many.pairs is None
    stored = pq.read_table(tmp_path / "pairs.parquet")
    assert stored["row"].equals(one.pairs["row"])
    assert stored["measure"].cast(pa.string()).equals(one.pairs["measure"].cast(pa.string()))
    assert many.tallies == one.tallies
    assert one.pairs["row"].to_pylist() == one.pairs["subject"].to_pylist() == [row for row in range(rows) if row % 7]
    assert told == sorted(told)
    assert told[-1] == rows


def test_a_fact_without_a_column_is_unknown_for_everybody_and_said_to_be():
    plan = matching.plan({"m": rules({"c1": "org.revenue > 1", "c2": "org.listed = true"})})

    result = matching.match(plan, pa.table({"org.revenue": [0, 2]}), on=TODAY)

    assert result.absent == ("org.listed",)
    assert (result.tallies[0].open, result.tallies[0].refused) == (1, 1)


def test_a_column_of_another_type_is_refused_by_name():
    plan = matching.plan({"m": rules({"c1": "org.revenue > 1"})})

    with pytest.raises(ColumnMismatch, match=r"org\.revenue"):
        matching.match(plan, pa.table({"org.revenue": ["2"]}), on=TODAY)


def test_models_that_cannot_be_matched_together_are_refused_by_name():
    with pytest.raises(NotMatchable, match="二"):
        matching.plan(
            {"一": rules({"c1": "org.revenue > 1"}), "二": rules({"c1": 'org.revenue = "x"'}, {"revenue": "string"})}
        )


def test_nobody_and_nothing_give_nothing():
    plan = matching.plan({"m": rules({"c1": "org.revenue > 1"})})

    assert matching.match(plan, pa.table({"org.revenue": pa.array([], pa.int64())}), on=TODAY).rows == 0
    assert matching.match(matching.plan({}), pa.table({"x": [1, 2]}), on=TODAY).tallies == ()


def test_what_is_no_comparison_is_put_to_the_engine_and_told_with_its_reason():
    models = {"m": rules({"c1": "org.rd / org.revenue >= 0.03", "c2": 'upper case(org.status) = "ACTIVE"'})}
    table = pa.table(
        {
            "org.rd": [3.0, 2.9999999, 0.0, None, 1.0] * 20,
            "org.revenue": [100.0, 100.0, 0.0, 1.0, None] * 20,
            "org.status": ["active", "Active", "gone", "active", None] * 20,
        }
    )

    result = matching.match(matching.plan(models), table, on=TODAY)

    assert [(one.facts, one.by) for one in result.fallbacks] == [(("org.rd", "org.revenue"), ROW_BY_ROW)]
    assert "org.rd / org.revenue" in result.fallbacks[0].text
    assert "浮点" in result.fallbacks[0].reason
    assert_as_judged(models, table)


@pytest.mark.parametrize(("times", "by"), [(1, ROW_BY_ROW), (40, BY_QUERY)])
def test_what_reads_several_facts_is_computed_by_the_batch_compiler_where_there_are_many(times, by):
    models = {
        "m": rules(
            {
                "c1": "org.rd / org.revenue >= 0.03",
                "c2": 'years and months duration(org.registered_on, org.listed_on) >= duration("P2Y") and org.staff > 3',
                "c3": 'org.listed_on + duration("P1M") > application.date or org.registered_on < application.date',
                "c4": "org.status = org.registered_division",
            }
        )
    }
    table = pa.table(
        {
            "org.rd": pa.array([3, 2, 0, None, 1] * times, pa.int32()),
            "org.revenue": pa.array(
                [Decimal("100.00"), Decimal("66.67"), Decimal(0), Decimal(1), None] * times, pa.decimal128(12, 2)
            ),
            "org.registered_on": [date(2020, 2, 29), date(2020, 3, 1), None, date(2026, 7, 1), date(2026, 7, 2)]
            * times,
            "org.listed_on": [date(2022, 2, 28), date(2022, 3, 1), date(2026, 6, 1), None, date(2026, 6, 2)] * times,
            "org.staff": pa.array([4, 3, 4, 4, None] * times, pa.int16()),
            "org.status": pa.array(["a", "b", None, "a", "a"] * times).dictionary_encode(),
            "org.registered_division": ["a", "a", "a", None, "a"] * times,
        }
    )

    assert {one.by for one in matching.match(matching.plan(models), table, on=TODAY).fallbacks} == {by}
    assert_as_judged(models, table)


def test_two_columns_are_compared_with_each_other():
    models = {"m": rules({"c1": "org.rd > org.rd_before", "c2": "org.listed_on >= org.registered_on"})}
    table = pa.table(
        {
            "org.rd": pa.array([Decimal("1.01"), Decimal("1.00"), None], pa.decimal128(12, 2)),
            "org.rd_before": pa.array([Decimal("1.00"), Decimal("1.00"), Decimal(1)], pa.decimal128(16, 2)),
            "org.listed_on": [date(2020, 1, 1), None, date(2020, 1, 1)],
            "org.registered_on": [date(2020, 1, 1), date(2020, 1, 1), date(2020, 1, 2)],
        }
    )

    assert_as_judged(models, table)
    assert matching.match(matching.plan(models), table, on=TODAY).fallbacks == ()


def test_facts_are_typed_as_they_are_named():
    assert types({"c1": "org.listed_on > org.registered_on and org.titles"}) == {
        "listed_on": "date", "registered_on": "date", "titles": "Titles",
    }  # fmt: skip
