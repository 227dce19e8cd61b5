"""What is done about policies by the clock."""

import logging

from django.utils import timezone

from yimen.core import jobs
from yimen.core.errors import DomainError
from yimen.parties.logic import Actor
from yimen.policies.services import collecting

logger = logging.getLogger(__name__)


@jobs.job("policies.visit_due_feeds", cron="5 * * * *", attempts=1)
def visit_due_feeds(timestamp: int) -> None:
    """Every hour queue a visit of each feed whose time has come."""
    del timestamp
    for name in collecting.due_feeds(at=timezone.now()):
        jobs.defer("policies.visit_feed", feed=name)


@jobs.job("policies.visit_feed", attempts=1)
def visit_feed(feed: str) -> None:
    """Walk through one feed; what could not be collected is kept as trouble, and the feed is due again in its time."""
    by = Actor("system", "policies.visit_feed", "政策采集程序")
    try:
        collecting.visit_feed(feed, by=by, at=timezone.now())
    except DomainError as error:
        logger.warning("feed %s: %s", feed, error.code)
