"""The size of an enterprise by the official table: the worst indicator counts."""

import pytest

from yimen.standards.enterprise_size import UnknownIndustry, enterprise_size, section_of


@pytest.mark.parametrize(
    ("industry", "employees", "revenue", "assets", "size"),
    [
        ("C", 1000, 40000, None, "large"),
        ("C", 999, 50000, None, "medium"),
        ("3911", 1200, 350, None, "small"),
        ("44", 19, 50000, None, "micro"),
        ("65", 120, 900, None, "small"),
        ("65", 10, 50, None, "small"),
        ("6513", 9, 20000, None, "micro"),
        ("63", 150, 99999, None, "medium"),
        ("52", 50, 500, None, "medium"),
        ("51", 5, 1000, None, "small"),
        ("51", 4, 90000, None, "micro"),
        ("E", None, 80000, 79999, "medium"),
        ("701", None, 200000, 1999, "micro"),
        ("702", 100, 500, None, "small"),
        ("L", 300, None, 119999, "medium"),
        ("M", 99, None, None, "small"),
        ("A", None, 49.99, None, "micro"),
        ("592", 100, 30000, None, "medium"),
        ("61", 100, 1999, None, "small"),
        ("591", 1000, 30000, None, "large"),
        ("7030", 300, None, None, "large"),
        ("85", 9, None, None, "micro"),
    ],
)
def test_each_industry_has_its_own_bounds(industry, employees, revenue, assets, size):
    assert enterprise_size(industry, employees=employees, revenue=revenue, assets=assets) == (size, ())


@pytest.mark.parametrize("industry", ["J", "66", "83", "84", "53", "S", "T", "7040"])
def test_some_industries_have_no_size(industry):
    assert enterprise_size(industry) == ("not_applicable", ())


def test_an_unknown_figure_matters_only_while_it_could_change_the_grade():
    assert enterprise_size("C", employees=19) == ("micro", ())
    assert enterprise_size("C", employees=999) == (None, ("enterprise.revenue",))
    assert enterprise_size("591", employees=5) == ("micro", ())


@pytest.mark.parametrize("industry", ["59", "70"])
def test_a_division_that_is_divided_asks_for_the_group(industry):
    size, missing = enterprise_size(industry, employees=500, revenue=500, assets=500)

    assert size is None
    assert "enterprise.group" in missing


@pytest.mark.parametrize("code", ["", "U", "98", "00", "1", "12345", "六五", "C65", "C3a"])
def test_what_is_no_industry_is_refused(code):
    with pytest.raises(UnknownIndustry):
        section_of(code)


def test_the_section_follows_from_the_division(shared):
    import csv  # noqa: PLC0415

    with (shared / "data/codelists/gbt4754_2017_industry.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] != "section"]

    assert len(rows) > 1900
    assert [row["code"] for row in rows if section_of(row["code"]) != row["section"]] == []
