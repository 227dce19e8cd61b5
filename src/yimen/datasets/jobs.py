"""What is done about data resources by the clock."""

import logging
from datetime import UTC, datetime

from django.utils import timezone

from yimen.core import jobs
from yimen.core.errors import DomainError
from yimen.datasets import base_queries, source_queries
from yimen.datasets.quality import board
from yimen.datasets.services import base, batch, chasing, checking, quality
from yimen.parties import queries as parties

logger = logging.getLogger(__name__)


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
    chasing.expire(on=on, at=at)
    chasing.forget_uses(before=at)
    chasing.chase(on=on, at=at, bureau=parties.data_bureau(on=on))


@jobs.job("datasets.quality", cron="30 17 * * *")  # 01:30 in Beijing
def look_into_quality(timestamp: int) -> None:
    """Queue a run of every dataset for whose quality there is a grant."""
    on = timezone.localdate(datetime.fromtimestamp(timestamp, tz=UTC))
    for code in board.granted(on=on):
        jobs.defer("datasets.quality_of", code=code)


@jobs.job("datasets.quality_of", attempts=2)
def look_into_quality_of(code: str) -> None:
    """Run the rules of one dataset. A department that does not answer is kept as a failed run, and asked tomorrow."""
    try:
        quality.run_granted(code, at=timezone.now())
    except DomainError as error:
        logger.warning("quality of %s: %s", code, error.code)


@jobs.regularly(every_s=60.0)
def mark_died_runs() -> int:
    """Mark quality runs whose process was killed."""
    return quality.mark_died(at=timezone.now())


@jobs.job("lake.nightly", cron="10 18 * * *")
def nightly(timestamp: int) -> None:
    """At ten past two in the morning in Shenzhen recover what was interrupted, and queue each library's building."""
    del timestamp
    batch.recover()
    for code in base_queries.codes():
        jobs.defer("base.refresh", code=code)


@jobs.job("base.refresh", attempts=3)
def refresh(code: str) -> None:
    """Take what the library is made of and build it; one that has nothing yet is left alone."""
    try:
        base.refresh(code, at=timezone.now())
    except base.NothingTaken:
        return
