"""What a department's columns mean is suggested from their names, comments and types, for a person to confirm."""

import pytest

from yimen.datasets import mapping
from yimen.datasets.column_names import MEANINGS
from yimen.datasets.logic import NAME, TYPES
from yimen.datasets.services import connecting
from yimen.datasets.sources.schema import SourceColumn


def column(name, type_="string", comment="", **more):
    return SourceColumn(name, type_, type_, comment=comment, **more)


@pytest.mark.parametrize(
    ("given", "meaning", "is_sure"),
    [
        (column("gmsfhm"), "id_number", True),
        (column("GMSFHM"), "id_number", True),
        (column("sfzh"), "id_number", True),
        (column("ID_CARD"), "id_number", True),
        (column("身份证号码"), "id_number", True),
        (column("xm"), "name", True),
        (column("csrq", "date"), "born_on", True),
        (column("birth date", "date"), "born_on", True),
        (column("tyshxydm"), "credit_code", True),
        (column("aac147", comment="公民身份号码"), "id_number", True),
        (column("aac003", comment="姓名（中文）"), "name", True),
        (column("t_xm"), "name", True),
        (column("c01_csrq", "date"), "born_on", True),
        (column("x9", comment="本人出生日期"), "born_on", False),
        (column("gxsj"), "updated_at", True),
        (column("zzzz"), "", False),
        (column("ext1"), "", False),
        (column("x"), "", False),
    ],
)
def test_a_column_is_recognised_by_pinyin_initials_english_or_chinese(given, meaning, is_sure):
    (found,) = mapping.suggest([given])

    assert (found.meaning, found.is_sure) == (meaning, is_sure)


def test_two_columns_never_mean_the_same_the_surer_keeps_it():
    found = mapping.suggest([column("x9", comment="本人姓名"), column("xm"), column("name_py")])

    assert [one.meaning for one in found] == ["", "name", ""]
    assert len({one.name for one in found}) == 3


def test_a_column_nobody_knows_keeps_its_name_in_a_form_fields_have():
    names = [one.name for one in mapping.suggest([column("Ext-1"), column("ext_1"), column("其他"), column("9x")])]

    assert names == ["ext_1", "ext_1_2", "field", "f_9x"]
    assert all(NAME.fullmatch(one) for one in names)


def test_a_data_element_is_found_by_any_of_its_names():
    elements = [("DE00001", ["姓名", "xm"]), ("DE00002", ["其他信息"])]

    found = mapping.suggest([column("xm"), column("q", comment="其他信息"), column("z")], elements)

    assert [one.element for one in found] == ["DE00001", "DE00002", ""]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", {}),
        (" ，\n", {}),
        ("1=male，2=female", {"1": "male", "2": "female"}),
        ("A = b;C=d=e", {"A": "b", "C": "d=e"}),
    ],
)
def test_codes_are_written_as_pairs(text, codes):
    assert mapping.codes_of(text) == codes
    assert mapping.codes_of(mapping.codes_said(codes)) == codes


def test_the_table_of_names_contradicts_itself_nowhere():
    words = [word for one in MEANINGS for word in {*one.names, one.name, one.title}]

    assert sorted({word for word in words if words.count(word) > 1}) == []
    assert all(one.type in TYPES and NAME.fullmatch(one.name) for one in MEANINGS)


@pytest.mark.django_db
def test_the_tables_own_key_says_whose_records_they_are():
    org = [column("tyshxydm", is_key=True), column("fr_sfzh"), column("sfzh"), column("zzbh"), column("gxsj")]

    _, key, who, as_of = connecting.propose(org)

    assert (key, who, as_of) == ("tyshxydm", "org", "gxsj")
    assert connecting.propose([column("a")])[1:] == ("", "", "")
