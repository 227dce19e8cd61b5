"""Tell whoever looks after an item from above how its cases move on."""

from yimen.cases.models import Case
from yimen.core import jobs
from yimen.core.models import Outbox
from yimen.items.logic import ItemDefinition

JOB = "cases.tell_moved"


def told(case: Case, item: ItemDefinition) -> tuple[Outbox, ...]:
    """Return what is to be written with the case's move: nothing for an item of the catalogue, which nobody follows."""
    return () if item.listed else (jobs.written(JOB, case_id=str(case.pk)),)


def tell(case: Case, item: ItemDefinition) -> None:
    """Write it down in the caller's transaction."""
    for row in told(case, item):
        row.save(force_insert=True)
