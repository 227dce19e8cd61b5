"""Who is asking: the person behind the signed-in account."""

from django.http import HttpRequest

from yimen.parties import queries
from yimen.parties.logic import Actor
from yimen.parties.models import Account, Person


def citizen_of(request: HttpRequest) -> tuple[Person, Actor]:
    """Return the signed-in person, and the person as an actor.

    Raises:
        NotACitizen: the account is not bound to a person.
    """
    assert isinstance(request.user, Account)  # every view that calls this requires sign-in
    return queries.citizen(request.user)
