"""One address, asked politely and within bounds: robots.txt, a pause per host, conditional requests, size and time.

Sources: RFC 9309 (robots.txt: 4xx allows, 5xx and silence forbid), RFC 9110 §13 (If-None-Match, If-Modified-Since).
A page must not become a way into our own house (SSRF): every host is looked up once, its address checked, and that very
address is connected to, through each redirect anew.
"""

import ipaddress
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import httpx
from protego import Protego

from yimen.policies.collecting.trouble import NotCollected, Reason

LARGEST = 20 * 1024 * 1024
LARGEST_ROBOTS = 500 * 1024
TIME_S = 30.0
REDIRECTS = 5
LONGEST_PAUSE_S = 30.0
MOVED = {
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.FOUND,
    HTTPStatus.SEE_OTHER,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What an address said of its content last time: the validators of RFC 9110 §8.8."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave: nothing new (`content` is None), or bytes with what the server said of them."""

    address: str
    content: bytes | None
    media_type: str = ""
    seen: Seen = field(default_factory=Seen)


@dataclass(slots=True)
class Visitor:
    """Asks addresses for one feed's visit; use it in a `with`.

    `pause_s` lies between two requests to the same host, more where its robots.txt asks for more. `allows_private` lets
    it ask private networks and this machine; only an operator sets it. `agent` says who asks and where to complain.
    """

    agent: str
    pause_s: float = 1.0
    allows_private: bool = False
    largest: int = LARGEST
    time_s: float = TIME_S
    sleep: Callable[[float], None] = time.sleep
    _client: httpx.Client = field(init=False)
    _robots: dict[str, Protego | None] = field(default_factory=dict)
    _asked: dict[str, float] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Open the connections: no proxies from the environment, no cookies kept, redirects are ours to follow."""
        self._client = httpx.Client(trust_env=False, follow_redirects=False, headers={"User-Agent": self.agent})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._client.close()

    def fetch(self, address: str, *, seen: Seen | None = None) -> Fetched:
        """Return what the address gives, or that nothing changed since `seen`.

        Raises:
            NotCollected: robots.txt forbids it, the address is not for us, the server is silent or errs.
        """
        for _ in range(REDIRECTS):
            parts = _web(address)
            self._ask_robots(parts, address)
            status, headers, content = self._get(parts, seen=seen, largest=self.largest)
            if status in MOVED and (target := headers.get("location")):
                address = urljoin(address, target)
                continue
            if status == HTTPStatus.NOT_MODIFIED:
                return Fetched(address, None, seen=seen or Seen())
            if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
                raise NotCollected(Reason.GONE, f"网页已经不在（HTTP {status}）。已收的内容仍然保留。")
            if status != HTTPStatus.OK:
                raise NotCollected(Reason.STATUS, f"网站回答 HTTP {status}，下次再试。")
            told = Seen(headers.get("etag", "")[:200], headers.get("last-modified", "")[:100])
            return Fetched(address, content, headers.get("content-type", "")[:200], told)
        raise NotCollected(Reason.STATUS, f"网站转来转去超过 {REDIRECTS} 次。")

    def _ask_robots(self, parts: SplitResult, address: str) -> None:
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._robots:
            self._robots[host] = self._robots_of(parts)
        rules = self._robots[host]
        if rules is None:
            raise NotCollected(Reason.DISALLOWED, "网站的 robots.txt 读不到（服务器出错），按约定暂不抓取，下次再试。")
        if not rules.can_fetch(address, self.agent):
            raise NotCollected(
                Reason.DISALLOWED, "网站的 robots.txt 不允许抓取这个地址。请联系发布机构取得许可，或改用其他来源。"
            )

    def _robots_of(self, parts: SplitResult) -> Protego | None:
        """Return the host's rules, empty ones where it has none; None where they cannot be read (RFC 9309 2.3.1)."""
        try:
            status, _, content = self._get(
                parts._replace(path="/robots.txt", query=""), seen=None, largest=LARGEST_ROBOTS
            )
        except NotCollected as error:
            if error.reason is Reason.SILENT:
                return None
            raise
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return None
        rules = content.decode("utf-8", errors="replace") if status == HTTPStatus.OK else ""
        return Protego.parse(rules)

    def _pause(self, parts: SplitResult) -> None:
        """Wait until the host may be asked again."""
        rules = self._robots.get(f"{parts.scheme}://{parts.netloc}")
        wanted = (rules.crawl_delay(self.agent) if rules is not None else None) or 0.0
        pause = max(self.pause_s, min(wanted, LONGEST_PAUSE_S))
        left = self._asked.get(parts.netloc, -LONGEST_PAUSE_S) + pause - time.monotonic()
        if left > 0:
            self.sleep(left)
        self._asked[parts.netloc] = time.monotonic()

    def _get(self, parts: SplitResult, *, seen: Seen | None, largest: int) -> tuple[int, httpx.Headers, bytes]:
        pinned, host = self._pinned(parts)
        headers = {"Host": host, "Accept": "text/html,application/pdf,application/xml;q=0.9,*/*;q=0.5"}
        if seen is not None and seen.etag:
            headers["If-None-Match"] = seen.etag
        if seen is not None and seen.last_modified:
            headers["If-Modified-Since"] = seen.last_modified
        self._pause(parts)
        until = time.monotonic() + self.time_s
        extensions = {"sni_hostname": parts.hostname or ""}
        try:
            with self._client.stream(
                "GET", pinned, headers=headers, timeout=min(self.time_s, 10.0), extensions=extensions
            ) as answer:
                self._client.cookies.clear()
                return answer.status_code, answer.headers, _whole(answer, until=until, largest=largest)
        except httpx.TimeoutException as error:
            raise NotCollected(Reason.SILENT, "网站没有在时限内回答，下次再试。") from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise NotCollected(Reason.SILENT, "连不上网站，或它的回答不完整，下次再试。") from error

    def _pinned(self, parts: SplitResult) -> tuple[str, str]:
        """Return the address with the host looked up and checked, and the host's name for the header."""
        name = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            found = [str(entry[4][0]) for entry in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]
        except (OSError, UnicodeError) as error:
            raise NotCollected(Reason.ADDRESS, "找不到这台主机，请检查地址。") from error
        if not found or not all(self._is_allowed(one) for one in found):
            raise NotCollected(
                Reason.ADDRESS, "地址指向内部网络或平台自身，不抓取。确需采集内网的，请在采集来源上注明允许。"
            )
        ip = f"[{found[0]}]" if ":" in found[0] else found[0]
        netloc = f"{ip}:{port}"
        return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, "")), parts.netloc

    def _is_allowed(self, address: str) -> bool:
        found = ipaddress.ip_address(address.partition("%")[0])
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        if self.allows_private:
            return not (found.is_link_local or found.is_unspecified or found.is_multicast)
        return found.is_global and not found.is_multicast


def _web(address: str) -> SplitResult:
    """Return the parts of a web address.

    Raises:
        NotCollected: it is none, or carries a login.
    """
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise NotCollected(Reason.ADDRESS, "地址写得不对，请检查。") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NotCollected(Reason.ADDRESS, "只采集 http:// 和 https:// 开头的地址。")
    if parts.username is not None or parts.password is not None:
        raise NotCollected(Reason.ADDRESS, "地址中不要写用户名和密码。")
    return parts


def _whole(answer: httpx.Response, *, until: float, largest: int) -> bytes:
    """Return the whole body; one that only trickles, or does not end, is given up."""
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > largest:
            raise NotCollected(Reason.TOO_LARGE, f"内容超过 {largest // (1024 * 1024) or 1} MB 的上限，没有收。")
        if time.monotonic() > until:
            raise NotCollected(Reason.SILENT, "网站发得太慢，超过时限，下次再试。")
    return b"".join(parts)
