"""The vectors of the standards, valid and invalid."""

from datetime import date

import pytest

from yimen.core.errors import Invalid
from yimen.standards import credit_code, divisions, documents, licence_identifier, masking, resident_id, telephone

FULL_WIDTH = {ord(digit): 0xFF10 + int(digit) for digit in "0123456789"}
VALID_IDS = [
    "11010519491231002X", "440524188001010014", "440304188501010030", "440304188501010081", "440304188501010022",
    "440304188501010073", "440304188501010014", "440304188501010065", "440304188501010196", "440304188501010057",
    "440304188501010188", "440304188501010049", "44030418850101009X", "440304188402290014", "440304188501010129",
    "44031118860101012X",
]  # fmt: skip


@pytest.mark.parametrize("number", VALID_IDS)
def test_valid_resident_ids_are_accepted(number):
    assert resident_id.parse(number).number == number


def test_a_resident_id_says_birth_and_sex():
    parsed = resident_id.parse("44030418850101009x")

    assert parsed.number.endswith("X")
    assert (parsed.birth_date, parsed.sex) == (date(1885, 1, 1), "male")
    assert resident_id.parse("440304188501010129").sex == "female"
    assert resident_id.parse("11010519491231002X").sex == "female"
    assert resident_id.parse("440524188001010014").sex == "male"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("440304188502290011", "出生日期不存在"),
        ("440304188501010015", "校验码不对"),
        ("44030418850101001", "现在是 17 位"),
        ("440304850101001", "15 位"),
        ("44030418850101X014", "前 17 位应为数字"),
        ("440304188501010014".translate(FULL_WIDTH), "前 17 位应为数字"),
        ("", "现在是 0 位"),
    ],
)
def test_an_invalid_resident_id_is_refused_with_the_reason_and_never_repeated(number, words):
    with pytest.raises(resident_id.InvalidResidentId, match=words) as caught:
        resident_id.parse(number)

    assert not number or number not in caught.value.detail


def test_born_after_today_is_refused():
    number = "44030420300101001"
    with pytest.raises(resident_id.InvalidResidentId, match="今天之后"):
        resident_id.parse(number + resident_id.check_character(number), today=date(2026, 11, 22))


def test_an_address_code_nobody_knows_is_a_warning_not_a_refusal():
    number = "44039920000101001"
    parsed = resident_id.parse(number + resident_id.check_character(number))

    assert "440399" in parsed.warnings[0]
    assert resident_id.parse("440304188501010014").warnings == ()


@pytest.mark.parametrize("number", ["810000199408230021", "820000199408230023"])
def test_residence_permits_of_hong_kong_and_macau(number):
    assert documents.parse(documents.HONG_KONG_MACAU_RESIDENCE_PERMIT, number).number == number


def test_residence_permits_of_taiwan():
    assert documents.parse(documents.TAIWAN_RESIDENCE_PERMIT, "830000199201300022").number == "830000199201300022"


@pytest.mark.parametrize(
    ("type_", "number"),
    [
        (documents.HONG_KONG_MACAU_RESIDENCE_PERMIT, "830000199201300022"),
        (documents.HONG_KONG_MACAU_RESIDENCE_PERMIT, "810000199408230022"),
        (documents.HONG_KONG_MACAU_TRAVEL_PERMIT, "X12345678"),
        (documents.TAIWAN_TRAVEL_PERMIT, "1234"),
        (documents.PASSPORT, "E1"),
        (documents.RESIDENT_ID, "440304188501010015"),
        (documents.TypeCode("999"), "x" * 65),
        (documents.TypeCode("999"), " "),
    ],
)
def test_a_number_that_does_not_fit_its_document_is_refused(type_, number):
    with pytest.raises(Invalid):
        documents.parse(type_, number)


@pytest.mark.parametrize(
    ("type_", "number"),
    [
        (documents.HONG_KONG_MACAU_TRAVEL_PERMIT, "H12345678"),
        (documents.HONG_KONG_MACAU_TRAVEL_PERMIT, "M1234567801"),
        (documents.TAIWAN_TRAVEL_PERMIT, "12345678"),
        (documents.TAIWAN_TRAVEL_PERMIT, "1234567890(A)"),
        (documents.PASSPORT, "E12345678"),
        (documents.TypeCode("999"), "粤-1"),
    ],
)
def test_other_documents_are_accepted(type_, number):
    assert documents.parse(type_, number).number == number


VALID_CODES = [
    "91110000600037341L", "91440300708461136T", "91350100M000100Y43", "11440000MB2D0164XH", "12441500196720244T",
    "11100000000013338W", "11440300MB2X00012A", "11440304MB2X00020Y", "12440300MB2X00039Y", "91440300MA5X00014Q",
    "92440304MA5X00022A", "93440311MA5X000306", "51440300MJ5000017U", "52440300MJ5000025K", "53440300MJ5000033B",
    "N2440311MF0000013K", "A1110000MD0000016A",
]  # fmt: skip


@pytest.mark.parametrize("code", VALID_CODES)
def test_valid_credit_codes_pass_both_checks(code):
    assert credit_code.parse(code).warnings == ()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("91440300MA5X00014R", "校验码不对"),
        ("91440300MA5X0001IQ", "不含 I"),
        ("91440300MA5X0001", "现在是 16 位"),
        ("B1440300MA5X00014Q", "请核对"),
    ],
)
def test_invalid_credit_codes_are_refused_with_the_reason(code, words):
    with pytest.raises(credit_code.InvalidCreditCode, match=words):
        credit_code.parse(code)


def test_a_wrong_inner_check_is_only_a_warning():
    body = "91440300MA5X00015"
    parsed = credit_code.parse(body + credit_code.check_character(body))

    assert parsed.warnings


@pytest.mark.parametrize(
    ("code", "ending"),
    [
        ("440305", "南山区"),
        ("440309", "龙华区"),
        ("440300", "深圳市"),
        ("440392", "深汕特别合作区"),
        ("430102", "芙蓉区"),
    ],
)
def test_divisions_have_names(code, ending):
    named = divisions.name(code)

    assert named is not None
    assert named.endswith(ending)


def test_functional_areas_are_known_but_not_statutory():
    assert divisions.is_known("440392")
    assert not divisions.is_statutory("440392")
    assert not divisions.is_known(divisions.SYNTHETIC)
    assert not divisions.is_known("abc")


@pytest.mark.parametrize("text", ["13812345678", "+86 138-1234-5678", "0086 13812345678"])
def test_a_mobile_number_is_kept_in_one_form(text):
    assert telephone.mobile(text) == "+8613812345678"


@pytest.mark.parametrize("text", ["12812345678", "1381234567", "138123456789", "", "手机"])
def test_what_is_no_mobile_number_is_refused(text):
    with pytest.raises(telephone.InvalidMobile):
        telephone.mobile(text)


VALID_LICENCES = [
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
    "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
    "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F",
    "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
    "1.2.156.3005.2.11440300MB2X00012A001.11440300MB2X00012A.2025000001.001.4",
    "1.2.156.3005.2.11440300MB2X00012A001.11440300MB2X00012A.2025000001.002.2",
    "1.2.156.3005.2.11440300MB2X00012A002.11440300MB2X00012A.209FA4E88F9E4C878F3E9BED2CE7EA49.001.E",
]


@pytest.mark.parametrize("text", VALID_LICENCES)
def test_valid_licence_identifiers_are_parsed_and_written_back(text):
    assert str(licence_identifier.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "1.2.156.3005.2.11100000000013338V011.11430000006122244L.20230000403.001.U",
        "1.2.156.3005.2.1110000000001333W8011.11430000006122244L.20230000403.001.U",
        "1.2.156.3005.2.11100000000013661B006.113700000045046442.209FA4E88F9E4C878F3E9BED2CE7EA49.001.M",
        "1.2.156.3005.2.11440300mb2x00012a001.11440300MB2X00012A.2025000001.001.4",
        "1.2.156.3005.2.11440300MB2X00012A001.11440300MB2X00012A.2025_00001.001.4",
        "1.2.156.3005.3.11440300MB2X00012A001.11440300MB2X00012A.2025000001.001.4",
        "",
    ],
)
def test_invalid_licence_identifiers_are_refused(text):
    with pytest.raises(licence_identifier.InvalidLicenceIdentifier):
        licence_identifier.parse(text)


@pytest.mark.parametrize(
    ("full", "shown"), [("张三", "张*"), ("张三丰", "张*丰"), ("欧阳修远", "欧阳**"), ("张", "张"), ("", "")]
)
def test_names_keep_their_surname(full, shown):
    assert masking.name(full) == shown


def test_numbers_hide_what_identifies():
    assert masking.id_number("440304188501010014") == "440***********0014"
    assert masking.mobile("+8613812345678") == "138****5678"
