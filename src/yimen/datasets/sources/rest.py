"""A department's HTTP service that answers about one person with a flat JSON object."""

import json
import time
from collections.abc import Mapping, Sequence
from functools import cache
from http import HTTPStatus
from urllib.parse import quote

import httpx

from yimen.datasets.sources.base import Connection, Keys, Nonsense, RawRecord, Silent, register

LARGEST_ANSWER = 1024 * 1024


@cache
def _client() -> httpx.Client:
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
        self._path = settings["path"]
        self._headers = {settings.get("key_header", "X-Api-Key"): connection.key} if connection.key else {}

    def read(self, keys: Keys, fields: Sequence[str], *, timeout_s: float) -> RawRecord | None:
        """Return these fields of the record."""
        path = self._path
        for name, key in [*keys.items(), ("key", next(iter(keys.values())))]:
            path = path.replace(f"{{{name}}}", quote(key, safe=""))
        url = self._url + path
        try:
            with _client().stream(
                "GET", url, params={"fields": ",".join(fields)}, headers=self._headers, timeout=timeout_s
            ) as answer:
                body = _whole(answer, until=time.monotonic() + timeout_s)
        except httpx.HTTPError as error:
            raise Silent(type(error).__name__) from error
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        if answer.status_code == HTTPStatus.BAD_REQUEST:
            raise Nonsense("我们的请求不被理解")
        if answer.status_code != HTTPStatus.OK:
            raise Silent(f"HTTP {answer.status_code}")
        return _object(body)


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
