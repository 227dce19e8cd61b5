"""A department's HTTP service that answers about one person with a flat JSON object."""

import json
import time
from collections.abc import Mapping, Sequence
from functools import cache
from http import HTTPStatus
from urllib.parse import quote

import httpx

from yimen.datasets.sources import oauth
from yimen.datasets.sources.base import (
    Connection,
    Keys,
    Nonsense,
    RawRecord,
    Registered,
    Silent,
    Trouble,
    register,
)

LARGEST_ANSWER = 1024 * 1024
REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
PASSING = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})


@cache
def client() -> httpx.Client:
    """Return the process's client: connections are kept open between reads, proxies and redirects are not followed."""
    return httpx.Client(trust_env=False, follow_redirects=False)


@register("rest")
class RestSource:
    """Asks `path`, in which `{person}`, `{org}` or `{project.code}` stand for the keys, for `fields=a,b`.

    Where there is one key `{key}` stands for it.

    Settings: `path`, `key_header`, and `as_of`, the name under which the answer carries its time stamp unasked.
    """

    def __init__(self, connection: Connection, settings: Mapping[str, str]) -> None:
        """Remember where to ask."""
        self._url = connection.url.rstrip("/")
        self._path = "/" + settings["path"].lstrip("/")  # never "@elsewhere": it follows the host
        usual = connection.key_header if isinstance(connection, Registered) else "X-Api-Key"
        self._headers = {settings.get("key_header", usual): connection.key} if connection.key else {}
        self._credentials = connection.credentials if isinstance(connection, Registered) else None

    def read(self, keys: Keys, fields: Sequence[str], *, timeout_s: float) -> RawRecord | None:
        """Return these fields of the record."""
        path = self._path
        for name, key in [*keys.items(), ("key", next(iter(keys.values())))]:
            path = path.replace(f"{{{name}}}", quote(key, safe=""))
        status, body = self.get(path, {"fields": ",".join(fields)}, until=time.monotonic() + timeout_s)
        if status == HTTPStatus.NOT_FOUND:
            return None
        return _object(answered(status, body))

    def get(self, path: str, query: Mapping[str, str], *, until: float) -> tuple[int, bytes]:
        """Return the status and the body; with a token, which is asked for anew once where it is not taken.

        Raises:
            Silent: there is no answer by `until` (monotonic seconds).
        """
        if self._credentials is None:
            return _got(self._url + path, query, self._headers, until)
        taken = oauth.token(client(), self._credentials, timeout_s=_left(until))
        status, body = _got(self._url + path, query, {"Authorization": f"Bearer {taken}"}, until)
        if status == HTTPStatus.UNAUTHORIZED:
            taken = oauth.token(client(), self._credentials, timeout_s=_left(until), refused=taken)
            status, body = _got(self._url + path, query, {"Authorization": f"Bearer {taken}"}, until)
        return status, body


def answered(status: int, body: bytes) -> bytes:
    """Return the body of an answer that is one.

    Raises:
        Silent: the service is in trouble or does not let us in. Nonsense: it does not understand us.
    """
    if status == HTTPStatus.OK:
        return body
    if status == HTTPStatus.BAD_REQUEST:
        raise Nonsense("我们的请求不被理解")
    if status in REFUSED:
        raise Silent(f"HTTP {status}", Trouble.NOT_LET_IN)
    raise Silent(f"HTTP {status}", Trouble.FAILING, is_passing=status in PASSING)


def _got(url: str, query: Mapping[str, str], headers: Mapping[str, str], until: float) -> tuple[int, bytes]:
    try:
        with client().stream("GET", url, params=dict(query), headers=dict(headers), timeout=_left(until)) as answer:
            return answer.status_code, _whole(answer, until=until)
    except httpx.TimeoutException as error:
        raise Silent(type(error).__name__) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Silent(type(error).__name__, Trouble.UNREACHABLE, is_passing=True) from error


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise Silent("no time is left")
    return left


def _whole(answer: httpx.Response, *, until: float) -> bytes:
    """Return the whole body; a service that only trickles is as silent as one that says nothing."""
    body = b""
    for part in answer.iter_bytes():
        body += part
        if time.monotonic() > until:
            raise Silent("answer took too long")
        if len(body) > LARGEST_ANSWER:
            raise Nonsense("回答过大")
    return body


def _object(body: bytes) -> RawRecord:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Nonsense("不是 JSON") from error
    if not isinstance(content, dict):
        raise Nonsense("不是 JSON 对象")
    return content
