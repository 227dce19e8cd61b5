"""Work on data resources done later: look whether departments' systems still look as agreed."""

from django.utils import timezone

from yimen.core import jobs
from yimen.datasets import source_queries
from yimen.datasets.services import checking


@jobs.job("datasets.check_sources", cron="20 * * * *", attempts=1)
def check_sources(timestamp: int) -> None:
    """Every hour hold every dataset against its source, so that a change is known before somebody's case meets it."""
    del timestamp
    checking.check_datasets(source_queries.connected(), at=timezone.now())
