"""Who a session belongs to."""

from allauth.account.auth_backends import AuthenticationBackend

from yimen.core import pipeline
from yimen.parties.models import Account, Person

ACCOUNT = """
SELECT {account}, {person} FROM parties_account a LEFT JOIN parties_party p ON p.id = a.person_id WHERE a.id = %s
"""


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Signing in as allauth does it; the account comes with its person, whom every page needs."""

    def get_user(self, user_id: int) -> Account | None:
        """Return the account with its person, None where it is gone or switched off."""
        account, person = pipeline.columns(Account, "a"), pipeline.columns(Person, "p")
        row = pipeline.ask_now(ACCOUNT.format(account=account, person=person), [user_id])
        if row is None:
            return None
        own = len(Account._meta.concrete_fields)  # noqa: SLF001 - Django's public API despite its name
        found = pipeline.loaded(Account, row[:own])
        if found.person_id is not None:
            found.person = pipeline.loaded(Person, row[own:])
        return found if self.user_can_authenticate(found) else None
