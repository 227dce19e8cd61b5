"""Identity documents of all kinds (证件): a type, a number, and the rule that fits the type."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NewType

from yimen.core.errors import Invalid
from yimen.standards import credit_code, resident_id

TypeCode = NewType("TypeCode", str)

CREDIT_CODE = TypeCode("001")
RESIDENT_ID = TypeCode("111")
PASSPORT = TypeCode("414")
TAIWAN_TRAVEL_PERMIT = TypeCode("511")
HONG_KONG_MACAU_TRAVEL_PERMIT = TypeCode("516")
HONG_KONG_MACAU_RESIDENCE_PERMIT = TypeCode("HM")
"""The standard gives residence permits no code; these two are the platform's own."""
TAIWAN_RESIDENCE_PERMIT = TypeCode("TW")

LONGEST = 64


class InvalidDocument(Invalid):
    """The number does not fit the kind of document. The number itself is never repeated."""

    code = "standards.document"
    title = "证件号码有误。"


@dataclass(frozen=True, slots=True)
class IdDocument:
    """A document's type (GB/T 36903-2018 annex A where it has a code) and its number, checked."""

    type: TypeCode
    number: str


def parse(type_: TypeCode, text: str) -> IdDocument:
    """Return the document; of a type without a rule any number of 1 to 64 characters is accepted.

    Raises:
        Invalid: the number does not fit the type; the sentence says how.
    """
    number = text.strip().upper()
    if not 1 <= len(number) <= LONGEST:
        raise InvalidDocument(f"证件号码应为 1 到 {LONGEST} 个字符，现在是 {len(number)} 个。请核对后重新填写。")
    rule = RULES.get(type_)
    return IdDocument(type_, number if rule is None else rule(number))


def _permit(*addresses: str) -> Callable[[str], str]:
    """Return the rule of a residence permit: GB 11643's algorithm over one of these address parts."""

    def check(number: str) -> str:
        if number[:6] not in addresses:
            raise InvalidDocument(f"居住证号码应以 {' 或 '.join(addresses)} 开头。请核对证件类型和号码。")
        return resident_id.parse(number).number

    return check


def _form(pattern: str, words: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def check(number: str) -> str:
        if not compiled.fullmatch(number):
            raise InvalidDocument(f"{words}请核对后重新填写。")
        return number

    return check


RULES: dict[TypeCode, Callable[[str], str]] = {
    CREDIT_CODE: lambda number: credit_code.parse(number).code,
    RESIDENT_ID: lambda number: resident_id.parse(number).number,
    HONG_KONG_MACAU_RESIDENCE_PERMIT: _permit("810000", "820000"),
    TAIWAN_RESIDENCE_PERMIT: _permit("830000"),
    HONG_KONG_MACAU_TRAVEL_PERMIT: _form(r"[HM]\d{8}(\d{2})?", "来往内地通行证号码应为 H 或 M 加 8 位或 10 位数字。"),
    TAIWAN_TRAVEL_PERMIT: _form(
        r"\d{8}|\d{10}\([A-Z]\)", "来往大陆通行证号码应为 8 位数字，或 10 位数字加括号中的字母。"
    ),
    PASSPORT: _form(r"[0-9A-Z]{5,20}", "护照号码应为 5 到 20 位字母和数字。"),
}
