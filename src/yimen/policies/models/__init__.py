"""Tables of the policies room, a module a noun."""

from yimen.policies.models.catalogue import Policy, PolicyReview, PolicyVersion
from yimen.policies.models.delivering import Push, Subscription

__all__ = ["Policy", "PolicyReview", "PolicyVersion", "Push", "Subscription"]
