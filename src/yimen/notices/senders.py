"""How a message leaves the house: a port, and the adapter on apprise behind it (YIMEN_NOTICE_SENDER)."""

import logging
import re
from collections.abc import Collection
from typing import Protocol
from urllib.parse import quote, urlsplit

import apprise
from django.conf import settings
from django.utils.module_loading import import_string

from yimen.core.settings import SettingError
from yimen.notices import addresses
from yimen.notices.logic import Answer, Message, Outcome

CONNECT_S, ANSWER_S, WHOLE_S = 3.0, 8.0, 15.0
WEB_SCHEMES = frozenset({"json", "jsons", "bark", "barks"})
AGAIN = frozenset({408, 425, 429})
"""Answers of the 400s that say "not now" and not "never"."""
_STATUS = re.compile(r"error=(\d{3})|Socket Exception: (?:\{[^}]*)?\((\d{3}), ")
"""A status of HTTP, or of SMTP where a relay refused; their classes mean the same but for what SMTP has in the 400s."""
_NEVER_SAID = re.compile(
    r"Failed to establish a new connection|connect timeout=|NameResolutionError|SSLError|Connection refused"
    r"|Name or service not known|Temporary failure in name resolution|Network is unreachable|No route to host"
)


class Sender(Protocol):
    """What brings a message to an address; a city may have one of its own, such as its text message gateway."""

    def send(self, address: str, message: Message, *, is_keyed: bool) -> Answer:
        """Send it and return what the other end said; never raises for what the other end does.

        `is_keyed` says that the other end is given the message's key, to know a repetition by.
        """


class AppriseSender:
    """Sends through apprise: robots of WeCom, DingTalk and Feishu, mail, webhooks, Bark."""

    def send(self, address: str, message: Message, *, is_keyed: bool) -> Answer:
        """Send it; redirects are not followed, for they would lead past the check of the address."""
        if trouble := _guarded(address, settings.YIMEN_NOTICE_PRIVATE_HOSTS):
            return Answer(Outcome.REFUSED, trouble)
        url = address
        if is_keyed:
            url += f"{'&' if '?' in address else '?'}+Idempotency-Key={quote(message.key, safe='')}"
        asset = apprise.AppriseAsset(app_id="Yimen", allow_templates=False)
        asset.http_redirects = False
        service = apprise.Apprise.instantiate(url, asset=asset)
        if not isinstance(service, apprise.NotifyBase):
            return Answer(Outcome.REFUSED, "地址无法识别")
        service.socket_connect_timeout, service.socket_read_timeout = CONNECT_S, ANSWER_S
        by_hand = apprise.Apprise(asset=asset)
        by_hand.add(service)
        said: list[str] = []
        result = by_hand.notify(
            body=message.text,
            title=message.title,
            body_format=apprise.NotifyFormat.TEXT,
            timeout=WHOLE_S,
            log_callback=lambda entry, _: said.append(entry.message),
            log_level=logging.DEBUG,  # how the line broke is told there alone
        )
        return Answer(Outcome.ACCEPTED, "已接受") if result else _failure("\n".join(said))


def _guarded(address: str, private: Collection[str]) -> str:
    """Return why this address may not be spoken to just now, empty where it may."""
    parts = urlsplit(address)
    if parts.scheme not in WEB_SCHEMES:
        return ""
    return addresses.unreachable(parts.hostname or "", private=private)


def _failure(said: str) -> Answer:
    """Return what a failure was, from what the library wrote about it; none of its words are kept."""
    if found := _STATUS.search(said):
        status = int(found[1] or found[2])
        # RFC 9110, 15.6 and RFC 5321, 4.2.1: the 500s of HTTP and the 400s of SMTP pass.
        is_passing = status in AGAIN or status >= 500 if found[1] else status < 500  # noqa: PLR2004
        return Answer(Outcome.BUSY if is_passing else Outcome.REFUSED, f"对方答复 {status}")
    if _NEVER_SAID.search(said):
        return Answer(Outcome.BUSY, "连不上对方")
    return Answer(Outcome.UNCLEAR, "对方没有在时限内答复")  # also what we cannot read: better not said twice


def sender() -> Sender:
    """Return the adapter the setting names.

    Raises:
        SettingError: there is no such class.
    """
    try:
        made: Sender = import_string(settings.YIMEN_NOTICE_SENDER)()
    except (ImportError, TypeError) as error:
        raise SettingError("YIMEN_NOTICE_SENDER 应为一个类的完整名称，请参阅 docs/reference/settings.md。") from error
    return made
