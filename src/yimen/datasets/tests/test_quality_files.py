"""Files as they come: encodings, sheets, ragged lines, and real open data with real faults."""

import json
from datetime import datetime

import pyarrow as pa
import pytest
from openpyxl import Workbook

from yimen.datasets.quality import relations, running
from yimen.datasets.quality.derive import derived
from yimen.datasets.quality.rules import Column, Dimension, Kind, Rule

NOW = datetime(2026, 11, 25, 9, 0)


def rule(code, expression, *fields):
    return Rule(code, code, Kind.WRITTEN, Dimension.CONSISTENCY, fields, expression=expression)


def found(relation, columns, *rules):
    report = running.run(relation, columns, [*derived(columns), *rules], at=NOW)
    return {one.rule.code: one.failed for one in report.findings}


def texts(*names, **options):
    return [Column(name.lower(), name, source=name, **options) for name in names]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_a_file_is_read_in_whatever_encoding_it_comes(tmp_path, encoding):
    text = "姓名,單位\n" + "陳曉雯,社會保險局\n李小龍,市場監督管理局\n" * 40
    path = tmp_path / "names.csv"
    path.write_bytes(text.encode(encoding))

    with relations.file(path) as relation:
        assert list(relation.types) == ["姓名", "單位", relations.ROW_NAME]
        assert relation.connection.execute("SELECT count(DISTINCT 單位) FROM given").fetchone() == (2,)


def test_lines_with_other_than_the_heads_cells_are_named(tmp_path):
    path = tmp_path / "ragged.csv"
    path.write_text("a,b\r\n1,2\r\n3\r\n4,5,6\r\n\r\n", encoding="utf-8")

    with relations.file(path) as relation:
        assert relation.ragged == (2, 3)
        assert relation.connection.execute("SELECT a, b FROM given").fetchall() == [("1", "2"), ("3", None), ("4", "5")]


def test_a_sheet_is_read_as_text(tmp_path):
    book = Workbook()
    book.active.append(["code", "amount", "on"])
    book.active.append([7.0, 3200.5, datetime(2026, 1, 2)])
    book.save(tmp_path / "sheet.xlsx")

    with relations.file(tmp_path / "sheet.xlsx") as relation:
        row = relation.connection.execute('SELECT code, amount, "on" FROM given').fetchone()

    assert row == ("7", "3200.5", "2026-01-02")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"a,a\n1,2"),
        ("a.xlsx", b"PK no sheet"),
        ("a.parquet", b"PAR1 no table"),
        ("a.doc", b"x"),
        ("a.csv", b"\n\n"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(relations.UnreadableTable), relations.file(path):
        pass


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(relations.UnreadableTable), relations.file(tmp_path / "none.csv"):
        pass


def test_the_card_records_of_the_metro_have_these_faults(shared):
    folder = shared / "data" / "messy-tables"
    columns = [
        *texts("card_no", "deal_type", "company_name", "station", "car_no", is_required=True),
        *texts("deal_date", "close_date", type="date"),
        *texts("deal_money", "deal_value", type="number"),
    ]
    rules = [
        rule("no-station", "station <> '-'", "station"),
        rule("paid-more", "deal_money <= deal_value", "deal_money", "deal_value"),
        rule("suffix", "not ends_with(station, '站')", "station"),
        rule("route", "deal_type <> '巴士' or not regexp_matches(station, '[0-9]')", "station", "deal_type"),
    ]

    with relations.file(folder / "szt_2018-08-31_evening.csv") as relation:
        evening = found(relation, columns, *rules)
    with relations.file(folder / "szt_2018-09-01_morning.csv") as relation:
        morning = found(relation, columns, *rules)

    assert {code: count for code, count in evening.items() if count} == {"no-station": 292, "suffix": 771, "route": 146}
    assert {code: count for code, count in morning.items() if count} == {
        "station.required": 591,
        "car_no.required": 591,
        "suffix": 1100,
        "route": 6719,
    }


def test_the_venues_in_gb18030_lack_tags_and_repeat_names(shared):
    columns = [
        *texts("poi_name", is_key=True, is_required=True),
        *texts("tag", "source", is_required=True),
        *texts("lat", "lon", type="number"),
    ]
    inside = rule("in-china", "lat between 3 and 54 and lon between 73 and 136", "lat", "lon")

    with relations.file(shared / "data" / "messy-tables" / "covid_venues_2020_gbk.csv") as relation:
        faults = found(relation, columns, inside)

    assert {code: count for code, count in faults.items() if count} == {"tag.required": 559, "unique": 152}


def test_the_updates_of_the_epidemic_name_places_that_are_none(shared):
    columns = [
        *texts("UpdateTime", type="date", is_required=True),
        *texts("ChildName", is_required=True),
        *texts("ChildConfirmedCount", "ChildCuredCount", "ChildDeadCount", type="number"),
    ]
    rules = [
        rule("place", "childname not in ('待明确地区', '外地来人员', '未知地区')", "childname"),
        rule("sum", "childcuredcount + childdeadcount <= childconfirmedcount", "childcuredcount"),
    ]

    with relations.file(shared / "data" / "messy-tables" / "dxy_guangdong_updates.csv") as relation:
        faults = found(relation, columns, *rules)

    assert {code: count for code, count in faults.items() if count} == {"place": 161, "sum": 161}


def test_every_page_of_the_state_council_carries_its_dates_a_month_late(shared):
    pages = [json.loads(path.read_bytes()) for path in sorted((shared / "data/policy/state-council").glob("*.json"))]
    content = pa.table(
        {
            f"{place}_{name}": pa.array([page[place].get(key) for page in pages], pa.string())
            for place, name, key in (
                ("stored", "written", "written_time"),
                ("stored", "released", "release_time"),
                ("page_metadata", "written", "written"),
                ("page_metadata", "released", "released"),
            )
        }
    )
    columns = texts(*content.column_names, type="date")
    same = [
        rule(f"{name}-as-printed", f"stored_{name} = page_metadata_{name}", f"stored_{name}", f"page_metadata_{name}")
        for name in ("written", "released")
    ]

    with relations.arrow(content) as relation:
        faults = found(relation, columns, *same)

    broken = {code: count for code, count in faults.items() if count}
    assert broken == {"written-as-printed": len(pages), "released-as-printed": len(pages)}
    assert len(pages) == 43
