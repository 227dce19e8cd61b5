"""Unified social credit code (统一社会信用代码), GB 32100-2015 (MOD 31), an organisation code (GB 11714) inside."""

import re
from dataclasses import dataclass

from yimen.core.errors import Invalid

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
FORM = re.compile(rf"[1-9ANY][{ALPHABET}]\d{{6}}[{ALPHABET}]{{10}}")
LENGTH = 18


class InvalidCreditCode(Invalid):
    """The code breaks GB 32100-2015."""

    code = "standards.credit-code"
    title = "统一社会信用代码有误。"


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A valid code. `warnings` are doubts that do not make it invalid."""

    code: str
    authority: str
    entity_type: str
    division: str
    organisation_code: str
    warnings: tuple[str, ...] = ()


def check_character(first: str) -> str:
    """Return the check character of the first 17 characters."""
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(first, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def inner_check_character(first: str) -> str:
    """Return the check character of the first 8 characters of an organisation code (组织机构代码, GB 11714)."""
    total = sum(int(character, 36) * weight for character, weight in zip(first, INNER_WEIGHTS, strict=True))
    return "0X987654321"[total % 11] if total % 11 else "0"


def parse(text: str) -> CreditCode:
    """Return the code with its parts; small letters are made capitals.

    A wrong inner check is a warning: a few historic codes have one.

    Raises:
        InvalidCreditCode: wrong length, characters or check character.
    """
    code = text.strip().upper()
    if len(code) != LENGTH:
        raise InvalidCreditCode(
            f"统一社会信用代码应为 {LENGTH} 位，现在是 {len(code)} 位。请核对后重新填写。", length=len(code)
        )
    if not FORM.fullmatch(code):
        raise InvalidCreditCode(
            "统一社会信用代码只用数字和大写字母，不含 I、O、S、V、Z，第 3 至 8 位为数字。请核对后重新填写。"
        )
    if check_character(code[:17]) != code[17]:
        raise InvalidCreditCode("统一社会信用代码的校验码不对，可能有一位写错了。请逐位核对。")
    organisation = code[8:17]
    doubts: tuple[str, ...] = ()
    if inner_check_character(organisation[:8]) != organisation[8]:
        doubts = ("其中的组织机构代码校验码不对，可能是早年赋予的代码。",)
    return CreditCode(code, code[0], code[1], code[2:8], organisation, doubts)
