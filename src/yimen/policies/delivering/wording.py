"""What is found for a party, and how it is told: what, and why they get it, in a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from yimen.policies.logic import Mode
from yimen.policies.models import Push

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a party belongs in the figures: GB/T 2260, GB/T 4754, enterprise size; empty where it is not known."""

    district: str = ""
    industry: str = ""
    size: str = ""


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Found:
    """A measure that fits a party, or nearly (匹配结果): what is fed into `pushing.push`.

    `measure` is POLICY/MEASURE. `amount_yuan` is what they would get, None where it is not known. `near` is the one
    thing that is missing, in words. `because` are phrases of what fits: 是专精特新企业, 注册在南山区.
    """

    party: UUID
    measure: str
    kind: Push.Kind
    amount_yuan: Decimal | None = None
    near: str = ""
    deadline: date | None = None
    because: Sequence[str] = ()
    place: Place = NOWHERE

    @property
    def policy(self) -> str:
        """Return the policy's slug."""
        return self.measure.partition("/")[0]


RANKS = {Push.Kind.MATCH: 0, Push.Kind.NEAR: 1, Push.Kind.OPEN: 2, Push.Kind.NEW: 3}


def rank(found: Found) -> tuple[int, Decimal, date, str]:
    """Return the order in which things are told: the certain first, then larger amounts, then earlier deadlines."""
    return RANKS[found.kind], -(found.amount_yuan or Decimal(0)), found.deadline or date.max, found.measure


def title(kind: Push.Kind, name: str, mode: Mode = Mode.ORDINARY) -> str:
    """Return what leaves the house: the measure's name and how it stands, nothing of the party's own."""
    match kind:
        case Push.Kind.MATCH if mode is Mode.NO_APPLICATION:
            return f"您符合“{name}”的条件，不用申请"
        case Push.Kind.MATCH:
            return f"您可以{'享受' if mode is Mode.SELF_DECLARED else '申请'}“{name}”"
        case Push.Kind.NEAR:
            return f"“{name}”只差一项"
        case Push.Kind.OPEN:
            return f"“{name}”可能适合您"
        case _:
            return f"新政策：{name}"


def reason(found: Found, *, is_person: bool, topic: str = "") -> str:
    """Return why they get it, in one sentence or two; `topic` is what they subscribed to, empty if nothing."""
    whom = "您" if is_person else "您单位"
    said = "，".join(one.strip("，。") for one in found.because if one.strip("，。"))
    if said:
        first = f"因为{whom}{said}。"
    elif found.kind is Push.Kind.MATCH:
        first = f"因为{whom}符合这一条的全部条件。"
    elif found.kind is Push.Kind.NEAR:
        first = f"因为{whom}只差一项条件。"
    else:
        first = f"因为{whom}的情况可能符合，还差几项信息。"
    return (first + (subscribed(topic) if topic else ""))[:LONGEST_REASON]


def subscribed(said: str) -> str:
    """Return the sentence for somebody who subscribed to this."""
    return f"您订阅了{said}。"


def body(found: Found, *, policy_title: str) -> str:
    """Return what is told inside: the amount, what is missing, by when, and which policy it stands in."""
    lines = []
    if found.amount_yuan is not None and found.kind is Push.Kind.MATCH:
        lines.append(f"按现在的数据测算，可得 {found.amount_yuan:,.2f} 元。".replace(".00 元", " 元"))
    elif found.amount_yuan is not None and found.kind is Push.Kind.NEAR:
        lines.append(f"补上这一项后，可得 {found.amount_yuan:,.2f} 元。".replace(".00 元", " 元"))
    if found.near:
        lines.append(found.near if found.near.endswith("。") else f"{found.near}。")
    if found.kind is Push.Kind.OPEN:
        lines.append("打开政策，补充几项信息就知道能不能申请。")
    if found.deadline is not None:
        day = found.deadline
        lines.append(f"申报截止：{day.year} 年 {day.month} 月 {day.day} 日。")
    return "\n".join([*lines, f"政策：《{policy_title}》"])
