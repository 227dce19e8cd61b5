"""Tell a party what becomes of what it is given: to confirm, granted, paid (办理和兑付的消息)."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from yimen.notices import services as notices
from yimen.notices.logic import Draft
from yimen.policies import queries
from yimen.policies.delivering import following
from yimen.policies.models import PayoutShare
from yimen.policies.queries import NoSuchMeasure, NoSuchPolicy

TOPIC = "benefit"


def to_confirm(beneficiary: int, *, measure: str, party: UUID, until: date, at: datetime) -> None:
    """Tell a party on a list that it may confirm its account (免申即享，意愿确认), once."""
    name = _name(measure, at)
    told = Draft(
        recipient=party,
        key=f"policies.to-confirm:{beneficiary}",
        topic=TOPIC,
        about=measure,
        title=f"“{name}”请您确认收款账户",
        body=f"不用申请。名单公示没有异议，请在 {until.year} 年 {until.month} 月 {until.day} 日前确认，"
        "到期没有确认，视为放弃。",
        reason="您在拟兑付名单上。",
        link="/policies/benefits/",
    )
    notices.notify([told], at=at)


def waived(beneficiary: int, *, measure: str, party: UUID, at: datetime) -> None:
    """Tell a party on a list that its time to confirm is over (逾期未确认，视为放弃), once."""
    told = Draft(
        recipient=party,
        key=f"policies.waived:{beneficiary}",
        topic=TOPIC,
        about=measure,
        title=f"“{_name(measure, at)}”没有按时确认，视为放弃",
        body="以后符合条件时还会再核对。有疑问请联系兑现部门。",
        reason="您在拟兑付名单上。",
        link="/policies/benefits/",
    )
    notices.notify([told], at=at)


def granted(award: int, *, measure: str, party: UUID, amount: Decimal | None, by_list: bool, at: datetime) -> None:
    """Tell a party that it was granted a measure, once."""
    name = _name(measure, at)
    money = "" if amount is None else f"金额 {_yuan(amount)} 元，到账后再告诉您。"
    told = Draft(
        recipient=party,
        key=f"policies.granted:{award}",
        topic=TOPIC,
        about=measure,
        title=f"“{name}”已批准",
        body=money or "决定已经生效。",
        reason="您确认了这一项。" if by_list else "您申请了这一项。",
        link="/policies/benefits/" if by_list else "/policies/applications/",
    )
    notices.notify([told], at=at)


def paid(payment: str, *, cause: str, amount: Decimal, at: datetime) -> bool:
    """Tell a party that money has arrived, once a payment, and mark what was pushed as paid; tell if it was ours."""
    share = PayoutShare.objects.select_related("payout").filter(cause=cause).first()
    if share is None:
        return False
    payout = share.payout
    following.paid(payout.measure, party=payout.beneficiary_id, at=at)
    name = _name(payout.measure, at)
    told = Draft(
        recipient=payout.beneficiary_id,
        key=f"policies.paid:{payment}",
        topic=TOPIC,
        about=payout.measure,
        title=f"“{name}”的资金已经到账",
        body=f"到账 {_yuan(amount)} 元。",
        reason="您获得了这一项。",
        link=f"/policies/{payout.measure}/",
    )
    notices.notify([told], at=at)
    return True


def _name(measure: str, at: datetime) -> str:
    """Return what a measure is called, though it may have ended since."""
    try:
        return queries.measure(measure, on=timezone.localdate(at)).definition.name
    except NoSuchMeasure:
        policy = queries.published(measure.partition("/")[0], on=timezone.localdate(at)).definition
        found = policy.measure(measure.partition("/")[2])
        return found.name if found else policy.title
    except NoSuchPolicy:
        return measure


def _yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}".removesuffix(".00")
