"""Sealing, every few seconds and once a night in whole."""

from django.utils import timezone

from yimen.core import jobs
from yimen.ledger import services


@jobs.regularly(every_s=5.0)
def seal() -> None:
    """Seal what was recorded since the last time, batch by batch."""
    while services.seal(at=timezone.now()) is not None:
        pass


@jobs.job("ledger.sweep", cron="40 19 * * *")
def sweep(timestamp: int) -> None:
    """At twenty to four in the morning in Shenzhen seal what was committed so late that the quick look misses it."""
    del timestamp
    while services.seal(at=timezone.now(), whole=True) is not None:
        pass
