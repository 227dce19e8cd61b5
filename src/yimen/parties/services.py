"""Verbs that change who is known: agencies, people, accounts and posts."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from yimen.core.errors import Invalid
from yimen.parties.logic import AgencyDefinition
from yimen.parties.models import Account, Agency, Person, Post
from yimen.standards import resident_id


class UnknownParent(Invalid):
    """An agency names a parent that is not there."""

    code = "parties.unknown-parent"
    title = "上级部门不存在。"


@transaction.atomic
def put_agency(definition: AgencyDefinition) -> Agency:
    """Create the agency or bring it up to date; the same definition twice changes nothing.

    Raises:
        UnknownParent: the parent's code is not known yet; put parents first.
    """
    if definition.parent and not Agency.objects.filter(code=definition.parent).exists():
        raise UnknownParent(f"请先登记上级部门 {definition.parent}。", agency=definition.code)
    agency, _ = Agency.objects.update_or_create(
        code=definition.code,
        defaults={
            "name": definition.name,
            "short_name": definition.short_name,
            "division_code": definition.division,
            "parent_id": definition.parent,
        },
    )
    return agency


def register_person(*, id_number: str, name: str) -> Person:
    """Return the person of this ID number, registering them on first sight.

    Raises:
        Invalid: the ID number breaks GB 11643-1999; the sentence says how.
    """
    number = resident_id.parse(id_number).number
    person, _ = Person.objects.get_or_create(id_number=number, defaults={"name": name})
    return person


def register_people(people: Iterable[tuple[str, str]], *, batch_size: int = 2000) -> int:
    """Register many people, given as (ID number, name); those already known stay as they are; return how many came."""
    rows = [Person(id_number=resident_id.parse(number).number, name=name) for number, name in people]
    Person.objects.bulk_create(rows, batch_size=batch_size, ignore_conflicts=True)
    return len(rows)


def open_account(username: str, *, person: Person | None = None, password: str | None = None) -> Account:
    """Return the account of this name, opening it on first call; without a password it cannot sign in by one."""
    account, is_new = Account.objects.get_or_create(username=username, defaults={"person": person})
    if is_new:
        account.set_password(password)
        account.save(update_fields=["password"])
    return account


def appoint(account: Account, *, agency_code: str, starts_on: date) -> Post:
    """Give the account the post of case officer at the agency (任职)."""
    post, _ = Post.objects.get_or_create(
        account=account,
        agency_id=agency_code,
        role=Post.Role.CASE_OFFICER,
        defaults={"starts_on": starts_on},
    )
    return post
