"""Who acts: the one small value every read and act is recorded with."""

from dataclasses import dataclass
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
