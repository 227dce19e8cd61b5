"""Notices and channels for tests."""

import re
from datetime import UTC, datetime, timedelta
from itertools import count

from yimen.notices import services
from yimen.notices.logic import Draft
from yimen.notices.models import Channel
from yimen.notices.tests.receiver import Receiver
from yimen.parties.models import Party
from yimen.parties.queries import Standing

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
"""Ten in the morning of a Tuesday in Shenzhen: no quiet hour, and the day's digest is due."""
_keys = count()


def draft(
    recipient: Party, title: str = "有一项政策适合您", *, key: str = "", topic: str = "policy", **also: str
) -> Draft:
    return Draft(recipient.pk, key or f"test:{next(_keys)}", topic, title, **also)


def tell(recipient: Party, title: str = "有一项政策适合您", *, at: datetime = NOW - timedelta(days=1), **also: str):
    """Write a notice, of the day before unless it is said otherwise; return its identifier."""
    (made,) = services.notify([draft(recipient, title, **also)], at=at)
    return made


def channel(standing: Standing, kind: str, address: str, receiver: Receiver, *, at: datetime = NOW - timedelta(days=3)):
    """Add a channel and confirm it with the code that really came."""
    made = services.add_channel(kind, address, by=standing, at=at)
    services.send_code(made.pk, at=at)
    services.confirm_channel(made.pk, code_in(receiver), by=standing, at=at)
    return Channel.objects.get(pk=made.pk)


def code_in(receiver: Receiver) -> str:
    found = re.search(r"验证码 (\d{6})", receiver.came.pop()[3])
    assert found is not None
    return found[1]
