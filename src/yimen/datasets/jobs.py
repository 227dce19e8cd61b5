"""What is done about data resources by the clock."""

from datetime import UTC, datetime

from django.utils import timezone

from yimen.core import jobs
from yimen.datasets import source_queries
from yimen.datasets.services import chasing, checking
from yimen.parties import queries as parties


@jobs.job("datasets.check_sources", cron="20 * * * *", attempts=1)
def check_sources(timestamp: int) -> None:
    """Every hour hold every dataset against its source, so that a change is known before somebody's case meets it."""
    del timestamp
    checking.check_datasets(source_queries.connected(), at=timezone.now())


@jobs.job("datasets.chase", cron="10 17 * * *")  # 01:10 in Beijing: the day before is over
def chase(timestamp: int) -> None:
    """Chase overdue requests for grants, and note the grants whose period is over."""
    at = datetime.fromtimestamp(timestamp, tz=UTC)
    on = timezone.localdate(at)
    chasing.chase(on=on, at=at, bureau=parties.data_bureau(on=on))
    chasing.expire(on=on, at=at)
    chasing.forget_uses(before=at)
