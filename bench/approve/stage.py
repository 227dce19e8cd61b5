"""Set the stage: a database with citizens, each signed in and with a draft ready to submit."""

import argparse
import os
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402 - Django first
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.approve.tickets import Ticket  # noqa: E402
from demo import cast  # noqa: E402
from yimen.cases.models import Case  # noqa: E402
from yimen.items import queries as items  # noqa: E402
from yimen.parties import services as parties  # noqa: E402
from yimen.parties.models import Account, Person  # noqa: E402

ITEM = "social-insurance-certificate"
BACKEND = "yimen.config.backends.AccountBackend"
BATCH = 2000


def tickets(*, today: date, count: int) -> Iterator[Ticket]:
    """Yield `count` citizens, each with a session of their own and a draft of the item, written in batches."""
    offered = items.offered(ITEM, on=today)
    people = cast.population(today=today, count=count)
    for start in range(0, count, BATCH):
        batch = people[start : start + BATCH]
        parties.register_people([(one.id_number, one.name) for one in batch])
        known = list(Person.objects.filter(number__in=[one.id_number for one in batch]))
        accounts = Account.objects.bulk_create(Account(username=f"bench-{one.pk}", person=one) for one in known)
        sessions = [_session(account) for account in accounts]
        Session.objects.bulk_create(sessions)
        cases = Case.objects.bulk_create(
            Case(
                applicant=one,
                handler=one,
                item_version_id=offered.version_id,
                item_slug=ITEM,
                agency_code=offered.definition.agency,
                started_at=timezone.now(),
            )
            for one in known
        )
        for session, case in zip(sessions, cases, strict=True):
            yield Ticket(session.session_key, str(case.pk))


def _session(account: Account) -> Session:
    content = {
        SESSION_KEY: str(account.pk),
        BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: account.get_session_auth_hash(),
    }
    until = timezone.now() + timedelta(days=1)
    return Session(session_key=secrets.token_hex(16), session_data=SessionStore().encode(content), expire_date=until)


def write(path: Path, *, today: date, count: int) -> None:
    """Write the tickets down, one a line."""
    with path.open("w", encoding="ascii") as file:
        for ticket in tickets(today=today, count=count):
            file.write(f"{ticket.session} {ticket.case}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.approve.stage")
    parser.add_argument("--today", type=date.fromisoformat, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    write(arguments.out, today=arguments.today, count=arguments.count)
