"""Tables of the policies room, a module a noun."""

from yimen.policies.models.catalogue import Policy, PolicyReview, PolicyVersion
from yimen.policies.models.collecting import (
    CollectedDocument,
    CollectedVersion,
    CollectionTrouble,
    DocumentRelation,
    Feed,
    Origin,
    Original,
    Visit,
)
from yimen.policies.models.matching import MatchRun, Profile

__all__ = [
    "CollectedDocument",
    "CollectedVersion",
    "CollectionTrouble",
    "DocumentRelation",
    "Feed",
    "MatchRun",
    "Origin",
    "Original",
    "Policy",
    "PolicyReview",
    "PolicyVersion",
    "Profile",
    "Visit",
]
