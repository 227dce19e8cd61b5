"""When something may be sent, in which period it belongs, and what the message says: pure functions over times."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
"""Quiet hours and periods are by Beijing time, wherever the server stands."""
NAMESPACE = UUID("5a3c1f0e-8f5d-4d0b-9a51-3a3b7f1c2d60")
DIGEST_AT = time(9)
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
"""How long to wait after the first, second, … failure; after one more it is given up."""
MOST_LINES = 10
CODE_LASTS = timedelta(minutes=10)
CODE_TRIES = 5
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice to be written (消息): whom, about what, under which key it is sent once, and why they get it.

    The title leaves the house, so it names nobody. `link` is an address of this site, beginning with one slash. What
    `is_inside` is shown in the inbox only.
    """

    recipient: UUID
    key: str
    topic: str
    title: str
    body: str = ""
    reason: str = ""
    link: str = ""
    about: str = ""
    is_inside: bool = False


class Outcome(StrEnum):
    """What came of one attempt to deliver."""

    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    """For good: the address is wrong, or we are not let in. Another attempt would end alike."""
    BUSY = "BUSY"
    """Not taken, perhaps later."""
    UNCLEAR = "UNCLEAR"
    """The line broke after it was said: it may have been taken."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other end said (对方的答复): the words hold no address."""

    outcome: Outcome
    words: str


def identity(key: str) -> UUID:
    """Return the identifier of the notice with this key: the same key always gives the same one."""
    return uuid5(NAMESPACE, key)


def clean(text: str, longest: int) -> str:
    """Return a text without control characters, cut to this many characters."""
    return _CONTROL.sub("", text)[:longest]


def period(cadence: str, at: datetime) -> tuple[str, datetime]:
    """Return the name of the period due at this moment, and the instant before which its notices were made.

    A day's begins at nine in the morning, a week's on Monday at nine; what is sent at once has a period a minute, so
    that it too is one message.

    Raises:
        ValueError: there is no such cadence.
    """
    here = at.astimezone(LOCAL)
    if cadence == "AT_ONCE":
        return f"{here:%Y-%m-%dT%H:%M}", at
    began = here.date() if here.time() >= DIGEST_AT else here.date() - timedelta(days=1)
    if cadence == "DAILY":
        return f"{began:%Y-%m-%d}", _morning(began)
    if cadence == "WEEKLY":
        monday = began - timedelta(days=began.weekday())
        year, week, _ = monday.isocalendar()
        return f"{year}-W{week:02d}", _morning(monday)
    raise ValueError(cadence)


def _morning(day: date) -> datetime:
    return datetime.combine(day, DIGEST_AT, tzinfo=LOCAL)


def is_quiet(at: datetime, quiet_from: time | None, quiet_until: time | None) -> bool:
    """Tell whether this is a quiet hour (免打扰); the end is not part of it, the same hour twice is no quiet at all."""
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return False
    now = at.astimezone(LOCAL).time()
    if quiet_from < quiet_until:
        return quiet_from <= now < quiet_until
    return now >= quiet_from or now < quiet_until


def after_quiet(at: datetime, quiet_from: time | None, quiet_until: time | None) -> datetime:
    """Return this moment, or the end of the quiet hours it falls into."""
    if quiet_until is None or not is_quiet(at, quiet_from, quiet_until):
        return at
    here = at.astimezone(LOCAL)
    day = here.date() if here.time() < quiet_until else here.date() + timedelta(days=1)
    return datetime.combine(day, quiet_until, tzinfo=LOCAL)


def wait_after(failures: int) -> timedelta | None:
    """Return how long to wait after so many failures, None where it is given up."""
    return WAITS[failures - 1] if failures <= len(WAITS) else None


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent outward: a title and a text, and the key by which a repetition is known."""

    title: str
    text: str
    key: str


def message(titles: Sequence[str], *, key: str, address: str) -> Message:
    """Return the one message that tells of these notices: their titles and where to read them, nothing else."""
    many = len(titles)
    title = f"一门：{titles[0]}" if many == 1 else f"一门：您有 {many} 条新消息"
    lines = [] if many == 1 else [f"· {one}" for one in titles[:MOST_LINES]]
    if many > MOST_LINES:
        lines.append(f"· 还有 {many - MOST_LINES} 条")
    return Message(title, "\n".join([*lines, f"查看：{address}"]), key)


def confirmation(code: str, *, key: str) -> Message:
    """Return the message that shows that an address reaches the one who typed it."""
    minutes = CODE_LASTS.seconds // 60
    text = f"验证码 {code}，{minutes} 分钟内填到消息设置里。不是您添加的，不用理会，不填就不会再收到。"
    return Message("一门：确认消息通道", text, key)
