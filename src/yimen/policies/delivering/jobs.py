"""What is done later about deliveries: tell of a new policy, mark what was opened and applied for."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from yimen.core import jobs
from yimen.notices.events import notice_read
from yimen.policies.delivering import announcing, following
from yimen.policies.delivering.pushing import TOPIC
from yimen.policies.events import policy_published


@jobs.job("policies.announce")
def announce(slug: str, number: int) -> None:
    """Tell subscribers of a policy that was published."""
    announcing.announce(slug, number, at=timezone.now())


@jobs.job("policies.push_opened")
def push_opened(notice: str, party: str, measure: str, at: str) -> None:
    """Mark the push that a notice told of as opened."""
    following.opened(UUID(notice), party=UUID(party), measure=measure, at=datetime.fromisoformat(at))


@jobs.job("policies.follow_pushes", cron="*/10 * * * *")
def follow_pushes(timestamp: int) -> None:
    """Every ten minutes mark the pushes that were followed by an application."""
    del timestamp
    following.applied(at=timezone.now())


def listen() -> None:
    """Hear of policies published and notices read."""
    policy_published.connect(_hear_of_policy, dispatch_uid="policies.delivering.policy_published")
    notice_read.connect(_hear_of_reading, dispatch_uid="policies.delivering.notice_read")


def _hear_of_policy(sender: object, *, slug: str, number: int, **payload: object) -> None:
    del sender, payload
    jobs.defer("policies.announce", slug=slug, number=number)


def _hear_of_reading(
    sender: object, *, notice_id: UUID, topic: str, about: str, recipient: UUID, at: datetime, **payload: object
) -> None:
    del sender, payload
    if topic == TOPIC:
        told = {"notice": str(notice_id), "party": str(recipient), "measure": about, "at": at.isoformat()}
        jobs.defer("policies.push_opened", **told)
