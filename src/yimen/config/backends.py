"""Who a session belongs to."""

from allauth.account.auth_backends import AuthenticationBackend

from yimen.parties.models import Account


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Signing in as allauth does it; the account comes with its person, whom every page needs."""

    def get_user(self, user_id: int) -> Account | None:
        """Return the account with its person, None where it is gone or switched off."""
        account = Account.objects.select_related("person").filter(pk=user_id).first()
        return account if account is not None and self.user_can_authenticate(account) else None
