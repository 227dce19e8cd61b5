"""Work on policies done later: what a crash left over, what a case's move asks for, and what a date moves."""

import logging
from uuid import UUID

from django.utils import timezone

from yimen.core import jobs
from yimen.core.errors import DomainError
from yimen.lake.store import NoSnapshot
from yimen.parties.logic import Actor
from yimen.policies.delivering import from_matches
from yimen.policies.matching import facts_table
from yimen.policies.services import applying, benefits, collecting, following, matching, opinions

MATCHER = Actor("system", "policies.match", "政策精准匹配（系统）")
logger = logging.getLogger(__name__)


@jobs.job("policies.finish_application")
def finish_application(application_id: str) -> None:
    """File what is left of an application that was received."""
    applying.finish(UUID(application_id), at=timezone.now())


@jobs.job("policies.follow_case")
def follow_case(case_id: str) -> None:
    """Ask the agencies, or grant the measure."""
    following.follow(UUID(case_id), at=timezone.now())


@jobs.job("policies.draw_up_list")
def draw_up_list(measure: str, officer: str, label: str, agency: str) -> None:
    """Draw up the list an officer asked for; tried anew it goes on where it was broken off."""
    by = Actor("officer", officer, label, agency)
    benefits.propose(measure, benefits.candidates(measure), by=by, at=timezone.now())


@jobs.job("policies.chase_opinions", cron="20 17 * * *")
def chase_opinions(timestamp: int) -> None:
    """At twenty past one in the morning in Shenzhen give the agencies that are late a task."""
    del timestamp
    now = timezone.now()
    opinions.chase(at=now, on=timezone.localdate(now))


@jobs.job("policies.move_lists", cron="30 16 * * *")
def move_lists(timestamp: int) -> None:
    """At half past midnight in Shenzhen end the notices whose days are over, and the confirmations."""
    del timestamp
    now = timezone.now()
    on = timezone.localdate(now)
    benefits.end_notices(at=now, on=on)
    benefits.close_late(at=now, on=on)


def hear_of_case(sender: object, *, case_id: UUID, item: str, **payload: object) -> None:
    """Hear that a case has moved; a measure's is followed."""
    del sender, payload
    if "/" in item:
        jobs.defer("policies.follow_case", case_id=str(case_id))


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


@jobs.job("policies.match", cron="30 18 * * *", attempts=2)
def match(timestamp: int = 0) -> None:
    """At half past two in the morning in Shenzhen take the departments' data anew, match everybody, tell of it."""
    del timestamp
    now = timezone.now()
    facts_table.refresh(by=MATCHER, at=now)
    rematch()


@jobs.job("policies.rematch", attempts=5)
def rematch() -> None:
    """Match anew what has changed, as after a policy is published, and tell what is new."""
    try:
        matching.run(at=timezone.now())
    except NoSnapshot:
        return  # the night's run makes the table
    from_matches.tell(at=timezone.now())


def hear_of_policy(sender: object, *, slug: str, **payload: object) -> None:
    """Hear that a policy was published: whom its measures are for is found at once."""
    del sender, slug, payload
    jobs.defer("policies.rematch")
