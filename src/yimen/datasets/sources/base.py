"""What every source must do, and the table of kinds."""

from collections.abc import Callable, Mapping, Sequence
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


class Silent(Exception):
    """The system is down, does not answer in time, or does not let us in. Trying later may help."""


class Nonsense(Exception):
    """The system answered, but not in the form agreed."""


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
