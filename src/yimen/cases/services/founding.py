"""Bring an organisation into being: the approval of a registration is its birth (设立登记)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from yimen.cases.logic import day_of
from yimen.cases.models import Case
from yimen.facts.resolver import Reading
from yimen.parties import services as parties
from yimen.parties.models import Organisation, Person
from yimen.standards import credit_code, divisions

NAME = "org.name"
REGISTRAR, INDIVIDUAL = "9", "2"
"""The first two characters of the code: market regulation (工商), individual business (个体工商户). GB 32100-2015."""


def found(case: Case, readings: Mapping[str, Reading], *, at: datetime) -> Organisation:
    """Register the applicant's individual business and its operator (经营者), in the caller's transaction.

    A business without a name is called after its operator, as its licence would be (市场主体登记管理条例 art. 10).
    """
    name = readings[NAME].value if NAME in readings else None
    operator = Person.objects.get(pk=case.applicant_id)
    organisation = parties.register_organisation(code=_code(), name=str(name or f"个体工商户 {operator.name}"))
    parties.name_representative(organisation, operator, starts_on=day_of(at), at=at)
    return organisation


def _code() -> str:
    """Return the next unified social credit code of the demo's registrar.

    The division is the one no place was ever given, so that no code of ours is anybody's.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_organisation')")
        (sequence,) = cursor.fetchone()
    body = f"MA{_in_alphabet(sequence):0>6}"
    first = f"{REGISTRAR}{INDIVIDUAL}{divisions.SYNTHETIC}{body}{credit_code.inner_check_character(body)}"
    return first + credit_code.check_character(first)


def _in_alphabet(number: int) -> str:
    """Return a number in the thirty-one characters credit codes are written with."""
    digits = ""
    while number or not digits:
        number, place = divmod(number, len(credit_code.ALPHABET))
        digits = credit_code.ALPHABET[place] + digits
    return digits
