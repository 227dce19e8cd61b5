"""Work done later, by another process: registered by rooms, deferred by name, in the transaction it belongs to.

@jobs.job("cases.figures")
def figures(slug: str) -> None: ...

jobs.defer("cases.figures", slug=slug)      # queued when the transaction commits, or not at all
jobs.write_down("cases.figures", slug=slug) # the same from a transaction that many run at once: through the outbox

@jobs.regularly(every_s=5.0)                # what is done every few seconds goes through no queue
def seal() -> None: ...
"""

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from asgiref.sync import sync_to_async
from django.db import connections, transaction
from procrastinate import JobContext, RetryStrategy, exceptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

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
ANEW_AFTER_S = 1.0
"""How long a worker that ended by itself waits before it begins anew."""


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
            connections.close_all()  # Django's gentler way asks the connection first, and would fail in its turn


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
@app.task(name="core.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Queue anew the jobs of workers that died; every job is written so that doing it twice does no harm."""
    del timestamp
    await queue_stalled(context.app.job_manager)


async def queue_stalled(queue: JobManager) -> None:
    """Queue anew the jobs of workers that died.

    One that has been queued again meanwhile is dropped: what it had to do will be done by the other.
    """
    for stalled in await queue.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S):
        try:
            await queue.retry_job(stalled)
        except exceptions.UniqueViolation:
            await queue.finish_job(stalled, status=Status.ABORTED, delete_job=True)


def work(*, until_idle: bool = False) -> None:
    """Do jobs until told to stop by TERM or INT, or until none is left.

    What is done every few seconds, such as moving the outbox into the queue, is done by a thread beside. While the
    database is away the worker waits for it.
    """
    if until_idle:
        for one in _regular:
            one.work()
        asyncio.run(_do_jobs(wait=False))
        return
    stop = threading.Event()
    threading.Thread(target=_beside, args=[stop], daemon=True).start()
    try:
        asyncio.run(_until_told())
    finally:
        stop.set()


async def _until_told() -> None:
    """Do jobs until TERM or INT comes, however often the work ends by itself before, as it does without a database."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, told.set)
    waiting = asyncio.create_task(told.wait())
    while not told.is_set():
        doing = asyncio.create_task(_do_jobs(wait=True))
        await asyncio.wait([doing, waiting], return_when=asyncio.FIRST_COMPLETED)
        doing.cancel()  # it finishes what it is doing; where it has ended already this does nothing
        (ended,) = await asyncio.gather(doing, return_exceptions=True)
        if not told.is_set():
            logger.warning("the worker ended by itself and begins anew", exc_info=_failure(ended))
            await sync_to_async(connections.close_all)()  # the periodic jobs' own may be to a database that is gone
            await asyncio.wait([waiting], timeout=ANEW_AFTER_S)


async def _do_jobs(*, wait: bool) -> None:
    """Do jobs on a connection of the worker's own; `defer` goes on using Django's, in whatever transaction is open."""
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    worker = app.with_connector(connector.get_worker_connector())
    async with worker.open_async():
        await worker.run_worker_async(
            concurrency=CONCURRENCY,
            wait=wait,
            install_signal_handlers=False,
            delete_jobs="successful",
            fetch_job_polling_interval=1,
            shutdown_graceful_timeout=GRACE_S,
        )


def _failure(ended: object) -> BaseException | None:
    return ended if isinstance(ended, BaseException) else None


def _beside(stop: threading.Event) -> None:
    while not stop.wait(LOOK_EVERY_S):
        for one in _regular:
            one.do()
