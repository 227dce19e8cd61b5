"""Tables of the policies room, a module a noun."""

from yimen.policies.models.catalogue import Policy, PolicyReview, PolicyVersion

__all__ = ["Policy", "PolicyReview", "PolicyVersion"]
