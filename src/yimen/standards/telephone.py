"""Telephone numbers (电话号码), kept as E.164."""

import re

from yimen.core.errors import Invalid

MOBILE = re.compile(r"1[3-9]\d{9}")


class InvalidMobile(Invalid):
    """Not a mobile number of the mainland. The number itself is never repeated."""

    code = "standards.mobile"
    title = "手机号码有误。"


def mobile(text: str) -> str:
    """Return a mobile number as +86 and 11 digits; spaces, hyphens and +86 or 0086 before it are accepted.

    Raises:
        InvalidMobile: it is none.
    """
    digits = re.sub(r"[\s-]", "", text)
    digits = digits.removeprefix("+86").removeprefix("0086")
    if not MOBILE.fullmatch(digits):
        raise InvalidMobile("手机号码应为 11 位数字，以 1 开头。请核对后重新填写。")
    return f"+86{digits}"
