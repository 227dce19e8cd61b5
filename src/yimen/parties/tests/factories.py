"""People, agencies and accounts for tests. Everybody is invented: address code 440399 was never assigned."""

from datetime import UTC, date, datetime
from itertools import count

from yimen.parties import services
from yimen.parties.logic import Actor, AgencyDefinition
from yimen.parties.models import Account, Agency, Organisation, Person, Post
from yimen.parties.queries import Standing
from yimen.standards import credit_code, divisions, resident_id

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


def acting(person: Person) -> Standing:
    """Return the person as they act for themselves."""
    return Standing(person, person, Actor("citizen", "7", "您本人"))


def organisation(name: str = "深圳市澄海微电子有限公司") -> Organisation:
    """Return a new organisation."""
    body = f"MA{next(_numbers):06d}"
    first = f"91{divisions.SYNTHETIC}{body}{credit_code.inner_check_character(body)}"
    return services.register_organisation(code=first + credit_code.check_character(first), name=name)


def representative(of: Organisation, *, starts_on: date = date(2020, 1, 1)) -> Account:
    """Return the account of a new person who is the organisation's legal representative."""
    account = citizen()
    assert account.person is not None
    services.name_representative(of, account.person, starts_on=starts_on, at=datetime(2026, 1, 1, tzinfo=UTC))
    return account


def officer(code: str = HR, *, starts_on: date = date(2020, 1, 1)) -> Account:
    """Return the account of a new case officer of this agency."""
    account = services.open_account(f"officer-{next(_numbers)}")
    services.appoint(account, agency_code=code, starts_on=starts_on)
    return account


DATA_BUREAU = "11440300MB2X015258"


def desk(role: Post.Role = Post.Role.DATA_OFFICER, code: str = HR, *, starts_on: date = date(2020, 1, 1)) -> Account:
    """Return the account of somebody new with this post of the console at the agency."""
    account = services.open_account(f"desk-{next(_numbers)}")
    services.appoint(account, agency_code=code, starts_on=starts_on, role=role)
    return account
