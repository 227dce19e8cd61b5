"""Resident identity number (公民身份号码), GB 11643-1999: 6 address, 8 birth date, 3 sequence, 1 check (MOD 11-2)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from yimen.core.errors import Invalid
from yimen.standards import divisions

LENGTH = 18
OLD_LENGTH = 15
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


class InvalidResidentId(Invalid):
    """The number breaks GB 11643-1999. The number itself is never repeated."""

    code = "standards.resident-id"
    title = "公民身份号码有误。"


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A valid number and what it says. `warnings` are doubts that do not make it invalid."""

    number: str
    address_code: str
    birth_date: date
    sex: Literal["male", "female"]
    warnings: tuple[str, ...] = ()


def check_character(first: str) -> str:
    """Return the check character of the first 17 digits."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]


def parse(text: str, *, today: date | None = None) -> ResidentId:
    """Return the number with what it says; a small x is accepted and made a capital.

    An address code no list knows is a warning: it was assigned when the number was, and may be long abolished.

    Raises:
        InvalidResidentId: wrong length, characters, date or check character; or, given `today`, born after it.
    """
    number = text.strip().upper()
    if len(number) == OLD_LENGTH and number.isdecimal():
        raise InvalidResidentId("15 位的旧号码已停用，请使用 18 位公民身份号码。")
    if len(number) != LENGTH:
        raise InvalidResidentId(
            f"公民身份号码应为 {LENGTH} 位，现在是 {len(number)} 位。请核对后重新填写。", length=len(number)
        )
    if not (number.isascii() and number[:17].isdecimal() and (number[17].isdecimal() or number[17] == "X")):
        raise InvalidResidentId("公民身份号码前 17 位应为数字，最后一位应为数字或 X。请核对后重新填写。")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise InvalidResidentId("公民身份号码中的出生日期不存在。请核对第 7 至 14 位。") from error
    if today is not None and born > today:
        raise InvalidResidentId("公民身份号码中的出生日期在今天之后。请核对第 7 至 14 位。")
    if check_character(number[:17]) != number[17]:
        raise InvalidResidentId("公民身份号码的校验码不对，可能有一位写错了。请逐位核对。")
    address = number[:6]
    doubts = () if divisions.is_known(address) else (f"地址码 {address} 不在行政区划代码表中，可能已撤销。",)
    return ResidentId(number, address, born, "male" if int(number[16]) % 2 else "female", doubts)
