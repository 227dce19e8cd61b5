"""What was read of a page or file, before anything is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from yimen.policies.collecting.labels import Labels


@dataclass(frozen=True, slots=True)
class Source:
    """Paragraphs of the main text, printed labels, and what the invisible part says; `claims` are somebody else's.

    `claims` come from a feed or a crawler's table (title, released_on, …): they count least.
    """

    paragraphs: tuple[str, ...]
    labels: Labels = field(default_factory=dict)
    metas: Mapping[str, str] = field(default_factory=dict)
    heading: str = ""
    window_title: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The main text, a paragraph a line."""
        return "\n".join(self.paragraphs)
