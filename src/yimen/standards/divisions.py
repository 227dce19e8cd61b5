"""Administrative divisions (行政区划代码), GB/T 2260: six digits, province, city, county."""

from dataclasses import dataclass
from functools import lru_cache

from stdnum import numdb

SYNTHETIC = "440399"
"""Never assigned; the address code of invented people."""


@dataclass(frozen=True, slots=True)
class LocalDivision:
    """A functional area that has no code in GB/T 2260 and is known by one of the city's own (功能区)."""

    code: str
    name: str
    parent: str


FUNCTIONAL_AREAS = (
    LocalDivision("440391", "大鹏新区", "440300"),
    LocalDivision("440392", "深汕特别合作区", "440300"),
    LocalDivision("440393", "前海合作区", "440300"),
)
"""Codes of Shenzhen's own; only 440392 is seen in use elsewhere, the others are this platform's."""


def is_statutory(code: str) -> bool:
    """Tell whether the code is one of GB/T 2260, in force now or before."""
    return _found(code) is not None


def is_known(code: str) -> bool:
    """Tell whether the code names a division: a statutory one, or a functional area of ours."""
    return is_statutory(code) or any(area.code == code for area in FUNCTIONAL_AREAS)


def name(code: str) -> str | None:
    """Return the division's full name, such as 广东省深圳市南山区; None for a code nobody knows."""
    for area in FUNCTIONAL_AREAS:
        if area.code == code:
            return f"{name(area.parent)}{area.name}"
    own = _found(code)
    if own is None:
        return None
    above = [_found(f"{code[:2]}0000"), None if code.endswith("00") else _found(f"{code[:4]}00")]
    return "".join(part for part in [*above, own] if part and part != own) + own


@lru_cache(maxsize=4096)
def _found(code: str) -> str | None:
    """Return the division's own name, the newest the list of python-stdnum has for it."""
    if len(code) != 6 or not code.isdecimal():  # noqa: PLR2004 - GB/T 2260
        return None
    for _, properties in numdb.get("cn/loc").info(code)[1:]:
        if county := properties.get("county"):
            return str(county).split(",")[-1].split("]")[-1]
    return None
