"""A content pack with its policies."""

from dataclasses import dataclass, field

from yimen.items.packs.model import Pack, PackItem, Place
from yimen.policies.logic import PolicyDefinition


@dataclass(frozen=True, slots=True)
class PackPolicy:
    """A policy as read; `measures` are its measures by id, as the items they are decided as."""

    place: Place
    definition: PolicyDefinition
    measures: dict[str, PackItem]


@dataclass(slots=True)
class PolicyPack:
    """A pack and its policies. The measures are among the pack's items too."""

    pack: Pack
    policies: list[PackPolicy] = field(default_factory=list)
