"""Tables of the policies room, a module a noun."""

from yimen.policies.models.catalogue import Policy, PolicyReview, PolicyVersion
from yimen.policies.models.matching import MatchRun, Profile
from yimen.policies.models.proposals import DecomposedText, MeasureProposal

__all__ = ["DecomposedText", "MatchRun", "MeasureProposal", "Policy", "PolicyReview", "PolicyVersion", "Profile"]
