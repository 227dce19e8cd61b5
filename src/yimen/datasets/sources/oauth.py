"""Tokens of clients (OAuth 2.0 client credentials, RFC 6749 §4.4): one is used until shortly before it ends."""

import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote_plus

import httpx

from yimen.datasets.sources.base import ClientCredentials, Silent, Trouble

EARLY_S = 30.0
"""How long before its end a token is given up."""
SHORTEST_S, LONGEST_S = 5.0, 24 * 3600.0
LARGEST_ANSWER = 64 * 1024
UNHEARD = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED})


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    until: float


_kept: dict[str, _Token] = {}
_asking = threading.Lock()


def forget() -> None:
    """Forget every token; the next read asks for its own."""
    _kept.clear()


def token(client: httpx.Client, of: ClientCredentials, *, timeout_s: float, refused: str = "") -> str:
    """Return a token that is good now. `refused` is one the service did not take: it is not given again.

    Raises:
        Silent: the service that gives tokens does not answer, or does not let us in.
    """
    key = hashlib.sha256(repr((of.token_url, of.client, of.secret, of.scope)).encode()).hexdigest()
    kept = _kept.get(key)
    if kept is not None and kept.until > time.monotonic() and kept.text != refused:
        return kept.text
    if not _asking.acquire(timeout=timeout_s):
        raise Silent("token endpoint is slow")
    try:
        kept = _kept.get(key)  # somebody else may have asked meanwhile
        if kept is None or kept.until <= time.monotonic() or kept.text == refused:
            kept = _kept[key] = _asked(client, of, timeout_s)
        return kept.text
    finally:
        _asking.release()


def _asked(client: httpx.Client, of: ClientCredentials, timeout_s: float) -> _Token:
    form = {"grant_type": "client_credentials", **({"scope": of.scope} if of.scope else {})}
    basic = (quote_plus(of.client), quote_plus(of.secret))  # RFC 6749 §2.3.1: encoded as in a form first
    until = time.monotonic() + timeout_s
    try:
        answer = client.post(of.token_url, data=form, auth=basic, timeout=timeout_s)
        if answer.status_code in UNHEARD and until > time.monotonic():
            # Every service must understand the header; some only read the form all the same.
            ours = {**form, "client_id": of.client, "client_secret": of.secret}
            answer = client.post(of.token_url, data=ours, timeout=until - time.monotonic())
    except httpx.TimeoutException as error:
        raise Silent("token endpoint timed out") from error
    except httpx.HTTPError as error:
        raise Silent(type(error).__name__, Trouble.UNREACHABLE) from error
    if answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise Silent(f"token endpoint: HTTP {answer.status_code}", Trouble.NOT_LET_IN)
    if answer.status_code != HTTPStatus.OK or len(answer.content) > LARGEST_ANSWER:
        raise Silent(f"token endpoint: HTTP {answer.status_code}", Trouble.FAILING)
    try:
        said = json.loads(answer.content)
        text, lasts = said["access_token"], float(said.get("expires_in", SHORTEST_S + EARLY_S))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Silent("token endpoint: no token", Trouble.FAILING) from error
    if not isinstance(text, str) or not text.isascii() or not text.isprintable() or not lasts > 0:
        raise Silent("token endpoint: no token", Trouble.FAILING)
    return _Token(text, time.monotonic() + min(LONGEST_S, max(SHORTEST_S, lasts - EARLY_S)))
