"""Work on cases done later: look into what is somebody's without asking, and reckon how items do."""

import logging
from uuid import UUID

from django.db import Error
from django.utils import timezone

from yimen.cases import events, logic, queries
from yimen.cases.models import Case
from yimen.cases.services import figures, offering
from yimen.core import jobs
from yimen.items import queries as items

logger = logging.getLogger(__name__)


@jobs.job("cases.reckon_figures")
def reckon_figures(slug: str) -> None:
    """Reckon anew how the item does today."""
    figures.reckon(slug, at=timezone.now())


@jobs.job("cases.offer_nightly", cron="10 18 * * *")
def offer_nightly(timestamp: int) -> None:
    """At ten past two in the morning in Shenzhen have everybody looked into, item by item."""
    del timestamp
    for slug in items.proactive(on=logic.day_of(timezone.now())):
        jobs.defer("cases.look_into_everybody", slug=slug)


class SomeLeft(Exception):
    """Not everybody could be looked into; who was, is not looked into again when the job is tried anew."""


@jobs.job("cases.look_into_everybody")
def look_into_everybody(slug: str) -> None:
    """Look into everybody who has come of age, or is due again.

    Raises:
        SomeLeft: some could not be looked into; the log says why, and nobody else had to wait for it.
    """
    left = 0
    for person in offering.candidates(slug, on=logic.day_of(timezone.now())):
        try:
            offering.look_into(slug, person, at=timezone.now())
        except Error:
            raise  # the database is away: the others would fare no better
        except Exception:  # one person's trouble is no reason to keep the allowance from everybody after them
            logger.exception("%s could not be looked into for %s", person.pk, slug)
            left += 1
    if left:
        raise SomeLeft(f"{slug}: {left}")


@jobs.job("cases.tell_moved")
def tell_moved(case_id: str) -> None:
    """Tell those above that the case has moved on."""
    events.case_moved.send(Case, case_id=UUID(case_id), item=queries.item_of(UUID(case_id)))


@jobs.job("cases.look_again")
def look_again(slug: str) -> None:
    """Look again at those who were not entitled by the rules of before, on the next night."""
    offering.look_again(slug, on=logic.day_of(timezone.now()))


def hear_of_new_rules(sender: object, *, name: str, **payload: object) -> None:
    """Whoever was not entitled by the rules of before may be so now."""
    del sender, payload
    jobs.defer("cases.look_again", slug=name)
