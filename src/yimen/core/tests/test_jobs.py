"""Work done later: queued with the change it belongs to or not at all, moved from the outbox once, done by the worker."""

import asyncio

import pytest
from django.db import OperationalError, connection, transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from yimen.core import jobs, memo
from yimen.core.models import Outbox

NAME = "cases.reckon_figures"


def queued() -> list[tuple[str, object]]:
    return [(one.task_name, one.args) for one in ProcrastinateJob.objects.order_by("id")]


@pytest.mark.django_db
def test_a_job_of_a_change_that_is_rolled_back_is_not_queued():
    with transaction.atomic():
        jobs.defer(NAME, slug="a")
        transaction.set_rollback(True)

    assert queued() == []


@pytest.mark.django_db
def test_the_same_job_waits_only_once_and_does_not_break_the_transaction_it_is_in():
    for slug in ("a", "a", "b"):
        jobs.defer(NAME, slug=slug)
    jobs.write_down(NAME, slug="c")

    assert queued() == [(NAME, {"slug": "a"}), (NAME, {"slug": "b"})]
    assert Outbox.objects.count() == 1


@pytest.mark.django_db
def test_the_outbox_is_moved_into_the_queue_once():
    for slug in ("a", "a", "b"):
        jobs.write_down(NAME, slug=slug)

    assert jobs.relay() == 3
    assert jobs.relay() == 0
    assert queued() == [(NAME, {"slug": "a"}), (NAME, {"slug": "b"})]


@pytest.mark.django_db
def test_a_job_nobody_knows_is_refused_where_it_is_deferred():
    with pytest.raises(exceptions.TaskNotFound):
        jobs.defer("nothing.at_all")


def test_every_periodic_job_is_there_with_its_clock():
    periodic = {one.periodic_id: one.cron for one in app.periodic_registry.periodic_tasks.values()}

    assert periodic["cases.offer_nightly"] == "10 18 * * *"  # ten past two in the morning in Shenzhen
    assert "core.retry_stalled" in periodic


def test_what_is_remembered_is_asked_once_and_forgotten_on_request():
    asked = []

    @memo.remembered
    def look(name: str) -> str:
        asked.append(name)
        return name.upper()

    assert [look("a"), look("a"), look("b")] == ["A", "A", "B"]
    memo.forget()
    look("a")
    assert asked == ["a", "b", "a"]


@pytest.mark.django_db
def test_a_job_of_a_newer_release_waits_in_the_outbox_and_holds_up_no_other():
    Outbox.objects.create(job="cases.of_the_next_release")
    jobs.write_down(NAME, slug="a")

    assert jobs.relay() == 1
    assert [one.job for one in Outbox.objects.all()] == ["cases.of_the_next_release"]
    assert queued() == [(NAME, {"slug": "a"})]


@pytest.mark.parametrize("failure", [OperationalError(), exceptions.ConnectorException(), OSError("disk full")])
def test_what_is_done_regularly_is_done_again_after_any_failure(failure):
    """Django tells of a lost database in one way, the queue in another, and a full disk in a third."""
    failures, done = iter([failure]), []

    def work():
        for one in failures:
            raise one
        done.append(True)

    regular = jobs.Regular(work, every_s=0)
    regular.do()
    regular.do()

    assert done == [True]


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_worker_that_died_is_queued_again():
    jobs.defer(NAME, slug="nothing-of-ours")
    _die_doing_what_is_queued()

    _retry_stalled()

    assert list(ProcrastinateJob.objects.values_list("status", flat=True)) == ["todo"]


@pytest.mark.django_db(transaction=True)
def test_what_was_queued_again_while_its_worker_lay_dead_is_done_once_and_holds_up_no_other():
    for slug in ("a", "b"):
        jobs.defer(NAME, slug=slug)
    _die_doing_what_is_queued()
    jobs.defer(NAME, slug="a")

    _retry_stalled()

    left = ProcrastinateJob.objects.order_by("args__slug").values_list("args__slug", "status")
    assert list(left) == [("a", "todo"), ("b", "todo")]


def _die_doing_what_is_queued():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        (dead,) = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [dead])


def _retry_stalled():
    asyncio.run(_queue_stalled())


async def _queue_stalled():
    async with app.with_connector(app.connector.get_worker_connector()).open_async() as worker:
        await jobs.queue_stalled(worker.job_manager)
