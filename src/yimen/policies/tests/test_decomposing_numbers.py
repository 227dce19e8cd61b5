"""Numbers, days and text as documents write them."""

import re
from datetime import date
from decimal import Decimal

import pytest

from yimen.policies.decomposing import numerals
from yimen.policies.decomposing.numerals import Unit
from yimen.policies.decomposing.reading import LONGEST, Span, TextRefused, alike, sentences, squeeze


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("20万元", 200_000),
        ("二十万元", 200_000),
        ("贰拾万元整", 200_000),
        ("1.5亿元", 150_000_000),
        ("1亿2000万元", 120_000_000),
        ("一百五十万元", 1_500_000),
        ("3,000元", 3000),
        ("两千元", 2000),
        ("五千万元", 50_000_000),
    ],
)
def test_an_amount_is_the_same_in_digits_and_in_words(text, yuan):
    assert re.fullmatch(numerals.MONEY, text)
    assert numerals.yuan(text) == Decimal(yuan)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("百分之八十", 80, Unit.PERCENT),
        ("5.5%", Decimal("5.5"), Unit.PERCENT),
        ("6个月", 6, Unit.MONTHS),
        ("半年", 6, Unit.MONTHS),
        ("三年", 3, Unit.YEARS),
        ("30人", 30, Unit.COUNT),
        ("60分", 60, Unit.POINTS),
    ],
)
def test_a_number_has_its_unit(text, number, unit):
    found = numerals.quantity(text)
    assert found is not None
    assert (found.number, found.unit) == (number, unit)


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ("不低于3%", ">="),
        ("达到3%以上", ">="),
        ("3%以下", "<="),
        ("不超过3%", "<="),
        ("超过3%", ">"),
        ("高于3%", ">"),
        ("低于3%", "<"),
        ("未满3年", "<"),
        ("满3年", ">="),
        ("3年以内", "<="),
    ],
)
def test_above_and_below_include_the_number_and_exceeding_does_not(text, operator):
    found = re.fullmatch(numerals.COMPARED, text)
    assert found is not None
    compared = numerals.compared(found)
    assert compared is not None
    assert compared.operator == operator


def test_a_bare_number_compares_with_nothing():
    found = re.fullmatch(numerals.COMPARED, "3年")
    assert found is not None
    assert numerals.compared(found) is None


def test_days_are_read_in_digits_and_in_characters_and_a_wrong_one_is_none():
    def read(text: str, year: int | None = None) -> date | None:
        found = re.fullmatch(numerals.DAY, text)
        assert found is not None
        return numerals.day(found, year_of=year)

    assert read("2026年3月2日") == read("二〇二六年三月二日") == date(2026, 3, 2)
    assert read("6月30日", 2026) == date(2026, 6, 30)
    assert read("6月30日") is None
    assert read("2026年2月30日") is None


def test_making_characters_alike_moves_no_offset():
    text = "第２条（甲),对５\uff05;\t见:表\uff0e"
    assert len(alike(text)) == len(text)
    assert "5%" in alike(text)


def test_squeezing_leaves_out_brackets_and_knows_where_everything_stood():
    text = "国家专精特新“小巨人”（见附件）企业"
    squeezed = squeeze(text, 100)
    assert squeezed.text == "国家专精特新小巨人企业"
    at = squeezed.text.index("企业")
    assert squeezed.span(at, at + 2) == Span(100 + text.index("企业"), 100 + len(text))


def test_a_full_stop_inside_brackets_ends_no_sentence():
    assert [said for said, _ in sentences("一句（甲。乙）完。二句")] == ["一句（甲。乙）完。", "二句"]


@pytest.mark.parametrize(
    "text", ["", "  \n ", "plain English text without a single Chinese character", "�" * 40 + "汉字"]
)
def test_what_is_no_chinese_text_is_refused_with_what_to_do(text):
    with pytest.raises(TextRefused, match="请"):
        alike(text)


def test_a_text_without_end_is_refused():
    with pytest.raises(TextRefused, match="上限"):
        alike("汉" * (LONGEST + 1))
