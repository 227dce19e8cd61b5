"""Tables of the policies room, a module a noun."""

from yimen.policies.models.catalogue import Policy, PolicyReview, PolicyVersion
from yimen.policies.models.delivering import Push, Subscription
from yimen.policies.models.matching import MatchRun, Profile

__all__ = ["MatchRun", "Policy", "PolicyReview", "PolicyVersion", "Profile", "Push", "Subscription"]
