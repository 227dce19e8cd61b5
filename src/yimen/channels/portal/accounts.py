"""Signing in: by password through allauth, or, in a demo only, by choosing who to be."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):
    """Accounts come from the city's identity service: nobody opens one by filling in a form of ours."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return false."""
        del request
        return False
