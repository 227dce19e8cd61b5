"""One worker process: its threads read, as an exchange with or without the ledger, and tell how long each took.

Run by `bench.exchange`: `python -m bench.exchange.caller MODE THREADS SECONDS SHARE NUMBERS`; waits for a line on its
input before it begins, so that all workers begin together; prints the times in seconds as JSON.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django first
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.exchange.stage import CONNECTION, DATASET, FIELDS, ITEM, USER  # noqa: E402
from yimen.core import pipeline  # noqa: E402
from yimen.datasets import services, sources  # noqa: E402
from yimen.ledger.logic import Purpose  # noqa: E402
from yimen.parties.logic import Actor  # noqa: E402
from yimen.parties.models import Person  # noqa: E402

ACTOR = Actor("system", "bench", "测量", USER)
PURPOSE = Purpose(ITEM, "测量")
COLUMNS = ["xm", "csrq", "hj", "gxsj"]
Call = Callable[[Person], object]


def exchange(person: Person) -> object:
    """Read one record as everybody does."""
    return services.exchange(
        DATASET,
        subject=person,
        keys={"person": person.number},
        fields=FIELDS,
        purpose=PURPOSE,
        actor=ACTOR,
        grantee=USER,
        at=timezone.now(),
    )


def query(person: Person) -> object:
    """Read one record by the connector's own query, and nothing else."""
    source = sources.source_of("sql", settings.YIMEN_SOURCES[CONNECTION], {"relation": "people", "key": "sfz"})
    return source.read({"person": person.number}, COLUMNS, timeout_s=2.0)


def without_ledger() -> None:
    """Let the ledger forget everything, for this process alone: only to measure what it costs."""

    def nothing(entry: object) -> None:
        entry.pk = 1  # type: ignore[attr-defined]  # the row of the ledger

    pipeline.write_now = nothing  # type: ignore[assignment]  # as said


def drive(call: Call, people: list[Person], *, threads: int, seconds: float) -> list[float]:
    """Call in so many threads for so long; return how long each call took."""
    for person in people[:20]:
        call(person)
    print("ready", flush=True)
    sys.stdin.readline()
    times: list[list[float]] = [[] for _ in range(threads)]
    until = time.perf_counter() + seconds

    def work(place: int) -> None:
        own, turn = times[place], place
        while (begun := time.perf_counter()) < until:
            call(people[turn % len(people)])
            own.append(time.perf_counter() - begun)
            turn += threads
        connections.close_all()

    workers = [threading.Thread(target=work, args=[place]) for place in range(threads)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    return [one for of_thread in times for one in of_thread]


def main() -> None:
    """Do as the arguments say."""
    mode, threads, seconds, numbers = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4])
    people = list(Person.objects.filter(number__in=numbers.read_text(encoding="ascii").split()).order_by("pk"))
    if mode == "unledgered":
        without_ledger()
    print(json.dumps(drive(query if mode == "query" else exchange, people, threads=threads, seconds=seconds)))


if __name__ == "__main__":
    main()
