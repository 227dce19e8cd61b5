"""By what coverage is broken down: district, industry, size and age of the firm (评价维度), as expressions of SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from yimen.core.errors import Invalid
from yimen.standards import divisions

UNKNOWN = "未知"
SECTIONS: Mapping[str, str] = {
    "A": "农林牧渔业", "B": "采矿业", "C": "制造业", "D": "电力热力燃气及水", "E": "建筑业", "F": "批发和零售业",
    "G": "交通运输仓储和邮政", "H": "住宿和餐饮业", "I": "信息传输软件和信息技术", "J": "金融业", "K": "房地产业",
    "L": "租赁和商务服务业", "M": "科学研究和技术服务业", "N": "水利环境和公共设施", "O": "居民服务修理和其他服务",
    "P": "教育", "Q": "卫生和社会工作", "R": "文化体育和娱乐业", "S": "公共管理和社会组织", "T": "国际组织",
}  # fmt: skip
"""Sections (门类) of GB/T 4754-2017, short."""
SIZES: Mapping[str, str] = {"large": "大型", "medium": "中型", "small": "小型", "micro": "微型"}
AGES: Mapping[str, str] = {"0": "不满1年", "1": "1至3年", "3": "3至10年", "10": "10年以上"}


class NoSuchDimension(Invalid):
    """Coverage is not broken down by that."""

    code = "policies.no-such-breakdown"
    title = "不能按这一项统计。"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to break down: its key and title, the facts it needs, and the expression that gives its value."""

    key: str
    title: str
    fact: str
    expression: str
    labels: Mapping[str, str]

    def label(self, value: str | None) -> str:
        """Return what a value is called."""
        if not value:
            return UNKNOWN
        return self.labels.get(value) or _district(value) or value


def _district(code: str) -> str | None:
    """Return a district's own name, without its province and city: 南山区."""
    name, city = divisions.name(code), divisions.name(f"{code[:4]}00")
    return name.removeprefix(city) or name if name and city else name


def dimensions(on: date) -> dict[str, Dimension]:
    """Return the ways to break down, by key; ages are counted to that day."""
    years = f"date_diff('day', \"org.registered_on\", DATE '{on.isoformat()}') / 365.25"
    age = (
        f"CASE WHEN {years} < 1 THEN '0' WHEN {years} < 3 THEN '1' WHEN {years} < 10 THEN '3' "
        f"WHEN {years} >= 10 THEN '10' END"
    )
    found = (
        Dimension("district", "行政区", "org.registered_division", '"org.registered_division"', {}),
        Dimension("industry", "行业", "org.industry_code", 'substr("org.industry_code", 1, 1)', SECTIONS),
        Dimension("size", "规模", "org.size_class", '"org.size_class"', SIZES),
        Dimension("age", "成立时间", "org.registered_on", age, AGES),
    )
    return {one.key: one for one in found}


def dimension(key: str, *, on: date) -> Dimension:
    """Return the way to break down of this key.

    Raises:
        NoSuchDimension: there is none.
    """
    there = dimensions(on)
    if key not in there:
        raise NoSuchDimension(f"“{key}”不行。可以用：{'、'.join(there)}。", by=key)
    return there[key]
