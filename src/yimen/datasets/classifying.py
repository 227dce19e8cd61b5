"""Where a resource stands in the catalogue: 类, 项, 目, 细目, and its running number (信息资源代码).

Source: 政务信息资源目录编制指南（试行）, 2017. The classes are data of the content pack (classification.yaml).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

WIDTHS = (1, 2, 3)
"""How many digits 类, 项 and 目 have. What follows them is the 细目, of any length."""
LEVEL_NAMES = ("类", "项", "目", "细目")
CATEGORY_OF = {"1": "base", "2": "theme", "3": "department"}
"""The nature of a resource (资源属性) by its 类."""
RESOURCE_CODE = re.compile(r"(?P<path>\d{6,40})/(?P<number>\d{1,18})")


@dataclass(frozen=True, slots=True)
class ClassDefinition:
    """A class of the catalogue as a content pack states it; its code begins with the code of the one above."""

    code: str
    name: str


def levels(path: str) -> list[str]:
    """Return the code of each class on the way down to this one: 307001010 → 3, 307, 307001, 307001010."""
    found: list[str] = []
    end = 0
    for width in WIDTHS:
        if len(path) < end + width:
            return found
        end += width
        found.append(path[:end])
    return [*found, path] if len(path) > end else found


def class_problems(definition: ClassDefinition, known: Mapping[str, str]) -> list[str]:
    """Return what is wrong with a class; `known` are the names of all classes by code."""
    if not definition.code.isascii() or not definition.code.isdigit():
        return [f"分类代码“{definition.code}”应为数字。"]
    above = levels(definition.code)
    if not above or above[-1] != definition.code:
        return [f"分类代码“{definition.code}”的长度应为 1（类）、3（项）、6（目）或更长（细目）。"]
    if len(above) > 1 and above[-2] not in known:
        return [f"分类“{definition.code}”的上级 {above[-2]} 没有定义，请先写上级。"]
    return []


def code_problems(code: str, category: str, known: Mapping[str, str]) -> list[str]:
    """Return what is wrong with a resource code, each with its remedy; `known` are the classes by code, if any.

    Without classes only the form and the category are checked: a city may keep its own classification elsewhere.
    """
    match = RESOURCE_CODE.fullmatch(code)
    if match is None:
        return [f"信息资源代码“{code}”应为“类、项、目、细目 / 顺序码”，如 307001010/000001。"]
    path = match["path"]
    if CATEGORY_OF.get(path[0]) != category:
        return [f"信息资源代码“{code}”以 {path[0]} 开头，与资源属性不一致：1 基础、2 主题、3 部门。"]
    missing = [one for one in levels(path)[: len(WIDTHS)] if known and one not in known]
    return [f"目录分类中没有 {missing[0]}，请改正信息资源代码，或在 classification.yaml 中加上。"] if missing else []


def path_of(resource_code: str, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the (code, name) of each known class a resource stands in, from the top; empty for a code of no form."""
    match = RESOURCE_CODE.fullmatch(resource_code)
    return [(one, known[one]) for one in levels(match["path"]) if one in known] if match else []
