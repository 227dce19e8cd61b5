"""Facts as a file gives them: one a line, lists of records by place, and every mistake named."""

from datetime import date
from decimal import Decimal

import pytest

from yimen.facts.flat import gather
from yimen.facts.logic import (
    FactDefinition,
    FactType,
    InvalidFact,
    Sensitivity,
    UnknownFact,
    assembled,
    convert,
    label,
    validate,
)


def fact(name, kind, **more):
    return FactDefinition(name=name, title=f"“{name}”", type=FactType(kind), authority="A", **more)


TITLES = fact("org.titles", "list", values={"srdi": "专精特新", "high_tech": "高企"}, sensitivity=Sensitivity.ORDINARY)
DICTIONARY = assembled(
    {
        one.name: one
        for one in (
            TITLES,
            fact("org.revenue", "number"),
            fact("hire", "records", unit="人"),
            fact("hire.category", "code", values={"graduate": "毕业生", "other": "其他"}),
            fact("hire.hired_on", "date"),
            fact("hire.insurance_types", "list", values={"pension": "养老", "injury": "工伤"}),
        )
    }
)


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        (["high_tech", "srdi"], ["srdi", "high_tech"]),  # in the order of the dictionary
        ("srdi,high_tech", ["srdi", "high_tech"]),
        ("srdi、 high_tech，srdi", ["srdi", "high_tech"]),
        ("srdi", ["srdi"]),
        ([], []),
        ("", []),
        (",", []),
    ],
)
def test_a_list_is_its_codes_each_once(raw, codes):
    assert convert(TITLES, raw) == codes
    assert convert(TITLES, convert(TITLES, raw)) == codes


@pytest.mark.parametrize("raw", [["gold"], "srdi,gold", 3, True, {"srdi": True}, [["srdi"]], [None]])
def test_what_is_no_list_of_its_codes_is_refused(raw):
    with pytest.raises(InvalidFact) as refused:
        convert(TITLES, raw)

    assert "org.titles" in refused.value.detail


def test_a_list_is_read_by_its_labels_and_records_by_their_number():
    assert label(TITLES, ["srdi", "high_tech"]) == "专精特新、高企"
    assert label(TITLES, []) == "无"
    assert label(DICTIONARY["hire"], [{"category": "graduate"}, {}]) == "2 人"


def test_records_are_gathered_from_their_places():
    flat = gather(
        {"hire[2].category": "other", "hire[1].hired_on": "2026-07-01", "hire[1].category": None, "org.revenue": "5"},
        DICTIONARY,
    )

    assert flat.values == {"hire": [{"hired_on": date(2026, 7, 1)}, {"category": "other"}], "org.revenue": Decimal(5)}
    assert flat.shown("hire[2].hired_on") == "hire[2].hired_on"


def test_one_entry_needs_no_place_and_is_asked_about_without_one():
    flat = gather({"hire.category": "graduate", "hire.insurance_types": "injury,pension"}, DICTIONARY)

    assert flat.values == {"hire": [{"category": "graduate", "insurance_types": ["pension", "injury"]}]}
    assert flat.shown("hire[1].hired_on") == "hire.hired_on"
    assert flat.title("hire.hired_on") == "“hire.hired_on”"


def test_a_list_may_be_written_whole_or_as_json():
    whole = [{"category": "graduate", "hired_on": "2026-07-01"}, {"insurance_types": ["pension"]}]

    from_list = gather({"hire": whole}, DICTIONARY).values
    from_text = gather(
        {"hire": '[{"category": "graduate", "hired_on": "2026-07-01"}, {"insurance_types": "pension"}]'}, DICTIONARY
    )

    assert from_list == from_text.values
    assert gather({"hire": "[]"}, DICTIONARY).values == {"hire": []}


def test_a_list_nobody_spoke_of_is_one_entry_of_which_nothing_is_known():
    flat = gather({"org.titles": []}, DICTIONARY)

    assert flat.among({"hire", "org.titles", "org.revenue"}) == {"org.titles": [], "hire": [{}]}
    assert gather({"hire": []}, DICTIONARY).among({"hire"}) == {"hire": []}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"hire[1].category": "other", "hire[3].category": "other"}, "hire[2]"),
        ({"hire[2].category": "other"}, "hire[1]"),
        ({"hire.category": "other", "hire[2].category": "other"}, "混在一起"),
        ({"hire.category": "other", "hire[1].hired_on": "2026-07-01"}, "混在一起"),
        ({"hire": [], "hire[1].category": "other"}, "混在一起"),
        ({"hire": None, "hire.category": "other"}, "混在一起"),
        ({"hire": [{"age": 3}]}, "age"),
        ({"hire": ["graduate"]}, "第 1 条"),
        ({"hire": "{"}, "JSON"),
        ({"hire": '{"category": "other"}'}, "记录的列表"),
        ({"hire[999999].category": "other"}, "hire[1]"),
        ({"hire.hired_on": "2026-02-30"}, "日期"),
    ],
)
def test_a_list_written_wrong_is_told_and_how_to_write_it(given, said):
    with pytest.raises(InvalidFact) as refused:
        gather(given, DICTIONARY)

    assert said in refused.value.detail


@pytest.mark.parametrize(
    "name", ["hire[0].category", "hire[1].categorie", "hire.age", "org.titels", "hires", "hire[1]"]
)
def test_a_name_nobody_knows_is_told_with_the_nearest(name):
    with pytest.raises(UnknownFact) as refused:
        gather({name: "other"}, DICTIONARY)

    assert name in refused.value.detail


def test_the_dictionary_says_what_a_list_lacks():
    assert validate(DICTIONARY["hire"]) == []
    assert "没有内容" in validate(fact("hire", "records"))[0]
    assert "小写的词" in validate(fact("org.hire", "records", parts={"a": TITLES}))[0]
    assert "缺少 values" in validate(fact("org.titles", "list"))[0]
