"""What is done about notices by the clock: compose what is due, and send it."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from yimen.core import jobs
from yimen.notices import services

AS_LONG_AS = timedelta(seconds=50)
"""How long one job sends: the next one of the clock goes on, and no more than one holds up other work."""


@jobs.job("notices.deliver", cron="* * * * *")
def deliver(timestamp: int) -> None:
    """Every minute: see to what was broken off, compose what is due, send what waits."""
    del timestamp
    began = timezone.now()
    services.recover(at=began)
    services.compose_due(at=timezone.now())
    services.send_due(now=timezone.now, until=began + AS_LONG_AS)


@jobs.job("notices.send_code", attempts=1)
def send_code(channel: str) -> None:
    """Send a code to an address that waits to be confirmed."""
    services.send_code(UUID(channel), at=timezone.now())
