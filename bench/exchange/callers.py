"""A process of callers: reads an order from each line, does it, prints the times as JSON."""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
django.setup()

import psycopg  # noqa: E402 - Django first
from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from yimen.datasets import answers, queries, services, sources  # noqa: E402
from yimen.datasets.logic import Record, believe  # noqa: E402
from yimen.datasets.models import Grant  # noqa: E402
from yimen.ledger import services as ledger  # noqa: E402
from yimen.ledger.logic import Purpose  # noqa: E402
from yimen.ledger.models import Entry  # noqa: E402
from yimen.parties import services as parties  # noqa: E402
from yimen.parties.logic import Actor  # noqa: E402
from yimen.parties.models import Person  # noqa: E402

KINDS = {"sql": "social-insurance", "rest": "education", "file": "veterans"}
"""A dataset of each kind of source."""
BY_HAND = "SELECT cbzt_dm, gxsj FROM v_cbxx WHERE aac002 = %s LIMIT 2"
_record_read = ledger.record_read


class Desk:
    """Asks for one field of one dataset, as the agency that holds the grant."""

    def __init__(self, dataset: str) -> None:
        """Look up the grant."""
        grant = Grant.objects.filter(dataset_id=dataset).order_by("pk")[0]
        self.dataset, self.fields, self.grantee = dataset, [grant.fields[0]], grant.grantee_id
        self.purpose = Purpose(grant.item, "取数性能测试")
        self.actor = Actor("system", "bench", "取数性能测试", grant.grantee_id)

    def exchange(self, person: Person) -> Record:
        """Return the person's record, by the whole verb."""
        return services.exchange(
            self.dataset,
            subject=person,
            keys={"person": person.number},
            fields=self.fields,
            purpose=self.purpose,
            actor=self.actor,
            grantee=self.grantee,
            at=timezone.now(),
        )

    def read(self, person: Person) -> Mapping[str, object] | None:
        """Return what the source says, and nothing else done."""
        dataset, columns = queries.described(self.dataset)
        source = sources.source_of(
            dataset.source_kind, settings.YIMEN_SOURCES[dataset.connection], dict(dataset.settings)
        )
        names = [columns[name].source_name for name in self.fields]
        return source.read({"person": person.number}, names, timeout_s=dataset.timeout_s)

    def check(self, person: Person) -> None:
        """Hold an answer against the department's, its signature against the key, its row against both.

        Raises:
            SystemExit: something is not as it should be; nothing is worth timing.
        """
        record, raw = self.exchange(person), self.read(person)
        said = answers.statement(
            dataset=record.dataset,
            fields=self.fields,
            digest=record.digest,
            as_of=record.as_of,
            grant=record.grant,
            entry=record.entry,
            at=record.at,
        )
        signature = answers.Signature(record.signature, record.public_key)
        row = Entry.objects.get(pk=record.entry)
        _, columns = queries.described(self.dataset)
        column = columns[self.fields[0]]
        given = believe(raw.get(column.source_name), column.type, column.codes) if raw is not None else None
        agrees = raw is None or record.values.get(self.fields[0]) == given
        is_right = answers.is_genuine(said, signature, public_key=record.public_key)
        if not (agrees and is_right and row.details["digest"] == record.digest and row.subject == person.pk):
            sys.exit(f"{self.dataset}: the answer, its signature and its row do not fit together")


def alone(people: Sequence[Person], count: int) -> dict[str, list[float]]:
    """Time one caller: own query and exchange of each kind of source in turn."""
    times: dict[str, list[float]] = {}
    line = psycopg.connect(settings.YIMEN_SOURCES["social"].url, autocommit=True)
    for kind, dataset in KINDS.items():
        desk = Desk(dataset)
        ways: dict[str, Callable[[Person], object]] = {f"{kind} read": desk.read, f"{kind} exchange": desk.exchange}
        if kind == "sql":
            ways["sql by hand"] = lambda person: line.execute(BY_HAND, [person.number]).fetchall()
        for person in people[:100]:
            desk.check(person)
        for number in range(count):
            person = people[number % len(people)]
            for name, way in ways.items():
                times.setdefault(name, []).append(_timed(way, person))
    line.close()
    return times


def _timed(way: Callable[[Person], object], person: Person) -> float:
    begun = time.perf_counter()
    way(person)
    return time.perf_counter() - begun


class Crowd:
    """Threads that exchange at once; each keeps its connections from one round to the next."""

    def __init__(self, people: Sequence[Person], threads: int) -> None:
        """Start them; they wait for a round."""
        self._people, self._desk = people, Desk(KINDS["sql"])
        self._times: list[list[float]] = [[] for _ in range(threads)]
        self._count, self._failures = 0, 0
        self._start, self._end = threading.Barrier(threads + 1), threading.Barrier(threads + 1)
        for place in range(threads):
            threading.Thread(target=self._work, args=(place,), daemon=True).start()

    def _work(self, place: int) -> None:
        while True:
            self._start.wait()
            times: list[float] = []
            for number in range(self._count):
                person = self._people[(number * len(self._times) + place) % len(self._people)]
                try:
                    times.append(_timed(self._desk.exchange, person))
                except services.SourceSilent:
                    self._failures += 1
            self._times[place] = times
            self._end.wait()

    def round(self, each: int, *, of: str, is_ledgered: bool) -> dict[str, list[float]]:
        """Let every thread do so many exchanges; return the times, and under `failed` how many got no answer."""
        ledger.record_read = _record_read if is_ledgered else _forgotten
        self._count, self._failures, self._desk = each, 0, Desk(KINDS[of])
        self._start.wait()
        self._end.wait()
        return {"times": [one for times in self._times for one in times], "failed": [float(self._failures)]}


def _forgotten(**_: object) -> int:
    """Record nothing."""
    return 1


def main() -> None:
    """Register the people if this is the first worker, then do as told until the line is closed."""
    known = [line.split(" ", 1) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    crowd: Crowd | None = None
    people: list[Person] = []
    for line in sys.stdin:
        order = json.loads(line)
        if not people:
            if sys.argv[2] == "0":
                parties.register_people([(number, name) for number, name in known])
            people = list(Person.objects.filter(number__in=[number for number, _ in known]).order_by("pk"))
        if "alone" in order:
            answer = alone(people, order["alone"])
        else:
            crowd = crowd or Crowd(people, order["threads"])
            answer = crowd.round(order["each"], of=order["of"], is_ledgered=order["ledger"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
