"""Tables of the policies room, a module a noun."""

from yimen.policies.models.catalogue import Policy, PolicyReview, PolicyVersion
from yimen.policies.models.matching import MatchRun, Profile
from yimen.policies.models.paying import Payout, PayoutCap, PayoutShare
from yimen.policies.models.supervising import Duty

__all__ = [
    "Duty",
    "MatchRun",
    "Payout",
    "PayoutCap",
    "PayoutShare",
    "Policy",
    "PolicyReview",
    "PolicyVersion",
    "Profile",
]
