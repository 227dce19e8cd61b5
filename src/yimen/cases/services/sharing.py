"""What an organisation is given once, whichever of its people applies (每户一次)."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from yimen.cases import queries
from yimen.cases.models import Case
from yimen.core.errors import Conflict
from yimen.core.locks import exclusive
from yimen.items.logic import ItemDefinition
from yimen.parties.models import Party


class OrganisationServed(Conflict):
    """Somebody else has been granted it for the organisation, or an officer is looking at their case."""

    code = "cases.organisation-served"
    title = "这家单位的这件事已经有人办了。"


GRANTED = (Case.Status.APPROVED,)
HELD = (Case.Status.APPROVED, Case.Status.REVIEW)


def refuse_served(
    item: ItemDefinition, organisation: Party | None, *, applicant: Party, statuses: Collection[str] = HELD
) -> None:
    """Refuse what the organisation has through another applicant, where it is given once.

    Raises:
        OrganisationServed: another applicant has a case for it in one of these statuses.
    """
    if organisation is None or not _is_shared(item, organisation, applicant):
        return
    if queries.is_served(organisation, item.slug, but=applicant, statuses=statuses):
        raise OrganisationServed(
            "每家单位只办一次。请向单位的另一位负责人了解，有疑问可以联系受理部门。", item=item.slug
        )


@contextmanager
def one_at_a_time(case: Case, item: ItemDefinition) -> Iterator[None]:
    """Hold off others who file the same for the same organisation until the block ends.

    Raises:
        OrganisationServed: one of them was first.
    """
    organisation = case.organisation
    if organisation is None or not _is_shared(item, organisation, case.applicant):
        yield
        return
    with exclusive("organisation", organisation.pk, item.slug):
        refuse_served(item, organisation, applicant=case.applicant)
        yield


def _is_shared(item: ItemDefinition, organisation: Party, applicant: Party) -> bool:
    return not item.repeatable and organisation.pk != applicant.pk
