"""People, agencies and accounts for tests. Everybody is invented: address code 440399 was never assigned."""

from datetime import date
from itertools import count

from yimen.parties import services
from yimen.parties.logic import AgencyDefinition
from yimen.parties.models import Account, Agency, Person
from yimen.standards import divisions, resident_id

HR = "11440300MB2X00012A"
POLICE = "11440304MB2X00020Y"
_numbers = count()


def id_number(born: date = date(2003, 5, 14)) -> str:
    """Return a new right ID number."""
    first = f"{divisions.SYNTHETIC}{born:%Y%m%d}{next(_numbers) % 1000:03d}"
    return first + resident_id.check_character(first)


def person(name: str = "陈晓雯", *, born: date = date(2003, 5, 14)) -> Person:
    """Return a new person."""
    return services.register_person(id_number=id_number(born), name=name)


def agency(code: str = HR, short_name: str = "市人力资源保障局") -> Agency:
    """Return the agency of this code."""
    return services.put_agency(AgencyDefinition(code, f"深圳{short_name}（演示）", short_name, "440300"))


def citizen(owner: Person | None = None) -> Account:
    """Return the account of a new person, or of this one."""
    owner = owner or person()
    return services.open_account(f"citizen-{owner.pk}", person=owner)


def officer(code: str = HR, *, starts_on: date = date(2020, 1, 1)) -> Account:
    """Return the account of a new case officer of this agency."""
    account = services.open_account(f"officer-{next(_numbers)}")
    services.appoint(account, agency_code=code, starts_on=starts_on)
    return account
