"""Numbers and dates as official documents print them, and as people mistype them."""

from datetime import date

import pytest

from yimen.policies.collecting.dates import date_in, dates_in, is_only_a_date
from yimen.policies.collecting.numbers import RIGHT, Form, is_normative, normalise, numbers_in


@pytest.mark.parametrize(
    "written",
    [
        "深府规〔2023〕1号",
        "深府办规〔2022〕3号",
        "国办函〔2016〕108号",
        "粤政数〔2020〕11号",
        "揭府办函〔2026〕2号",
        "工信部联企业〔2011〕300号",
    ],
)
def test_a_right_number_stays_as_it_is(written):
    number = normalise(written)

    assert (number.text, number.warnings) == (written, ())
    assert RIGHT.match(number.text)


@pytest.mark.parametrize(
    ("written", "right", "words"),
    [
        ("深府规[2023]1号", "深府规〔2023〕1号", "六角括号"),
        ("深府规【2023】1号", "深府规〔2023〕1号", "六角括号"),
        ("深府规（2023）1号", "深府规〔2023〕1号", "六角括号"),
        ("深府规(2023)1号", "深府规〔2023〕1号", "六角括号"),
        ("深府规〔2023〕01号", "深府规〔2023〕1号", "不编虚位"),
        ("深府规〔2023〕第1号", "深府规〔2023〕1号", "不写“第”"),
        ("深府规〔\uff12\uff10\uff12\uff13〕\uff11号", "深府规〔2023〕1号", ""),
        ("深府规 〔2023〕 1 号", "深府规〔2023〕1号", ""),
    ],
)
def test_a_number_written_otherwise_is_put_right_and_told(written, right, words):
    number = normalise(written)

    assert number.text == right
    assert words in "".join(number.warnings)
    assert bool(number.warnings) == bool(words)


@pytest.mark.parametrize(
    ("written", "right", "form"),
    [
        ("国务院令第716号", "国务院令第716号", Form.DECREE),
        ("中华人民共和国国务院令第529号", "国务院令第529号", Form.DECREE),
        ("中华人民共和国国务院、中华人民共和国中央军事委员会第14号令", "国务院、中央军事委员会令第14号", Form.DECREE),
        ("国家税务总局公告2023年第5号", "国家税务总局公告2023年第5号", Form.ANNOUNCEMENT),
        ("公告2023年第5号", "公告2023年第5号", Form.ANNOUNCEMENT),
        ("GDZW 0059—2022", "GDZW 0059—2022", Form.SPECIFICATION),
    ],
)
def test_decrees_announcements_and_specifications_are_numbered_otherwise_and_no_error(written, right, form):
    number = normalise(written)

    assert (number.text, number.form, number.warnings) == (right, form, ())


@pytest.mark.parametrize(
    "written",
    ["", "号", "第1号", "2023年第1号文件", "深府规2023年1号", "hello", "x" * 5000, "〔2023〕1号", "深府规〔2023〕0号"],
)
def test_what_is_no_number_gives_none(written):
    assert normalise(written) is None


def test_every_number_of_a_sentence_is_found_in_order():
    text = "根据《甲》（国办发〔1996〕54号）和《乙》（国办发[1996]2号），2012年12月13日公安部令第127号公布的《丙》同时废止。"

    assert [one.text for one in numbers_in(text)] == ["国办发〔1996〕54号", "国办发〔1996〕2号", "公安部令第127号"]


def test_the_code_name_tells_a_normative_document():
    assert is_normative("深府办规〔2022〕3号")
    assert not is_normative("国办函〔2016〕108号")
    assert not is_normative("国务院令第716号")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2018年10月27日", date(2018, 10, 27)),
        ("二〇〇四年一月十六日", date(2004, 1, 16)),
        ("二○○四年十月一日", date(2004, 10, 1)),
        ("一九八一年五月二十三日", date(1981, 5, 23)),
        ("２０１３年１月１日", date(2013, 1, 1)),
        ("2009年1月1 日", date(2009, 1, 1)),
        ("2018-11-09", date(2018, 11, 9)),
        ("2018/11/9 08:30", date(2018, 11, 9)),
        ("二〇二〇年十二月三十一日", date(2020, 12, 31)),
        ("2023年2月30日", None),
        ("2023年13月1日", None),
        ("2023年", None),
        ("", None),
        ("一二三四年五月六日七", date(1234, 5, 6)),
    ],
)
def test_dates_are_read_in_every_script(written, day):
    assert date_in(written) == day


def test_only_a_line_that_is_a_date_is_one():
    assert is_only_a_date("　2018年10月27日　") == date(2018, 10, 27)
    assert is_only_a_date("（二〇〇四年一月十六日）") == date(2004, 1, 16)
    assert is_only_a_date("自2018年10月27日起") is None
    assert len(dates_in("2018年1月1日至2018年12月31日")) == 2
