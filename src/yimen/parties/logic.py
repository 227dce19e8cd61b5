"""Who acts: the one small value every read and act is recorded with."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal

ActorKind = Literal["citizen", "officer", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever reads or does something (操作主体).

    `id` is the account's primary key as text, or a job's name for the system. `label` is what a citizen may be shown
    ("您本人", "市人力资源保障局 审批人员"); it never holds a name or an ID number. `agency_code` is None for citizens.
    """

    kind: ActorKind
    id: str
    label: str
    agency_code: str | None = None


@dataclass(frozen=True, slots=True)
class AgencyDefinition:
    """An agency as a content pack states it (部门). `parent` is the code of the agency above, None at the top."""

    code: str
    name: str
    short_name: str
    division: str
    parent: str | None = None


LONGEST_MANDATE_DAYS = 731
"""A mandate is given for two years at most (and a day for the leap year): whoever still needs it then renews it."""


READ, FILE = "read", "file"
SCOPES = (READ, FILE)
"""What a token may do: read what is its account's, and file applications for it."""
TOKEN_PREFIX = "ymt_"  # noqa: S105 - the beginning of every token, so that a leaked one is recognised
LONGEST_TOKEN_DAYS = 366


def token_digest(token: str) -> str:
    """Return what is kept of a token; 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def covers(items: tuple[str, ...], item: str) -> bool:
    """Tell whether a mandate for these items is one for this item; none named means all."""
    return not items or item in items


def is_in_force(starts_on: date, ends_on: date | None, *, on: date) -> bool:
    """Tell whether a period covers the day; it ends exclusively, None is open."""
    return starts_on <= on and (ends_on is None or on < ends_on)
