"""Pure parts of paying out: what is left to pay after what was had before, and how long a duty has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

FEN = Decimal("0.01")
ONCE, DIFFERENCE, PER_YEAR = "ONCE", "DIFFERENCE", "PER_YEAR"


@dataclass(frozen=True, slots=True)
class Cap:
    """How money is limited within a group of measures (see `PayoutCap`). `limit` is None for what is had once."""

    group: str
    kind: str
    limit: Decimal | None = None
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier payout of the same party that counts: which measure, how much, in which year."""

    measure: str
    yuan: Decimal
    year: int


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be paid, what earlier payouts took from the claim, and why in a sentence; empty where nothing did."""

    yuan: Decimal
    counted: Decimal
    why: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many working days a duty has, from which day this holds, and what says so."""

    working_days: int
    since: date
    ground: str


LIMITS: Mapping[str, tuple[Limit, ...]] = {
    "PUBLISH": (Limit(7, date(2023, 1, 1), "新出台惠企政策七个工作日内公布清单和办事指南（一省的做法，由城市自定）"),),
    "DECIDE": (Limit(20, date(2023, 1, 1), "奖补项承诺的办理时限"),),
    "PAY": (Limit(15, date(2023, 1, 1), "决定兑付后的拨付时限（由城市自定）"),),
}
"""By kind of duty, oldest first. There is no national limit for paying out; a city sets its own."""


def limit_of(kind: str, *, on: date) -> Limit:
    """Return the limit of a kind of duty that begins on that day."""
    limits = LIMITS[kind]
    return next((one for one in reversed(limits) if one.since <= on), limits[0])


def due(
    claim: Decimal,
    *,
    cap: Cap | None,
    before: Sequence[Before],
    excluded: Sequence[str] = (),
    year: int,
    most: Decimal | None = None,
) -> Due:
    """Return what is to be paid of what the rules give.

    `before` are the party's earlier payouts of the cap's group, `excluded` names of measures already paid that cannot
    be had beside this one (不重复享受), `most` the measure's own ceiling in yuan.

    ONCE: nothing, where anything was had before. DIFFERENCE: up to the standard `limit`, less what was had; never more
    than the claim, so that rules which know the difference themselves are not charged twice. PER_YEAR: up to the limit,
    less what was had in this year.
    """
    full = claim if most is None else min(claim, most)
    words = f"按单项上限 {most:,.2f} 元计" if most is not None and most < claim else ""
    if excluded:
        return Due(Decimal(0), full, f"已享受 {'、'.join(excluded)}，不重复享受")
    if cap is None or not before:
        return Due(full if cap is None or cap.limit is None else min(full, cap.limit), Decimal(0), words)
    had = sum((one.yuan for one in before if cap.kind != PER_YEAR or one.year == year), Decimal(0))
    if cap.kind == ONCE:
        return Due(Decimal(0), full, "同一奖励只兑付一次，以前已经兑付")
    assert cap.limit is not None
    left = max(Decimal(0), min(full, cap.limit - had))
    if left == full:
        return Due(full, Decimal(0), words)
    what = "今年已兑付" if cap.kind == PER_YEAR else "以前已兑付"
    name = "每年上限" if cap.kind == PER_YEAR else "标准"
    return Due(left, full - left, f"{name} {cap.limit:,.2f} 元，{what} {had:,.2f} 元，补 {left:,.2f} 元")
