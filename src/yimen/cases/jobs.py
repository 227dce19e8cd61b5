"""Work on cases done later: look into what is somebody's without asking, and reckon how items do."""

from django.utils import timezone

from yimen.cases import logic
from yimen.cases.services import figures, offering
from yimen.core import jobs
from yimen.items import queries as items


@jobs.job("cases.reckon_figures")
def reckon_figures(slug: str) -> None:
    """Reckon anew how the item does today."""
    figures.reckon(slug, at=timezone.now())


@jobs.job("cases.offer_nightly", cron="10 18 * * *")
def offer_nightly(timestamp: int) -> None:
    """At ten past two in the morning in Shenzhen look into everybody who has come of age, or is due again."""
    del timestamp
    at = timezone.now()
    for slug in items.proactive(on=logic.day_of(at)):
        for person in offering.candidates(slug, on=logic.day_of(at)):
            offering.look_into(slug, person, at=timezone.now())


@jobs.job("cases.look_again")
def look_again(slug: str) -> None:
    """Look again at those who were not entitled by the rules of before, on the next night."""
    offering.look_again(slug, on=logic.day_of(timezone.now()))


def hear_of_new_rules(sender: object, *, name: str, **payload: object) -> None:
    """Whoever was not entitled by the rules of before may be so now."""
    del sender, payload
    jobs.defer("cases.look_again", slug=name)
