"""What is done about tasks by the clock: remind, escalate."""

from datetime import UTC, datetime

from django.utils import timezone

from yimen.core import jobs
from yimen.parties.logic import Actor
from yimen.tasks import services

CLOCK = Actor(kind="system", id="tasks.watch", label="系统（期限提醒）")


@jobs.job("tasks.watch", cron="5 17 * * *")  # 01:05 in Beijing: the day before is over
def watch(timestamp: int) -> None:
    """Remind of what is due soon, and escalate what is late to the data bureau."""
    at = datetime.fromtimestamp(timestamp, tz=UTC)
    on = timezone.localdate(at)
    services.remind_due(by=CLOCK, at=at, on=on)
    services.escalate_late(by=CLOCK, at=at, on=on)
