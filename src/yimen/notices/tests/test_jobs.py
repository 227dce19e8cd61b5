"""What is deferred is done: codes, digests, deliveries."""

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from yimen.core import jobs
from yimen.notices import queries, services
from yimen.notices.models import Channel, Delivery
from yimen.notices.services import Choice
from yimen.notices.tests.factories import code_in, tell
from yimen.parties.tests import factories as parties


def do_queued():
    """Do what waits in the queue, as the worker would, in this thread: its connections outlive a test."""
    for one in ProcrastinateJob.objects.order_by("id"):
        jobs.app.tasks[one.task_name].func(**one.args)


@pytest.mark.django_db
def test_the_code_is_sent_by_a_job_and_what_is_new_by_the_clock(receiver):
    now = timezone.now()
    owner = parties.acting(parties.person())
    services.prefer(Choice("AT_ONCE"), by=owner, at=now)  # and no quiet hours, whatever the time is
    services.add_channel("webhook", receiver.webhook, by=owner, at=now)

    do_queued()
    services.confirm_channel(Channel.objects.get().pk, code_in(receiver), by=owner, at=timezone.now())
    tell(owner.principal, "新的", at=timezone.now() - timedelta(seconds=1))
    jobs.app.tasks["notices.deliver"].func(timestamp=0)
    jobs.app.tasks["notices.deliver"].func(timestamp=0)

    assert [one[2] for one in receiver.came] == ["一门：新的"]
    assert Delivery.objects.get().status == "DELIVERED"
    assert queries.figures(since=now - timedelta(minutes=1)).deliveries == {("webhook", "DELIVERED"): 1}


def test_what_is_due_is_looked_at_every_minute():
    periodic = {one.periodic_id: one.cron for one in jobs.app.periodic_registry.periodic_tasks.values()}

    assert periodic["notices.deliver"] == "* * * * *"
    assert periodic["policies.push_newest_run"] == "30 0 * * *"  # half past eight in Shenzhen
