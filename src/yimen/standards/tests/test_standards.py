"""Code lists keep their history, data elements their versions, and datasets are held against them."""

import csv
from datetime import date

import pytest

from yimen.standards import national, queries, services
from yimen.standards.conformance import FieldSchema, Weight, conformance
from yimen.standards.exchange_format import BadList, read_codes, write_codes
from yimen.standards.logic import (
    CodeEntry,
    CodeListDefinition,
    ElementDefinition,
    element_problems,
    list_problems,
    read_format,
)

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def listed(*entries, identifier="sz-colour"):
    return CodeListDefinition(identifier, "颜色", "本市", tuple(CodeEntry(*one) for one in entries))


def element(**changes):
    said = {
        "identifier": "sz.colour",
        "name": "颜色",
        "definition": "看到的颜色",
        "object_class": "物品",
        "property_term": "颜色",
        "representation": "代码",
        "data_type": "string",
        "format": "an..10",
    }
    return ElementDefinition(**{**said, **changes})


# -- the national lists


@pytest.mark.parametrize(
    ("identifier", "file"),
    [
        ("education", "gbt4658_education.csv"),
        ("ethnic-group", "gbt3304_ethnic_groups.csv"),
        ("marital-status", "gbt2261_2_marital_status.csv"),
        ("industry", "gbt4754_2017_industry.csv"),
    ],
)
def test_the_package_has_the_codes_of_the_standard(shared, identifier, file):
    with (shared / "data/codelists" / file).open(encoding="utf-8") as source:
        wanted = {r["code"]: r["name"] for r in csv.DictReader(source) if r.get("level") not in {"group", "class"}}

    assert {one.code: one.name for one in national.lists()[identifier].entries} == wanted


def test_the_divisions_in_use_are_those_of_the_list_of_another(shared):
    with (shared / "data/divisions/divisions.csv").open(encoding="utf-8") as source:
        wanted = {r["code"] for r in csv.DictReader(source) if r["level"] == "city" and r["is_real"] == "1"}
    ours = {one.code for one in national.lists()["division"].entries if one.valid_until is None}

    assert len(wanted) > 300
    assert {code for code in wanted - ours if not code.startswith(("71", "81", "82"))} == set()


@pytest.mark.parametrize("identifier", sorted(national.lists()))
def test_every_national_list_is_right(identifier):
    assert list(list_problems(national.lists()[identifier])) == []


@pytest.mark.parametrize("identifier", sorted(national.elements()))
def test_every_national_element_is_right_and_its_list_is_there(identifier):
    found = national.elements()[identifier]

    assert list(element_problems(found)) == []
    assert not found.code_list or found.code_list in national.lists()


# -- history


@pytest.mark.django_db
def test_a_division_that_is_gone_is_still_read_and_leads_to_the_one_that_came_after():
    assert queries.name_at("division", "440102", on=date(2000, 1, 1)) == "东山区"
    assert queries.name_at("division", "440102", on=MAY) is None
    assert queries.successors("division", "440107") == ("440103",)
    assert queries.successors("division", "440305") == ("440305",)
    assert queries.successors("division", "999999") == ()


@pytest.mark.django_db
def test_a_new_edition_ends_what_is_gone_and_keeps_it():
    services.put_code_list(listed(("1", "红"), ("2", "绿"), ("3", "蓝")), on=MAY)
    changes = services.put_code_list(listed(("1", "红"), ("2", "青"), ("4", "黄")), on=JUNE)

    assert [one.code for one in changes.added] == ["4"]
    assert [(was.name, now.name) for was, now in changes.changed] == [("绿", "青")]
    assert [one.code for one in changes.ended] == ["3"]
    assert queries.codes_of("sz-colour") == {"1": "红", "2": "青", "4": "黄"}
    assert queries.codes_of("sz-colour", on=MAY) == {"1": "红", "2": "绿", "3": "蓝"}


@pytest.mark.django_db
def test_the_same_edition_twice_changes_nothing():
    services.put_code_list(listed(("1", "红")), on=MAY)

    assert services.put_code_list(listed(("1", "红")), on=JUNE).is_empty
    assert queries.codes_of("sz-colour", on=MAY) == {"1": "红"}


@pytest.mark.django_db
def test_a_list_without_a_name_is_refused():
    with pytest.raises(services.BadStandard, match="缺少名称"):
        services.put_code_list(CodeListDefinition("sz-colour", "", "", (CodeEntry("1", "红"),)), on=MAY)


@pytest.mark.django_db
def test_a_new_edition_of_a_national_list_stands_over_the_package():
    entries = tuple(one for one in national.lists()["sex"].entries if one.code != "9")
    services.put_code_list(CodeListDefinition("sex", "性别代码", "GB/T 2261.1-2099", entries), on=MAY)

    assert "9" not in queries.codes_of("sex")
    assert queries.name_at("sex", "9", on=date(2020, 1, 1)) == "未说明的性别"


@pytest.mark.django_db
def test_an_element_that_says_something_new_is_a_new_version_and_the_old_stays():
    assert services.put_element(element(), on=MAY) == 1
    assert services.put_element(element(), on=JUNE) == 1
    assert services.put_element(element(format="an..20"), on=JUNE) == 2

    assert queries.element("sz.colour").longest == 20
    assert [(one.version, one.valid_until) for one in queries.versions("sz.colour")] == [(2, None), (1, JUNE)]


@pytest.mark.django_db
def test_a_national_element_can_be_overridden_and_its_own_version_is_the_first():
    name = national.elements()["person.name"]
    assert services.put_element(name, on=MAY) == 1

    changed = ElementDefinition(
        **{field: getattr(name, field) for field in name.__dataclass_fields__} | {"format": "an..200"}
    )
    assert services.put_element(changed, on=MAY) == 2
    assert [one.version for one in queries.versions("person.name")] == [2, 1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"identifier": "颜色"}, "小写字母"),
        ({"definition": ""}, "定义"),
        ({"data_type": "text"}, "类型"),
        ({"format": "about ten"}, "格式"),
        ({"code_list": "nothing"}, "不存在"),
    ],
)
def test_an_element_that_makes_no_sense_is_refused(change, words):
    with pytest.raises(services.BadStandard, match=words):
        services.put_element(element(**change), on=MAY)


@pytest.mark.parametrize(
    ("written", "least", "most", "decimals"),
    [("an18", 18, 18, 0), ("an..50", 0, 50, 0), ("an3..8", 3, 8, 0), ("n..16,2", 0, 16, 2), ("a..ul", 0, None, 0)],
)
def test_a_format_is_read(written, least, most, decimals):
    found = read_format(written)

    assert (found.least, found.most, found.decimals) == (least, most, decimals)


@pytest.mark.parametrize("written", ["an", "x5", "an8..3", "an..", "18", "..5"])
def test_what_is_no_format_is_told(written):
    with pytest.raises(ValueError, match=written.replace(".", r"\.")):
        read_format(written)


# -- conformance


LISTS = {"sz-colour": {"red": "红", "green": "绿"}}


@pytest.mark.parametrize(
    ("field", "weight", "figure"),
    [
        (FieldSchema("c", "颜色", "string", "sz.colour", 10, ("red",)), None, 100),
        (FieldSchema("c", "颜色", "string"), Weight.MISSING, 0),
        (FieldSchema("c", "颜色", "string", "sz.color"), Weight.CONTRADICTS, 0),
        (FieldSchema("c", "颜色", "number", "sz.colour", None, ("red",)), Weight.CONTRADICTS, 0),
        (FieldSchema("c", "颜色", "string", "sz.colour", 11, ("red",)), Weight.CONTRADICTS, 0),
        (FieldSchema("c", "颜色", "string", "sz.colour", 10, ("rouge",)), Weight.CONTRADICTS, 0),
        (FieldSchema("c", "颜色", "string", "sz.colour"), Weight.DIFFERS, 75),
        (FieldSchema("c", "外观色", "string", "sz.colour", 10, ("red",)), Weight.DIFFERS, 75),
    ],
)
def test_a_field_is_held_against_its_element(field, weight, figure):
    found = conformance([field], {"sz.colour": element(code_list="sz-colour")}, LISTS)

    assert found.figure == figure
    assert [one.weight for one in found.findings] == ([weight] if weight else [])


def test_the_figure_is_the_share_of_fields_that_keep_to_the_standard():
    fields = [FieldSchema("a", "颜色", "string", "sz.colour", 10, ("red",)), FieldSchema("b", "乙", "string")]

    assert conformance(fields, {"sz.colour": element(code_list="sz-colour")}, LISTS).figure == 50
    assert conformance([], {}, {}).figure == 0


# -- files


def test_a_list_that_is_written_is_read_back():
    entries = national.lists()["industry"].entries

    assert read_codes(write_codes(entries).encode()) == entries


def test_a_file_in_gb18030_with_chinese_headings_is_read():
    content = "代码,名称,上级代码\n01,农业,A\nA,农、林、牧、渔业,\n".encode("gb18030")

    assert read_codes(content) == (CodeEntry("01", "农业", "A"), CodeEntry("A", "农、林、牧、渔业"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "第 1 行缺少列"),
        ("名称\n红".encode(), "缺少列 code"),
        ("code,name\n1,红\n1,绿".encode(), "第 2 行：代码“1”出现了 2 次"),
        ("code,name,parent\n1,红,9".encode(), "第 2 行：上级代码“9”不在文件里"),
        ("code,name\n=A1,红".encode(), "第 2 行：code 是公式"),
        ("code,name\n1E+05,红".encode(), "设为文本"),
        (b"code,name\n1,", "缺少名称"),
        ("code,name\n,红".encode(), "缺少代码"),
        ("code,name,valid_from\n1,红,明天".encode(), "第 2 行：“明天”不是日期"),
        (b"code,name\n", "没有代码"),
        (b"code,name\n1,\x00", "NUL"),
        (b"\xff\xfe\xff\xff\x80", "编码"),
        (b"x" * (6 * 1024 * 1024), "超过"),
    ],
)
def test_a_bad_file_is_told_by_its_line(content, words):
    with pytest.raises(BadList, match=words):
        read_codes(content)
