"""What is done about data resources by the clock."""

from datetime import UTC, datetime

from django.utils import timezone

from yimen.core import jobs
from yimen.datasets.services import chasing
from yimen.parties import queries as parties


@jobs.job("datasets.chase", cron="10 17 * * *")  # 01:10 in Beijing: the day before is over
def chase(timestamp: int) -> None:
    """Chase overdue requests for grants, and note the grants whose period is over."""
    at = datetime.fromtimestamp(timestamp, tz=UTC)
    on = timezone.localdate(at)
    chasing.chase(on=on, at=at, bureau=parties.data_bureau(on=on))
    chasing.expire(on=on, at=at)
    chasing.forget_uses(before=at)
