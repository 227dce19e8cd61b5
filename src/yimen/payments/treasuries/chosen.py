"""Which treasury is used: the one the operator set in the environment."""

from pathlib import Path

from django.conf import settings

from yimen.core import signing
from yimen.core.errors import Unavailable
from yimen.payments.treasuries.base import Treasury
from yimen.payments.treasuries.over_http import HttpTreasury


class TreasuryNotSet(Unavailable):
    """Nobody said which treasury pays."""

    code = "payments.treasury-not-set"
    title = "还没有接通国库支付系统。"


def configured() -> Treasury:
    """Return the treasury of the settings.

    Raises:
        TreasuryNotSet: there is none.
    """
    if not settings.YIMEN_TREASURY_URL:
        raise TreasuryNotSet("请设置 YIMEN_TREASURY_URL、YIMEN_TREASURY_KEY 和 YIMEN_TREASURY_PUBLIC_KEY。")
    return HttpTreasury(
        settings.YIMEN_TREASURY_URL,
        key=settings.YIMEN_TREASURY_KEY,
        public_key=settings.YIMEN_TREASURY_PUBLIC_KEY,
        signer=signing.signer_at(Path(settings.YIMEN_PAYMENT_KEY)),
        timeout_s=settings.YIMEN_TREASURY_TIMEOUT_S,
    )
