"""Work done later: queued with the change it belongs to or not at all, moved from the outbox once, done by the worker."""

import asyncio

import pytest
from django.db import connection, transaction
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


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_worker_that_died_is_queued_again():
    jobs.defer(NAME, slug="nothing-of-ours")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        (dead,) = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [dead])

    with app.replace_connector(app.connector.get_worker_connector()):
        asyncio.run(_retry())

    assert list(ProcrastinateJob.objects.values_list("status", flat=True)) == ["todo"]


async def _retry() -> None:
    async with app.open_async():
        await jobs.retry_stalled(0)
