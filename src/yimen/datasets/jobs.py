"""Every night: what killed processes left is dealt with, and the base libraries are built anew."""

from django.utils import timezone

from yimen.core import jobs
from yimen.datasets import base_queries
from yimen.datasets.services import base, batch


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
