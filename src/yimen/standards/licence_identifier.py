"""Identifier of an electronic licence (电子证照标识), GB/T 36904-2018; its check is GB/T 17710 (ISO 7064 MOD 37,36)."""

import re
from dataclasses import dataclass

from stdnum.iso7064 import mod_37_36

from yimen.core.errors import Invalid

ROOT = "1.2.156.3005.2"
FORM = re.compile(r"([0-9A-Z]{18}\d{3})\.([0-9A-Z]{18}|\d{6})\.([0-9A-Z]{1,64})\.(\d{3})\.([0-9A-Z])")


class InvalidLicenceIdentifier(Invalid):
    """The identifier breaks GB/T 36904-2018."""

    code = "standards.licence-identifier"
    title = "电子证照标识有误。"


@dataclass(frozen=True, slots=True)
class LicenceIdentifier:
    """An identifier by its parts: type 21 characters, authority 18 (or a division's 6), serial, version 3 digits."""

    type_code: str
    authority: str
    serial: str
    version: str

    @property
    def check(self) -> str:
        """Return the check character over all parts, without the root and the dots."""
        return str(mod_37_36.calc_check_digit(f"{self.type_code}{self.authority}{self.serial}{self.version}"))

    def __str__(self) -> str:
        """Return it as written, root and check included."""
        return f"{ROOT}.{self.type_code}.{self.authority}.{self.serial}.{self.version}.{self.check}"


def parse(text: str) -> LicenceIdentifier:
    """Return the identifier by its parts.

    Raises:
        InvalidLicenceIdentifier: wrong root, form or check character.
    """
    if not text.startswith(f"{ROOT}."):
        raise InvalidLicenceIdentifier(f"电子证照标识应以 {ROOT}. 开头。请核对后重新填写。")
    found = FORM.fullmatch(text.removeprefix(f"{ROOT}."))
    if found is None:
        raise InvalidLicenceIdentifier(
            "电子证照标识应为“类型.颁发机构.流水号.版本.校验位”，只用数字和大写字母。请核对后重新填写。"
        )
    identifier = LicenceIdentifier(*found.groups()[:4])
    if identifier.check != found[5]:
        raise InvalidLicenceIdentifier("电子证照标识的校验位不对，可能有一位写错了。请逐位核对。")
    return identifier
