"""What every source must do, and the table of kinds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

RawRecord = Mapping[str, object]
"""A department's answer by its own field names."""
Keys = Mapping[str, str]
"""Whose record: by what the dataset is keyed by (`person`, `org`, the name of a fact), the value."""


class Connection(Protocol):
    """How to reach a department's system: its address, and its key where it asks for one."""

    @property
    def url(self) -> str:
        """Return the address."""

    @property
    def key(self) -> str | None:
        """Return the key, None where none is needed."""


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """How a client gets its tokens (RFC 6749 §4.4)."""

    token_url: str
    client: str
    secret: str = field(repr=False)
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """A connection as it was registered on a page. The address carries the password of a database: neither is shown."""

    url: str = field(repr=False)
    key: str | None = field(default=None, repr=False)
    credentials: ClientCredentials | None = None
    key_header: str = "X-Api-Key"


class Trouble(StrEnum):
    """Why a system is silent, in plain classes."""

    UNREACHABLE = "UNREACHABLE"
    TIMED_OUT = "TIMED_OUT"
    NOT_LET_IN = "NOT_LET_IN"
    FAILING = "FAILING"
    INCOMPLETE = "INCOMPLETE"
    NOT_SET = "NOT_SET"
    PAUSED = "PAUSED"


class Silent(Exception):
    """The system is down, does not answer in time, or does not let us in. Trying later may help.

    `is_passing` where it may answer at once if only it is asked again: the line broke, a gateway was busy.
    """

    def __init__(self, words: str = "", why: Trouble = Trouble.TIMED_OUT, *, is_passing: bool = False) -> None:
        """Keep why; the words are for the log, and hold no secret and no personal data."""
        super().__init__(words)
        self.why, self.is_passing = why, is_passing


class Nonsense(Exception):
    """The system answered, but not in the form agreed."""


class Changed(Nonsense):
    """What was agreed on is not there any more, or is something else: a relation, a column, a type."""


class Source(Protocol):
    """A department's system: asks it about one person, one organisation, one project."""

    def read(self, keys: Keys, fields: Sequence[str], *, timeout_s: float) -> RawRecord | None:
        """Return these fields of the record all of these keys fit, None where the department has no such record.

        Fields are the department's own names; no other field is fetched.

        Raises:
            Silent: no answer. Nonsense: an answer not in the form agreed.
        """


Factory = Callable[[Connection, Mapping[str, str]], Source]
KINDS: dict[str, Factory] = {}


def register(kind: str) -> Callable[[Factory], Factory]:
    """Enter a kind of source into the table; a kind is entered once."""

    def enter(factory: Factory) -> Factory:
        if kind in KINDS:
            raise ValueError(f"source kind {kind!r} is registered twice")
        KINDS[kind] = factory
        return factory

    return enter


def source_of(kind: str, connection: Connection, settings: Mapping[str, str]) -> Source:
    """Return a source of this kind.

    Raises:
        KeyError: there is no such kind.
    """
    return KINDS[kind](connection, settings)
