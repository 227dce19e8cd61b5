"""What a paying officer does about a payment that came back (换户重拨、核销)."""

from datetime import datetime
from uuid import UUID

from yimen.parties.queries import Desk
from yimen.payments.errors import NotAPayer
from yimen.payments.models import Payment
from yimen.payments.services.ordering import Target, replace, write_off


def change_account(payment_id: UUID, target: Target, *, by: Desk, at: datetime) -> Payment:
    """Pay what came back to another account, as a paying officer of the agency.

    Raises:
        NotAPayer: the post is for something else. Otherwise as `ordering.replace`.
    """
    _must_pay(by)
    return replace(payment_id, target, by=by.actor, at=at, agency=by.agency)


def give_up(payment_id: UUID, *, reason: str, by: Desk, at: datetime) -> Payment:
    """Give up what came back, as a paying officer of the agency.

    Raises:
        NotAPayer: the post is for something else. Otherwise as `ordering.write_off`.
    """
    _must_pay(by)
    words = " ".join(reason.replace("\0", "").split())[:300]
    return write_off(payment_id, reason=words, by=by.actor, at=at, agency=by.agency)


def _must_pay(by: Desk) -> None:
    if not by.is_payment_officer:
        raise NotAPayer("请使用拨付人员的账号。")
