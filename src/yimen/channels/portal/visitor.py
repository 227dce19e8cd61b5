"""Who is asking, and for whom: the person behind the signed-in account, or the party they switched to."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from yimen.parties import queries
from yimen.parties.models import Account
from yimen.parties.queries import Standing
from yimen.standards import masking

ACTING_FOR, ACTING_AS = "acting_for", "acting_as"
"""Where the session keeps the party one acts for, and how to call it; absent while one acts for oneself."""


def standing_of(request: HttpRequest) -> Standing:
    """Return as whom the signed-in person acts; the mandate is looked at anew each time.

    Raises:
        NotACitizen: the account is not bound to a person. NoMandate, MandateOver: the mandate does not cover today.
    """
    assert isinstance(request.user, Account)  # every view that calls this requires sign-in
    chosen = request.session.get(ACTING_FOR)
    if chosen is None:
        return queries.citizen(request.user)
    return queries.standing(request.user, UUID(chosen), on=timezone.localdate())


def own_standing_of(request: HttpRequest) -> Standing:
    """Return the signed-in person as themselves, whomever they act for otherwise.

    Raises:
        NotACitizen: the account is not bound to a person.
    """
    assert isinstance(request.user, Account)
    return queries.citizen(request.user)


def switch(request: HttpRequest, principal: UUID | None) -> None:
    """Act for this party from now on, or for oneself (None).

    Raises:
        NoMandate, MandateOver: there is no mandate today; nothing changes.
    """
    assert isinstance(request.user, Account)
    own = queries.citizen(request.user)
    if principal is None or principal == own.person.pk:
        request.session.pop(ACTING_FOR, None)
        request.session.pop(ACTING_AS, None)
        return
    chosen = queries.standing(request.user, principal, on=timezone.localdate()).principal
    request.session[ACTING_FOR] = str(principal)
    request.session[ACTING_AS] = masking.name(chosen.name) if chosen.is_person else chosen.name
