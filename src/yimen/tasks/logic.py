"""How long an agency has for each kind of task (办理期限): dated data, each with what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from yimen.standards import working_days

REMIND_AHEAD = 2
"""How many working days before its last day a task is reminded of."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many working days a kind of task has, from which day this holds, and what says so."""

    working_days: int
    since: date
    ground: str


LIMITS: Mapping[str, tuple[Limit, ...]] = {
    "quality.rule": (Limit(10, date(2025, 8, 1), "政务数据共享条例：数源部门应当保证数据完整、准确、及时"),),
    "data.objection": (Limit(10, date(2025, 8, 1), "政务数据共享条例：提出校核申请后核实并反馈"),),
    "rating.bad": (Limit(15, date(2020, 1, 1), "差评整改的地方规定，各地不同"),),
}
"""By kind, oldest first. A kind that is not here has DEFAULT."""
DEFAULT = Limit(10, date(2025, 8, 1), "与数据异议相同")
KINDS: Mapping[str, str] = {
    "quality.rule": "质量问题",
    "data.objection": "数据异议",
    "base.conflict": "基础库冲突",
    "rating.bad": "差评整改",
    "payment.account": "收款账户更换",
    "payment.refused": "拨付退回",
    "payment.difference": "对账差异",
    "policy.duty": "政策督查",
    "policy.budget": "预算不足",
    "policy.opinion": "联审意见逾期",
    "policy.objection": "公示异议待答复",
    "policy.excluded": "重复享受待核实",
}


def kind_label(kind: str) -> str:
    """Return a kind in Chinese, the kind itself where it has no name."""
    return KINDS.get(kind, kind)


def limit_of(kind: str, *, on: date) -> Limit:
    """Return the limit of a kind of task opened on that day."""
    return next((one for one in reversed(LIMITS.get(kind, ())) if one.since <= on), DEFAULT)


def due_on(kind: str, *, opened_on: date) -> date:
    """Return the last day of a task of this kind opened on that day, which itself does not count.

    Raises:
        CalendarGap: the calendar of working days ends before.
    """
    return working_days.after(opened_on, limit_of(kind, on=opened_on).working_days)
