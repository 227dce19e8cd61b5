"""Who is asking: a bearer token, and as whom it acts."""

from dataclasses import replace

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from yimen.core.errors import Forbidden
from yimen.parties import queries
from yimen.parties.logic import FILE, READ
from yimen.parties.queries import Bearer, Standing

ACTING_FOR = "X-Acting-For"
"""The header that names for whom: a party's identifier, or an organisation's unified social credit code."""
SCOPE_OF = {"GET": READ, "HEAD": READ}


class NobodysToken(Forbidden):
    """The token acts for nobody, so there are no cases or licences to see."""

    code = "api.nobodys-token"
    title = "这个令牌没有绑定账号，不能办理个人或单位的事。"


class Token(HttpBearer):
    """Authorization: Bearer ymt_…; reading needs the scope `read`, everything else `file`."""

    openapi_bearerFormat = "ymt_"  # noqa: N815 - the name ninja reads

    def __init__(self, *, is_public: bool = False) -> None:
        """With `is_public` the operation reads nobody's data, whatever its method."""
        super().__init__()
        self._is_public = is_public

    def __call__(self, request: HttpRequest) -> Bearer:
        """Return who comes with the request's token.

        Raises:
            TokenMissing, TokenInvalid, TokenExpired, ScopeMissing: nobody does, or not for this.
        """
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise queries.TokenMissing("请在请求头中写 Authorization: Bearer 令牌。")
        return self.authenticate(request, token.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Bearer:
        """Return who comes with this token."""
        scope = READ if self._is_public else SCOPE_OF.get(request.method or "", FILE)
        return queries.bearer(token, scope=scope, at=timezone.now())


def standing_of(request: HttpRequest) -> Standing:
    """Return as whom the request acts.

    Raises:
        NobodysToken: the token has no account. NoMandate, MandateOver: not for the party the header names.
    """
    bearer: Bearer = request.auth  # type: ignore[attr-defined]  # put there by Token
    if bearer.account is None:
        raise NobodysToken("请让用户授权后换取绑定账号的令牌。")
    named = request.headers.get(ACTING_FOR)
    if named is None:
        standing = queries.citizen(bearer.account)
    else:
        principal = queries.party(named.strip())
        if principal is None:
            raise queries.NoMandate(f"{ACTING_FOR} 指的主体没有授权给这个账号。")
        standing = queries.standing(bearer.account, principal, on=timezone.localdate())
    return replace(standing, client=bearer.client)
