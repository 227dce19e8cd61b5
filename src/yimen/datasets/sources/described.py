"""A column and a relation as a department's own system describes them."""

from dataclasses import dataclass

MOST_COLUMNS = 150
"""Of one relation; a page asks about each of them."""


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column as the department has it. `type` is one of `logic.TYPES`, `said` the type in the system's own words.

    `length` is in characters, None where there is no limit; `comment` the department's own words for it.
    """

    name: str
    type: str
    said: str
    length: int | None = None
    is_nullable: bool = True
    is_key: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True)
class SourceRelation:
    """A table, a view, a file or a path that can be asked for one record."""

    name: str
    kind: str
    comment: str = ""
