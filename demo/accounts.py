"""Everybody of the demo city becomes known to the platform; those with a part get an account to sign in with."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
django.setup()

from demo import cast  # noqa: E402 - Django must be set up first
from demo.people import Person  # noqa: E402
from yimen.cases.models import Case  # noqa: E402
from yimen.parties import services as parties  # noqa: E402
from yimen.parties.models import Account  # noqa: E402

AGENCY = "11440300MB2X00012A"
OFFICER = "demo-officer"
BATCH = 2000


def settle(people: Sequence[Person], *, progress: Callable[[int], None]) -> None:
    """Register the people in batches, open the accounts, appoint the officer; a second call changes nothing."""
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        parties.register_people([(person.id_number, person.name) for person in batch])
        progress(start + len(batch))
    for person in people:
        if person.role:
            registered = parties.register_person(id_number=person.id_number, name=person.name)
            _tell(parties.open_account(f"demo-{person.username}", person=registered), person.role)
    officer = parties.open_account(OFFICER)
    parties.appoint(officer, agency_code=AGENCY, starts_on=date(2020, 1, 1))
    _tell(officer, "人力资源保障部门审批人员，处理转人工的办件")


def _tell(account: Account, story: str) -> None:
    """Keep the line the demo's sign-in page shows."""
    if account.first_name != story:
        account.first_name = story
        account.save(update_fields=["first_name"])


def main() -> None:
    """Settle the city of a day; print how many are registered after each batch."""
    parser = argparse.ArgumentParser(prog="python -m demo.accounts")
    parser.add_argument("--today", type=date.fromisoformat, required=True)
    parser.add_argument("--count", type=int, required=True)
    arguments = parser.parse_args()
    if Case.objects.exists():
        sys.exit("数据库里已有办件，故事讲不下去。请用一个空的数据库，或不设 DATABASE_URL。")
    people = cast.population(today=arguments.today, count=arguments.count)
    settle(people, progress=lambda done: print(done, flush=True))


if __name__ == "__main__":
    main()
