"""Work done later, by another process: registered by rooms, deferred by name, in the transaction it belongs to.

@jobs.job("cases.figures")
def figures(slug: str) -> None: ...

jobs.defer("cases.figures", slug=slug)      # queued when the transaction commits, or not at all
jobs.write_down("cases.figures", slug=slug) # the same from a transaction that many run at once: through the outbox

@jobs.regularly(every_s=5.0)                # what is done every few seconds goes through no queue
def seal() -> None: ...
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import close_old_connections, transaction
from procrastinate import RetryStrategy, exceptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Status

from yimen.core.models import Outbox

logger = logging.getLogger(__name__)

Job = TypeVar("Job", bound=Callable[..., None])
Regularly = TypeVar("Regularly", bound=Callable[[], object])

STALLED_AFTER_S = 30
"""A worker that has given no sign of life for so long is dead, and its jobs are done anew."""
BATCH = 500
LOOK_EVERY_S = 0.5
CONCURRENCY = 2
GRACE_S = 20.0


def job(name: str, *, cron: str | None = None, attempts: int = 5) -> Callable[[Job], Job]:
    """Register a function as the job of this name; with `cron` (minute hour day month weekday, UTC) also by the clock.

    A periodic job is given the instant it was due as `timestamp`, in seconds since 1970. What fails is tried again, the
    wait growing each time.
    """

    def enter(function: Job) -> Job:
        # A task is registered under a name of ours, so that a function may move without orphaning queued jobs.
        retry = RetryStrategy(max_attempts=attempts, exponential_wait=3)
        task = app.task(name=name, retry=retry)(function)
        if cron is not None:
            app.periodic(cron=cron, periodic_id=name)(task)
        return function

    return enter


@dataclass(slots=True)
class Regular:
    """What the worker does every so many seconds beside the queue, and when it is due next (monotonic seconds)."""

    work: Callable[[], object]
    every_s: float
    due: float = 0.0

    def do(self) -> None:
        """Do it if it is due. What fails, as when the database is away, is done the next time and stops no other."""
        if time.monotonic() < self.due:
            return
        self.due = time.monotonic() + self.every_s
        try:
            self.work()
        except Exception:  # this is where its thread would end, and with it all that is done beside the queue
            logger.exception("%s could not be done", self.work.__qualname__)
            close_old_connections()


_regular: list[Regular] = []


def regularly(*, every_s: float) -> Callable[[Regularly], Regularly]:
    """Register a function that each worker calls every so many seconds; several workers may call it at once."""

    def enter(function: Regularly) -> Regularly:
        _regular.append(Regular(function, every_s))
        return function

    return enter


def defer(name: str, **arguments: object) -> None:
    """Queue the job of this name in the caller's transaction; one of the same name and arguments waits only once."""
    lock = f"{name}:{sorted(arguments.items())}"[:200]
    try:
        with transaction.atomic():  # the clash of two locks must not take the caller's transaction with it
            app.configure_task(name, queueing_lock=lock, allow_unknown=False).defer(**arguments)  # type: ignore[arg-type]  # plain JSON
    except exceptions.AlreadyEnqueued:
        return


def write_down(name: str, **arguments: object) -> None:
    """Write the job into the outbox, in the caller's transaction."""
    written(name, **arguments).save(force_insert=True)


def written(name: str, **arguments: object) -> Outbox:
    """Return the outbox's row of this job, for a transaction that writes all its rows at once."""
    return Outbox(job=name, arguments=arguments)


@regularly(every_s=1.0)
def relay() -> int:
    """Move what the outbox holds into the queue; return how many rows were moved.

    Both in one transaction: a killed worker loses none and queues none twice. Rows another worker is moving are left
    to it; so are those of a job that only a newer release knows.
    """
    with transaction.atomic():
        known = Outbox.objects.filter(job__in=list(app.tasks))
        rows = list(known.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
        for name, arguments in {(row.job, str(row.arguments)): (row.job, row.arguments) for row in rows}.values():
            defer(name, **arguments)
        Outbox.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


@app.periodic(cron="* * * * *", periodic_id="core.retry_stalled")
@app.task(name="core.retry_stalled")
async def retry_stalled(timestamp: int) -> None:
    """Queue anew the jobs of workers that died; every job is written so that doing it twice does no harm.

    One that has been queued again meanwhile is dropped: what it had to do will be done by the other.
    """
    del timestamp
    for stalled in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S):
        try:
            await app.job_manager.retry_job(stalled)
        except exceptions.UniqueViolation:
            await app.job_manager.finish_job(stalled, status=Status.ABORTED, delete_job=True)


def work(*, until_idle: bool = False) -> None:
    """Do jobs until told to stop by TERM or INT, or until none is left.

    What is done every few seconds, such as moving the outbox into the queue, is done by a thread beside.
    """
    for one in _regular:
        one.work()
    stop = threading.Event()
    beside = threading.Thread(target=_beside, args=[stop], daemon=True)
    if not until_idle:
        beside.start()
    try:
        connector = app.connector
        assert isinstance(connector, DjangoConnector)
        with app.replace_connector(connector.get_worker_connector()):
            app.run_worker(
                concurrency=CONCURRENCY,
                wait=not until_idle,
                install_signal_handlers=not until_idle,
                delete_jobs="successful",
                fetch_job_polling_interval=1,
                shutdown_graceful_timeout=GRACE_S,
            )
    finally:
        stop.set()


def _beside(stop: threading.Event) -> None:
    while not stop.wait(LOOK_EVERY_S):
        for one in _regular:
            one.do()
